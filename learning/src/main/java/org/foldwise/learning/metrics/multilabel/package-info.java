/**
 * Figures of findings that occur together: {@link org.foldwise.learning.metrics.multilabel.LabelDecisions} at thresholds, {@link
 * org.foldwise.learning.metrics.multilabel.LabelScores} over all of them. Equal to scikit-learn's, except that an undefined figure
 * is an absence with a reason.
 */
@NullMarked
package org.foldwise.learning.metrics.multilabel;

import org.jspecify.annotations.NullMarked;
