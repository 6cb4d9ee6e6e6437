package org.foldwise.registry.run;

import jakarta.persistence.Converter;
import java.util.EnumSet;
import java.util.Set;
import org.foldwise.registry.EnumColumn;

/** How far a run is. */
public enum RunStatus {
    /** Waits for a worker. */
    QUEUED,
    /** A worker trains, or trained and is being replaced by another. */
    RUNNING,
    /** Has weights. */
    SUCCEEDED,
    /** Could not be trained. */
    FAILED,
    /** Was called off. */
    CANCELLED;

    /** Whether a run in this state may go on to {@code next}. */
    public boolean canBecome(RunStatus next) {
        return next().contains(next);
    }

    /** Whether the run has ended, which it does once. */
    public boolean isTerminal() {
        return next().isEmpty();
    }

    private Set<RunStatus> next() {
        return switch (this) {
            case QUEUED -> EnumSet.of(RUNNING, FAILED, CANCELLED);
            case RUNNING -> EnumSet.of(SUCCEEDED, FAILED, CANCELLED);
            case SUCCEEDED, FAILED, CANCELLED -> EnumSet.noneOf(RunStatus.class);
        };
    }

    @Converter(autoApply = true)
    static final class Column extends EnumColumn<RunStatus> {
        Column() {
            super(RunStatus.class);
        }
    }
}
