/** Comparisons of two experiments on the same split. Nothing is kept: equal records give equal answers. Main type: {@code
 * ComparisonController}. */
@NullMarked
package org.foldwise.api.comparison;

import org.jspecify.annotations.NullMarked;
