package org.foldwise.api.model;

import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.registry.model.ModelRefusedException;

/** The registry's refusals in the contract's words. */
final class ModelRefusals {
    private ModelRefusals() {}

    static RefusedException problem(ModelRefusedException refusal) {
        return switch (refusal.refusal()) {
            case RUN_NOT_SUCCEEDED -> new RefusedException(ProblemType.CONFLICT, "The run has not succeeded.");
            case THRESHOLD_NOT_FROZEN ->
                new RefusedException(
                        ProblemType.THRESHOLD_NOT_FROZEN,
                        "Evaluate the run's validation subset first; that freezes its threshold.");
            case OTHER_PROJECT ->
                new RefusedException(ProblemType.CONFLICT, "The run belongs to another project than the model.");
            case DATA_WITHDRAWN ->
                new RefusedException(
                        ProblemType.DATA_WITHDRAWN,
                        "A patient whom the run learned from was withdrawn. Train on a new dataset without the patient, and"
                                + " register that run.");
            case WITHDRAWN -> new RefusedException(ProblemType.CONFLICT, "The version was withdrawn.");
            case ALIASED -> new RefusedException(ProblemType.CONFLICT, "An alias points at the version.");
        };
    }
}
