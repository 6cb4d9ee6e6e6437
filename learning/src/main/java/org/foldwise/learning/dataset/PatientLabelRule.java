package org.foldwise.learning.dataset;

/** How a patient's label follows from the labels of the patient's images. */
public enum PatientLabelRule {
    /** Positive as soon as one image is positive. */
    ANY_POSITIVE,
    /** The label of most images; positive where both are equally many. */
    MAJORITY,
    /** The label of the latest image by date; positive where images of that date disagree. Needs dates on all images. */
    LATEST
}
