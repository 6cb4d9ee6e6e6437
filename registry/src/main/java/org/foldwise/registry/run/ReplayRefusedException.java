package org.foldwise.registry.run;

/** A replay that makes no sense now; the message says why. */
public final class ReplayRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReplayRefusedException(String message) {
        super(message);
    }
}
