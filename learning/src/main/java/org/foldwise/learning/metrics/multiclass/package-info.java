/**
 * Figures of exclusive classes: {@link org.foldwise.learning.metrics.multiclass.ClassMatrix} for decisions, {@link
 * org.foldwise.learning.metrics.multiclass.ClassScores} for probabilities. Equal to scikit-learn's, except that an undefined
 * figure is an absence with a reason.
 */
@NullMarked
package org.foldwise.learning.metrics.multiclass;

import org.jspecify.annotations.NullMarked;
