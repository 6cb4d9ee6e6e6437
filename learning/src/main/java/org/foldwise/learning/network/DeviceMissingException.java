package org.foldwise.learning.network;

/** The device that is to compute is not among those of this machine, or libtorch is built for none. No later attempt finds it there either. */
public final class DeviceMissingException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    DeviceMissingException(String message) {
        super(message);
    }
}
