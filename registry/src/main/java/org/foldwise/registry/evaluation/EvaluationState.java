package org.foldwise.registry.evaluation;

import jakarta.persistence.Converter;
import java.util.EnumSet;
import java.util.Set;
import org.foldwise.registry.EnumColumn;

/** How far an evaluation is. */
public enum EvaluationState {
    /** Waits for a worker. */
    QUEUED,
    /** A worker scores and computes. */
    RUNNING,
    /** Has a report. */
    SUCCEEDED,
    /** Has none and will not have one. */
    FAILED;

    /** Whether an evaluation in this state may go on to {@code next}. */
    public boolean canBecome(EvaluationState next) {
        return next().contains(next);
    }

    /** Whether the evaluation has ended, which it does once. */
    public boolean isTerminal() {
        return next().isEmpty();
    }

    private Set<EvaluationState> next() {
        return switch (this) {
            case QUEUED -> EnumSet.of(RUNNING, FAILED);
            case RUNNING -> EnumSet.of(SUCCEEDED, FAILED);
            case SUCCEEDED, FAILED -> EnumSet.noneOf(EvaluationState.class);
        };
    }

    @Converter(autoApply = true)
    static final class Column extends EnumColumn<EvaluationState> {
        Column() {
            super(EvaluationState.class);
        }
    }
}
