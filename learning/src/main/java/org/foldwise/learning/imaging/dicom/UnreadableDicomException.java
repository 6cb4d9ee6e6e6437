package org.foldwise.learning.imaging.dicom;

/** A DICOM file was refused. The message never holds text taken from the file, which may name a patient. */
public final class UnreadableDicomException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a file was refused. */
    public enum Reason {
        /** A DICOM object without pixels: a report, a plan, a directory. */
        NO_IMAGE,
        /** A transfer syntax, photometric interpretation or sample layout that is not read. */
        UNSUPPORTED_ENCODING,
        /** The file ends before its pixels do. */
        TRUNCATED,
        /** The file contradicts itself or the standard. */
        CORRUPT,
        /** More elements or unpacked bytes than are read. */
        TOO_LARGE,
        /** Rows or columns of 0. */
        ZERO_SIZE
    }

    private final Reason reason;

    UnreadableDicomException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    UnreadableDicomException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    static UnreadableDicomException corrupt(String why) {
        return new UnreadableDicomException(Reason.CORRUPT, "the DICOM file is broken: " + why);
    }

    static UnreadableDicomException unsupported(String why) {
        return new UnreadableDicomException(
                Reason.UNSUPPORTED_ENCODING, "the DICOM file is of a kind not read: " + why);
    }

    static UnreadableDicomException truncated(String what) {
        return new UnreadableDicomException(Reason.TRUNCATED, "the DICOM file ends before " + what);
    }

    public Reason reason() {
        return reason;
    }
}
