package org.foldwise.registry.leakage;

import jakarta.persistence.Converter;
import java.util.EnumSet;
import java.util.Set;
import org.foldwise.registry.EnumColumn;

/** How far a leakage experiment is. */
public enum LeakageState {
    /** Waits for a worker. */
    QUEUED,
    /** A worker trains fold by fold, or did and is being replaced by another. */
    RUNNING,
    /** Has a report. */
    SUCCEEDED,
    /** Has none and will not have one. */
    FAILED,
    /** Was called off. */
    CANCELLED;

    /** Whether a leakage experiment in this state may go on to {@code next}. */
    public boolean canBecome(LeakageState next) {
        return next().contains(next);
    }

    /** Whether the leakage experiment has ended, which it does once. */
    public boolean isTerminal() {
        return next().isEmpty();
    }

    private Set<LeakageState> next() {
        return switch (this) {
            case QUEUED -> EnumSet.of(RUNNING, FAILED, CANCELLED);
            case RUNNING -> EnumSet.of(SUCCEEDED, FAILED, CANCELLED);
            case SUCCEEDED, FAILED, CANCELLED -> EnumSet.noneOf(LeakageState.class);
        };
    }

    @Converter(autoApply = true)
    static final class Column extends EnumColumn<LeakageState> {
        Column() {
            super(LeakageState.class);
        }
    }
}
