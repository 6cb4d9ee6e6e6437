package org.foldwise.learning.network;

/** Bytes that claim to be a safetensors file and are not, or that use more of the format than is read here. */
public final class InvalidSafetensorsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidSafetensorsException(String message) {
        super(message);
    }

    public InvalidSafetensorsException(String message, Throwable cause) {
        super(message, cause);
    }
}
