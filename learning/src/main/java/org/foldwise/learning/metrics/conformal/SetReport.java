package org.foldwise.learning.metrics.conformal;

import java.util.List;

/** What prediction sets do on other images than they were calibrated on. */
public sealed interface SetReport permits PredictionSetReport, LabelSetReport {
    /** What is promised, in (0, 1). */
    double coverage();

    /** The images of each class; of labels those without and those with each of them. */
    List<PredictionSetReport.OfClass> byClass();
}
