package org.foldwise.registry;

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
        super(record + " was changed past the platform: " + reason);
        this.record = record;
        this.reason = reason;
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
