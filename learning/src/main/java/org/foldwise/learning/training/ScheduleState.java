package org.foldwise.learning.training;

/**
 * Where a learning rate schedule stands.
 *
 * @param learningRate of the coming epoch
 * @param best lowest validation loss so far; infinite before the first
 * @param badEpochs epochs in a row without a better one
 */
public record ScheduleState(double learningRate, double best, int badEpochs) {
    static ScheduleState initial(double learningRate) {
        return new ScheduleState(learningRate, Double.POSITIVE_INFINITY, 0);
    }
}
