package org.foldwise.api.upload;

/** A file of a source is at fault. The message says what is wrong with it, as it is told to clients behind the file's name. */
final class UnfitFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private UnfitFileException(String defect) {
        super(defect);
    }

    static UnfitFileException changed() {
        return new UnfitFileException("has changed since it was listed; ask again");
    }

    static UnfitFileException unreadable() {
        return new UnfitFileException("cannot be read by the service");
    }

    /** What is wrong with the file. */
    String defect() {
        return String.valueOf(getMessage());
    }
}
