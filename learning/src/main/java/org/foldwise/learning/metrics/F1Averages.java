package org.foldwise.learning.metrics;

import java.util.List;

/**
 * F1 of a binary task, of images or of patients, with either class in the place of the positive one, averaged in the usual ways. As a report's {@code f1} is of
 * the positive class alone, these say what the decisions are worth to both.
 *
 * @param macro the mean of both classes' F1; undefined where one is
 * @param weighted the same with each class weighing as many as its images
 * @param micro of both classes' decisions counted together, which is the accuracy
 */
public record F1Averages(Estimate macro, Estimate weighted, Estimate micro) {
    /** Those of decisions, without intervals. */
    static F1Averages of(ConfusionMatrix decisions) {
        Averages both = new Averages(
                List.of(decisions.mirrored().f1(), decisions.f1()),
                List.of(decisions.negatives(), decisions.positives()));
        return new F1Averages(both.macro(), both.weighted(), decisions.accuracy());
    }
}
