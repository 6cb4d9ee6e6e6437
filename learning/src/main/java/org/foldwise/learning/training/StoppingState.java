package org.foldwise.learning.training;

/**
 * Where early stopping stands.
 *
 * @param best lowest value so far; not a number before the first
 * @param badEpochs epochs in a row that did not improve on it
 */
public record StoppingState(double best, int badEpochs) {
    static final StoppingState INITIAL = new StoppingState(Double.NaN, 0);
}
