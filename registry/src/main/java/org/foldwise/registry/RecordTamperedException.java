package org.foldwise.registry;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stored record is not what the platform wrote: somebody changed it past the database's triggers. */
public class RecordTamperedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String record;
    private final String reason;
    private final String remedy;

    /**
     * Of a record that nothing but the database as it was can bring back.
     *
     * @param record which one, as people call it, with its id
     * @param reason what is wrong with it, for people, without patient data
     */
    public RecordTamperedException(String record, String reason) {
        this(record, reason, null);
    }

    /** The same with what it was found by. */
    public RecordTamperedException(String record, String reason, @Nullable Throwable cause) {
        this(record + " was changed past the platform: " + reason, record, reason, "restore the database");
        initCause(cause);
    }

    /**
     * Of a record that can be made again.
     *
     * @param message for logs and for whoever runs a job
     * @param remedy what to do, as the end of a sentence
     */
    protected RecordTamperedException(String message, String record, String reason, String remedy) {
        super(message);
        this.record = record;
        this.reason = reason;
        this.remedy = remedy;
    }

    /** The one that a failure comes of, which whoever reads records may have wrapped; empty where it comes of another. */
    public static Optional<RecordTamperedException> in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RecordTamperedException tampered) {
                return Optional.of(tampered);
            }
        }
        return Optional.empty();
    }

    /** Which record, as people call it. */
    public String record() {
        return record;
    }

    /** What was found to be wrong with it, for people, without patient data. */
    public String reason() {
        return reason;
    }

    /** What to do about it, as the end of a sentence. */
    public String remedy() {
        return remedy;
    }
}
