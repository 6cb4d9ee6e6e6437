package org.foldwise.registry.dataset;

import jakarta.persistence.Converter;
import java.util.EnumSet;
import java.util.Set;
import org.foldwise.registry.EnumColumn;

/** How far a dataset is. */
public enum DatasetState {
    /** Takes uploads. */
    DRAFT,
    /** Is being checked and profiled; takes nothing. */
    FREEZING,
    /** Never changes again. */
    FROZEN;

    /** Whether a dataset in this state may go on to {@code next}. */
    public boolean canBecome(DatasetState next) {
        return next().contains(next);
    }

    private Set<DatasetState> next() {
        return switch (this) {
            case DRAFT -> EnumSet.of(FREEZING);
            case FREEZING -> EnumSet.of(FROZEN, DRAFT);
            case FROZEN -> EnumSet.noneOf(DatasetState.class);
        };
    }

    @Converter(autoApply = true)
    static final class Column extends EnumColumn<DatasetState> {
        Column() {
            super(DatasetState.class);
        }
    }
}
