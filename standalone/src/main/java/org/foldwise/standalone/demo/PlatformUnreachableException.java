package org.foldwise.standalone.demo;

/** The platform does not answer, or does not any more; the message says why. */
final class PlatformUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PlatformUnreachableException(String message) {
        super(message);
    }
}
