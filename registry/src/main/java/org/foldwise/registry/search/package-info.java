/**
 * What a nested cross-validation searches among, and how its candidates stood. The runs that carry a search out belong to a later stage,
 * which writes the standings as rungs end. Main type: {@link org.foldwise.registry.search.Searches}.
 */
@NullMarked
package org.foldwise.registry.search;

import org.jspecify.annotations.NullMarked;
