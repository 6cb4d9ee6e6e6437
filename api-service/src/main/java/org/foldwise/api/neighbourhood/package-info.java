/**
 * Neighbourhoods: the training patients nearest to the cases of an error review. Main type: {@link
 * org.foldwise.api.neighbourhood.NeighbourhoodController}.
 */
@NullMarked
package org.foldwise.api.neighbourhood;

import org.jspecify.annotations.NullMarked;
