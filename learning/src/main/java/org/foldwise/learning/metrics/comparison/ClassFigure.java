package org.foldwise.learning.metrics.comparison;

/** A figure by which models of several classes, or of labels, are compared. Means are over the judged classes. */
public enum ClassFigure {
    /** Mean area under the ROC curve of each class against everything else. */
    MEAN_ROC_AUC,
    /** Mean average precision of each class against everything else. */
    MEAN_AVERAGE_PRECISION,
    /** Mean F1 of the decisions on each class. */
    MEAN_F1,
    /** Share of images decided rightly, of labels with every label right. */
    ACCURACY,
    /** Mean recall of exclusive classes; of labels the mean of each label's balanced accuracy. */
    BALANCED_ACCURACY
}
