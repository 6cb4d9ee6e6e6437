package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

@Schema(name = "Procedure", description = "What is trained with an experiment's plan.")
sealed interface Procedure {
    org.foldwise.registry.experiment.Procedure stored();

    /**
     * The procedure of a stored experiment.
     *
     * @param search of a nested cross-validation; absent of all others
     */
    static Procedure of(org.foldwise.registry.experiment.Procedure stored, @Nullable Search search) {
        return switch (stored) {
            case TRAIN -> new Train();
            case CROSS_VALIDATION -> new CrossValidation();
            case NESTED_CROSS_VALIDATION -> new NestedCrossValidation(Objects.requireNonNull(search));
            case ENSEMBLE -> new Ensemble();
        };
    }

    @Schema(
            name = "TrainProcedure",
            description = "One run on everything outside the test subset: the model to register.")
    record Train() implements Procedure {
        @Override
        public org.foldwise.registry.experiment.Procedure stored() {
            return org.foldwise.registry.experiment.Procedure.TRAIN;
        }
    }

    @Schema(
            name = "CrossValidationProcedure",
            description = "One run on each fold: how good such a model is to be expected.")
    record CrossValidation() implements Procedure {
        @Override
        public org.foldwise.registry.experiment.Procedure stored() {
            return org.foldwise.registry.experiment.Procedure.CROSS_VALIDATION;
        }
    }

    @Schema(
            name = "NestedCrossValidationProcedure",
            description =
                    "On each fold a search among the fold's own train and validation patients, and one run of what it chose: how good"
                            + " such a model is to be expected, the choice of its plan included. The plan is what candidates have where"
                            + " they are not told otherwise.")
    record NestedCrossValidation(Search search) implements Procedure {
        @Override
        public org.foldwise.registry.experiment.Procedure stored() {
            return org.foldwise.registry.experiment.Procedure.NESTED_CROSS_VALIDATION;
        }
    }

    @Schema(
            name = "EnsembleProcedure",
            description =
                    "Nothing is trained: one run that answers with the mean of other runs' probabilities. Made by /ensembles, and"
                            + " not started.")
    record Ensemble() implements Procedure {
        @Override
        public org.foldwise.registry.experiment.Procedure stored() {
            return org.foldwise.registry.experiment.Procedure.ENSEMBLE;
        }
    }
}
