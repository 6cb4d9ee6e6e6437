package org.foldwise.api.evaluation;

import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.registry.evaluation.EvaluationRefusedException;

/** The registry's refusals in the contract's words. */
final class EvaluationRefusals {
    private EvaluationRefusals() {}

    /** A refusal as a problem. */
    static RefusedException problem(EvaluationRefusedException refusal) {
        return switch (refusal.refusal()) {
            case RUN_NOT_SUCCEEDED -> conflict("The run has not succeeded.");
            case RUN_OF_A_SEARCH ->
                conflict(
                        "The run belongs to a nested cross-validation. Evaluate that as a whole, by subject.experimentId and the"
                                + " subset outOfFold, or train the chosen plan by an experiment of its own and evaluate that.");
            case THRESHOLD_ALREADY_CHOSEN ->
                new RefusedException(
                        ProblemType.THRESHOLD_ALREADY_FROZEN,
                        "The run's threshold was chosen by an earlier validation, or is being chosen.");
            case THRESHOLD_NOT_FROZEN ->
                new RefusedException(
                        ProblemType.THRESHOLD_NOT_FROZEN,
                        "Evaluate the run's validation subset first; that freezes its threshold.");
            case NO_TEST_SUBSET -> conflict("The split locks nobody away.");
            case NOT_CROSS_VALIDATED -> conflict("The experiment is no cross-validation.");
            case EXPERIMENT_NOT_SUCCEEDED -> conflict("The experiment has not succeeded.");
            case SEARCH_NOT_SUCCEEDED ->
                conflict(
                        "The nested cross-validation has not succeeded: an evaluation is of its outer folds, each judged by the"
                                + " training of what the search chose there. GET /api/v1/experiments/{id}/search tells how far it is.");
            case DATASET_NOT_FROZEN -> conflict("The external dataset is not frozen.");
            case OTHER_CLASSES -> conflict("The external dataset has other classes than the training dataset.");
            case SAME_DATASET -> conflict("The external dataset is the one that the run was trained on.");
            case SHARED_PATIENTS ->
                new RefusedException(
                        ProblemType.SHARED_PATIENTS, "Patient ids of the training data occur in the external dataset.");
            case LOCKED_IMAGES ->
                new RefusedException(
                        ProblemType.LOCKED_IMAGES,
                        "Images of the external dataset are byte-identical to test images that splits of the training dataset lock"
                                + " away: judging them would open the test subset without being counted. Freeze a dataset without"
                                + " them, leave their patients out by sharedPatients exclude where the ids are equal, or evaluate the"
                                + " subset test.");
        };
    }

    private static RefusedException conflict(String detail) {
        return new RefusedException(ProblemType.CONFLICT, detail);
    }
}
