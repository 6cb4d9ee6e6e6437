package org.foldwise.worker.run;

/** Something stored for good has another digest than it was stored with. Nothing is computed from it. */
public final class MaterialChangedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MaterialChangedException(String message) {
        super(message);
    }
}
