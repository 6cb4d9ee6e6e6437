package org.foldwise.learning.network;

import ai.djl.engine.EngineException;

/** The engine does not take methods in TorchScript: it does not know what they call, or cannot read them. No later attempt ends otherwise. */
final class RefusedArchiveException extends EngineException {
    private static final long serialVersionUID = 1L;

    RefusedArchiveException(Exception cause) {
        super("libtorch does not take the archive: " + cause.getMessage(), cause);
    }
}
