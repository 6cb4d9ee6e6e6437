package org.foldwise.learning.metrics.comparison;

/** A figure of a fold by which recipes are compared. Means are over the classes, or labels, that the fold judges. */
public enum RecipeFigure {
    /** Of a binary task, the area under the ROC curve. */
    ROC_AUC(1),
    /** Of a binary task. */
    AVERAGE_PRECISION(1),
    /** Of the positive class of a binary task, at the recipe's threshold as all decisions. */
    F1(1),
    /** Mean area of several classes, or of labels, each against everything else. */
    MEAN_ROC_AUC(1),
    /** Mean average precision of the same. */
    MEAN_AVERAGE_PRECISION(1),
    /** Mean F1 of the decisions on each. */
    MEAN_F1(1),
    /** Share of images decided rightly, of labels with every label right. */
    ACCURACY(1),
    /** Mean of recall and specificity, of exclusive classes mean recall; of labels the mean of each label's. */
    BALANCED_ACCURACY(1),
    /** Of a binary task. */
    RECALL(1),
    /** Of a binary task. */
    SPECIFICITY(1),
    /** Of a binary task. */
    PRECISION(1),
    /** Of a binary task. */
    NEGATIVE_PREDICTIVE_VALUE(1),
    /** Of several classes, or of labels. */
    MEAN_RECALL(1),
    /** Of several classes, or of labels. */
    MEAN_SPECIFICITY(1),
    /** Of a binary task and of exclusive classes. */
    MATTHEWS_CORRELATION(2),
    /** Cohen's, of a binary task and of exclusive classes. */
    KAPPA(2),
    /** Of a binary task. Less is better. */
    BRIER_SCORE(1),
    /** Mean over several classes, or labels, of the Brier score of each one's probability. Less is better. */
    MEAN_BRIER_SCORE(1),
    /** Mean negative logarithm of the probability of what was true, of labels the mean over them. Less is better. */
    LOG_LOSS(Double.POSITIVE_INFINITY),
    /** Of a binary task, over 10 bins. Less is better. */
    EXPECTED_CALIBRATION_ERROR(1);

    private final double widest;

    RecipeFigure(double widest) {
        this.widest = widest;
    }

    /** What two of its values differ by at most. */
    double widest() {
        return widest;
    }
}
