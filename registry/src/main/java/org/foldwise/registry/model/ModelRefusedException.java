package org.foldwise.registry.model;

/** A run cannot be registered, or a version not be used, as it stands. */
public final class ModelRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why not. */
    public enum Cause {
        /** The run has no weights, yet or at all. */
        RUN_NOT_SUCCEEDED,
        /** A validation has to choose the run's threshold first. */
        THRESHOLD_NOT_FROZEN,
        /** The run was trained on a dataset of another project. */
        OTHER_PROJECT,
        /** A patient whom the run learned from was withdrawn. */
        DATA_WITHDRAWN,
        /** The version was withdrawn. */
        WITHDRAWN,
        /** Aliases point at the version. */
        ALIASED
    }

    private final Cause cause;

    ModelRefusedException(Cause cause, String detail) {
        super(detail);
        this.cause = cause;
    }

    /** Why not; for people, see the message. */
    public Cause refusal() {
        return cause;
    }
}
