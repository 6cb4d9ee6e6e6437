package org.foldwise.learning.training;

import java.util.function.Supplier;

/** Told what a training does, on the training's thread. What it throws ends the training. */
public interface TrainingListener {
    /** Wants to know nothing. */
    TrainingListener NONE = new TrainingListener() {};

    /** A training step is done. */
    default void batchFinished(BatchProgress progress) {}

    /**
     * An epoch is done.
     *
     * @param checkpoint makes a checkpoint from which the training can go on after this epoch; only during this call
     */
    default void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {}
}
