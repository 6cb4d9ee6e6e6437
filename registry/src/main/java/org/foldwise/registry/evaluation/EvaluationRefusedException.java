package org.foldwise.registry.evaluation;

/** An evaluation cannot be made of its subject as that stands. */
public final class EvaluationRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why not. */
    public enum Cause {
        /** The run has no weights, yet or at all. */
        RUN_NOT_SUCCEEDED,
        /** The run only says how good a search is; nothing is decided by it alone. */
        RUN_OF_A_SEARCH,
        /** The run's threshold was chosen before, or is being chosen. */
        THRESHOLD_ALREADY_CHOSEN,
        /** A validation has to choose the run's threshold first. */
        THRESHOLD_NOT_FROZEN,
        /** The split locks nobody away. */
        NO_TEST_SUBSET,
        /** Only cross-validations have out-of-fold predictions. */
        NOT_CROSS_VALIDATED,
        /** Not all runs of the cross-validation have succeeded and been summarised. */
        EXPERIMENT_NOT_SUCCEEDED,
        /** The search of the nested cross-validation has not chosen in every outer fold, or not all of what it chose has been judged. */
        SEARCH_NOT_SUCCEEDED,
        /** The external dataset is not frozen. */
        DATASET_NOT_FROZEN,
        /** The external dataset has other classes than the training dataset. */
        OTHER_CLASSES,
        /** The external dataset is the training dataset itself. */
        SAME_DATASET,
        /** Patients of the training dataset occur in the external one. */
        SHARED_PATIENTS,
        /** Images of the external dataset are locked away in the training dataset. */
        LOCKED_IMAGES
    }

    private final Cause cause;

    EvaluationRefusedException(Cause cause, String detail) {
        super(detail);
        this.cause = cause;
    }

    /** Why not; for people, see the message. */
    public Cause refusal() {
        return cause;
    }
}
