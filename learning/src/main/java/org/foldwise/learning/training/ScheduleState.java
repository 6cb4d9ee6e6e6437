package org.foldwise.learning.training;

/**
 * Where a learning rate schedule stands.
 *
 * @param updates made so far
 * @param epochs finished so far, without those of the warm-up
 * @param learningRate of the coming epoch, before warm-up; what a plateau schedule has come to
 * @param best best value of a plateau schedule's metric so far, as lower-is-better; infinite before the first
 * @param badEpochs epochs in a row without a better one
 * @param coolDown epochs that are not counted yet
 * @param reductions how often a plateau schedule has been about to reduce the rate, whether there was room below it or not
 */
public record ScheduleState(
        long updates, int epochs, double learningRate, double best, int badEpochs, int coolDown, int reductions) {
    static ScheduleState initial(double learningRate) {
        return new ScheduleState(0, 0, learningRate, Double.POSITIVE_INFINITY, 0, 0, 0);
    }
}
