package org.foldwise.learning.training;

/** A training ended because it was asked to. */
public final class TrainingCancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TrainingCancelledException(int epochIndex) {
        super("the training was cancelled in epoch " + epochIndex);
    }
}
