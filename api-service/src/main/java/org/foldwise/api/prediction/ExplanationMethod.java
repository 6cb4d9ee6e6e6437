package org.foldwise.api.prediction;

/** How an answer is explained. */
enum ExplanationMethod {
    /** Which places of the last feature map speak for the class. */
    GRAD_CAM
}
