package org.foldwise.registry.evaluation;

import jakarta.persistence.Converter;
import org.foldwise.registry.EnumColumn;

/** What happens when patient ids of the training dataset occur in the external one. */
public enum SharedPatients {
    /** The evaluation is refused. */
    REFUSE,
    /** These patients are left out. */
    EXCLUDE,
    /** Somebody states, with a reason, that equal ids are different people. */
    DISTINCT_PATIENTS;

    @Converter(autoApply = true)
    static final class Column extends EnumColumn<SharedPatients> {
        Column() {
            super(SharedPatients.class);
        }
    }
}
