package org.foldwise.registry.inquiry;

import jakarta.persistence.Converter;
import java.util.EnumSet;
import java.util.Set;
import org.foldwise.registry.EnumColumn;

/** How far an inquiry is. */
public enum InquiryState {
    /** Waits for a worker. */
    QUEUED,
    /** A worker carries it out, or did and is being replaced by another. */
    RUNNING,
    /** Has a report. */
    SUCCEEDED,
    /** Has none and will not have one. */
    FAILED,
    /** Was called off. */
    CANCELLED;

    /** Whether an inquiry in this state may go on to {@code next}. */
    public boolean canBecome(InquiryState next) {
        return next().contains(next);
    }

    /** Whether the inquiry has ended, which it does once. */
    public boolean isTerminal() {
        return next().isEmpty();
    }

    private Set<InquiryState> next() {
        return switch (this) {
            case QUEUED -> EnumSet.of(RUNNING, FAILED, CANCELLED);
            case RUNNING -> EnumSet.of(SUCCEEDED, FAILED, CANCELLED);
            case SUCCEEDED, FAILED, CANCELLED -> EnumSet.noneOf(InquiryState.class);
        };
    }

    @Converter(autoApply = true)
    static final class Column extends EnumColumn<InquiryState> {
        Column() {
            super(InquiryState.class);
        }
    }
}
