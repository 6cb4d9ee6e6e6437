package org.foldwise.standalone;

/** The platform cannot start here; the message tells the user what to change. */
final class StartRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    StartRefusedException(String message) {
        super(message);
    }

    StartRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
