package org.foldwise.learning.training;

/** Asked before each batch whether the training should end. */
@FunctionalInterface
public interface CancellationSignal {
    /** Never ends a training. */
    CancellationSignal NEVER = () -> false;

    boolean isCancelled();
}
