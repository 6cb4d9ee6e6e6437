package org.foldwise.registry;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stored record is not what the platform wrote: somebody changed it past the database's triggers. */
public final class RecordTamperedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String record;
    private final String reason;

    /**
     * @param record which one, as people call it, with its id
     * @param reason what is wrong with it, for people, without patient data
     */
    public RecordTamperedException(String record, String reason) {
        this(record, reason, null);
    }

    /** The same with what it was found by. */
    RecordTamperedException(String record, String reason, @Nullable Throwable cause) {
        super(record + " was changed past the platform: " + reason, cause);
        this.record = record;
        this.reason = reason;
    }

    /** The one that a failure comes of, which whoever reads records wraps; empty where it comes of another. */
    public static Optional<RecordTamperedException> in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RecordTamperedException tampered) {
                return Optional.of(tampered);
            }
        }
        return Optional.empty();
    }

    /** Which record. */
    public String record() {
        return record;
    }

    /** What was found to be wrong with it, for people, without patient data. */
    public String reason() {
        return reason;
    }
}
