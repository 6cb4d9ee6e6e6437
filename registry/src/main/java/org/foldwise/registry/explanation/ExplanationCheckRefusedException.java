package org.foldwise.registry.explanation;

/** An evaluation has no answers that could be explained. */
public final class ExplanationCheckRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExplanationCheckRefusedException(String message) {
        super(message);
    }
}
