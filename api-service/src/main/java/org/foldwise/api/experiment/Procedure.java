package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;

@Schema(name = "Procedure", description = "What is trained with an experiment's plan.")
sealed interface Procedure {
    org.foldwise.registry.experiment.Procedure stored();

    static Procedure of(org.foldwise.registry.experiment.Procedure stored) {
        return switch (stored) {
            case TRAIN -> new Train();
            case CROSS_VALIDATION -> new CrossValidation();
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
}
