package org.foldwise.registry.run;

import jakarta.persistence.Converter;
import org.foldwise.registry.EnumColumn;

/** Why a run failed. */
public enum FailureCode {
    /** The loss was not a number, or exploded. The checkpoint of the last good epoch stays. */
    DIVERGED,
    /** The device had too little memory for the plan. */
    OUT_OF_MEMORY,
    /** An image could not be read, or did not fit the plan, or a stored file is missing or damaged. */
    BAD_INPUT,
    /** Storage, database or machine failed again and again. */
    INFRASTRUCTURE,
    /** A mistake of ours. */
    INTERNAL;

    /** Whether what was learned until then is worth looking at, so that the run's checkpoint is kept. */
    boolean keepsCheckpoint() {
        return this == DIVERGED;
    }

    /** Whether it is the plan's own doing, so that a search goes on without this candidate; all others stand against the whole search. */
    boolean isOfThePlan() {
        return this == DIVERGED || this == OUT_OF_MEMORY;
    }

    @Converter(autoApply = true)
    static final class Column extends EnumColumn<FailureCode> {
        Column() {
            super(FailureCode.class);
        }
    }
}
