package org.foldwise.registry.run;

/** What an artifact of a run is. */
public enum RunArtifactKind {
    /** The best epoch's weights. */
    WEIGHTS,
    /** What is needed to go on after the last finished epoch; gone once the run has ended, unless it diverged. */
    CHECKPOINT,
    /** The best weights' scores of the validation images. */
    VALIDATION_PREDICTIONS,
    /** The best weights' scores of the held-out images of a cross-validation's fold. */
    HELD_OUT_PREDICTIONS
}
