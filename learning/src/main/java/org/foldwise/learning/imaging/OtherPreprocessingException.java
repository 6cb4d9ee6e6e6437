package org.foldwise.learning.imaging;

/** A model of a program that decodes or resizes images by other rules: its network would be shown other pixels than it learnt from. */
public final class OtherPreprocessingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OtherPreprocessingException(String message) {
        super(message);
    }
}
