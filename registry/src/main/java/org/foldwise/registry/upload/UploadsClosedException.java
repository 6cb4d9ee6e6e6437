package org.foldwise.registry.upload;

import java.util.UUID;

/** A dataset is no draft any more, or there is no such dataset, and takes no uploads. */
public final class UploadsClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UploadsClosedException(UUID dataset) {
        super("dataset " + dataset + " is not a draft and takes no uploads");
    }
}
