package org.foldwise.registry.run;

import jakarta.persistence.Converter;
import org.foldwise.registry.EnumColumn;

/** What a replay has shown. */
public enum ReplayVerdict {
    /** Weights and predictions are equal to the bit. */
    IDENTICAL,
    /** They are not, and neither are the libraries, the device, the threads or the precision: no equal bits were promised. */
    OTHER_ENVIRONMENT,
    /** They are not, although everything that the provenance names is equal. */
    DIFFERENT;

    @Converter(autoApply = true)
    static final class Column extends EnumColumn<ReplayVerdict> {
        Column() {
            super(ReplayVerdict.class);
        }
    }
}
