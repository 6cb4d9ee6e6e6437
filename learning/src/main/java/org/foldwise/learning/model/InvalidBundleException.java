package org.foldwise.learning.model;

/** Bytes that claim to be a model bundle and are not, or a bundle whose parts do not fit together. */
public final class InvalidBundleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidBundleException(String message) {
        super(message);
    }

    public InvalidBundleException(String message, Throwable cause) {
        super(message, cause);
    }
}
