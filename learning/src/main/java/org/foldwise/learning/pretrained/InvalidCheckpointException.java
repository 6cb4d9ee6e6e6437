package org.foldwise.learning.pretrained;

/** Bytes that claim to be a checkpoint of PyTorch and are not, or that hold more than tensors. */
public final class InvalidCheckpointException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidCheckpointException(String message) {
        super(message);
    }

    public InvalidCheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
