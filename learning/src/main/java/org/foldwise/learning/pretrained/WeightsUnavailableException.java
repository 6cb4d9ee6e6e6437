package org.foldwise.learning.pretrained;

/** A file of published weights is not where it should be, or is another file. */
public final class WeightsUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WeightsUnavailableException(String message) {
        super(message);
    }
}
