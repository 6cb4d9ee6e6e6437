package org.foldwise.registry.experiment;

import jakarta.persistence.Converter;
import java.util.EnumSet;
import java.util.Set;
import org.foldwise.registry.EnumColumn;

/** How far an experiment is. */
public enum ExperimentState {
    /** No run has begun. */
    QUEUED,
    /** A run has begun, or all have ended and are being summarised. */
    RUNNING,
    /** All runs succeeded and were summarised. */
    SUCCEEDED,
    /** A run failed, or the summary did. */
    FAILED,
    /** A run was cancelled, and none failed. */
    CANCELLED;

    /** Whether an experiment in this state may go on to {@code next}. */
    public boolean canBecome(ExperimentState next) {
        return next().contains(next);
    }

    /** Whether the experiment has ended, which it does once. */
    public boolean isTerminal() {
        return next().isEmpty();
    }

    private Set<ExperimentState> next() {
        return switch (this) {
            case QUEUED -> EnumSet.of(RUNNING, FAILED, CANCELLED);
            case RUNNING -> EnumSet.of(SUCCEEDED, FAILED, CANCELLED);
            case SUCCEEDED, FAILED, CANCELLED -> EnumSet.noneOf(ExperimentState.class);
        };
    }

    @Converter(autoApply = true)
    static final class Column extends EnumColumn<ExperimentState> {
        Column() {
            super(ExperimentState.class);
        }
    }
}
