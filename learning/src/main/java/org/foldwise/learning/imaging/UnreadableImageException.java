package org.foldwise.learning.imaging;

/**
 * An image was refused. The message says what is wrong with the file in figures and format terms; it never holds text taken
 * from the file, which may name a patient.
 */
public final class UnreadableImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ImageDefect defect;

    UnreadableImageException(ImageDefect defect, String message) {
        super(message);
        this.defect = defect;
    }

    UnreadableImageException(ImageDefect defect, String message, Throwable cause) {
        super(message, cause);
        this.defect = defect;
    }

    /** The refusal of a file at which its reader failed in a way that nobody foresaw. */
    public static UnreadableImageException ofFailedReader(RuntimeException failure) {
        return new UnreadableImageException(
                ImageDefect.CORRUPT, "the file makes its reader fail, as no sound one should", failure);
    }

    public ImageDefect defect() {
        return defect;
    }
}
