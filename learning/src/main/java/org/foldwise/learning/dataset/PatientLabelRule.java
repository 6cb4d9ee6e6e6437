package org.foldwise.learning.dataset;

/**
 * How what a patient counts as follows from the labels of the patient's images. Of a multi-label task it is asked of each label by
 * itself: showing the label is positive.
 */
public enum PatientLabelRule {
    /** Positive as soon as one image is positive. Multiclass tasks know no positive class and cannot have it. */
    ANY_POSITIVE,
    /**
     * The label of most images; positive where both are equally many, and of several classes the last in the cohort's order.
     */
    MAJORITY,
    /**
     * The label of the latest image by date; positive where images of that date disagree, and of several classes what {@link
     * #MAJORITY} says of them. Needs dates on all images.
     */
    LATEST
}
