package org.foldwise.registry.model;

import jakarta.persistence.Converter;
import java.util.EnumSet;
import java.util.Set;
import org.foldwise.registry.EnumColumn;

/** What a model version may be used for. */
public enum ModelVersionState {
    /** Registered, to be judged. */
    CANDIDATE,
    /** Approved for use. */
    RELEASED,
    /** Not to be used any more; kept for its lineage. */
    WITHDRAWN;

    /** Whether a version in this state may go on to {@code next}. */
    public boolean canBecome(ModelVersionState next) {
        return next().contains(next);
    }

    private Set<ModelVersionState> next() {
        return switch (this) {
            case CANDIDATE -> EnumSet.of(RELEASED, WITHDRAWN);
            case RELEASED -> EnumSet.of(WITHDRAWN);
            case WITHDRAWN -> EnumSet.noneOf(ModelVersionState.class);
        };
    }

    @Converter(autoApply = true)
    static final class Column extends EnumColumn<ModelVersionState> {
        Column() {
            super(ModelVersionState.class);
        }
    }
}
