package org.foldwise.registry.run;

import jakarta.persistence.Converter;
import java.util.EnumSet;
import java.util.Set;
import org.foldwise.registry.EnumColumn;

/** How far a replay is. */
public enum ReplayState {
    /** Waits for a worker. */
    QUEUED,
    /** A worker trains and compares. */
    RUNNING,
    /** Has a verdict. */
    SUCCEEDED,
    /** Has none and will not have one. */
    FAILED,
    /** Was called off. */
    CANCELLED;

    /** Whether a replay in this state may go on to {@code next}. */
    public boolean canBecome(ReplayState next) {
        return next().contains(next);
    }

    /** Whether the replay has ended, which it does once. */
    public boolean isTerminal() {
        return next().isEmpty();
    }

    private Set<ReplayState> next() {
        return switch (this) {
            case QUEUED -> EnumSet.of(RUNNING, FAILED, CANCELLED);
            case RUNNING -> EnumSet.of(SUCCEEDED, FAILED, CANCELLED);
            case SUCCEEDED, FAILED, CANCELLED -> EnumSet.noneOf(ReplayState.class);
        };
    }

    @Converter(autoApply = true)
    static final class Column extends EnumColumn<ReplayState> {
        Column() {
            super(ReplayState.class);
        }
    }
}
