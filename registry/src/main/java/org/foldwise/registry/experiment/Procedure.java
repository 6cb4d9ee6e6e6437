package org.foldwise.registry.experiment;

import jakarta.persistence.Converter;
import org.foldwise.registry.EnumColumn;

/** What is trained with an experiment's plan. */
public enum Procedure {
    /** One run on the development fold: the model to register. */
    TRAIN,
    /** One run on each fold of the cross-validation: how good such a model is to be expected. */
    CROSS_VALIDATION,
    /**
     * On each fold of the cross-validation a search for a plan among the fold's own train and validation patients, and one run of what
     * it chose: how good such a model is to be expected, the choice of its plan included.
     */
    NESTED_CROSS_VALIDATION,
    /** Nothing: one run that answers with the mean of what trainings of other experiments on the split answer. */
    ENSEMBLE;

    /** Whether every fold of the split is judged by a training that had held its patients out. */
    public boolean isCrossValidation() {
        return this == CROSS_VALIDATION || this == NESTED_CROSS_VALIDATION;
    }

    @Converter(autoApply = true)
    static final class Column extends EnumColumn<Procedure> {
        Column() {
            super(Procedure.class);
        }
    }
}
