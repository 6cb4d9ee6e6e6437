/**
 * What image-level folds would make of a recipe's figures. Here, and nowhere else, images of one patient are put on two sides;
 * what is trained that way ends as a number beside the right one. Main types: {@link org.foldwise.learning.leakage.LeakageStudy},
 * the folds, and {@link org.foldwise.learning.leakage.LeakageCost}, what came of them.
 */
@NullMarked
package org.foldwise.learning.leakage;

import org.jspecify.annotations.NullMarked;
