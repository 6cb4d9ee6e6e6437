package org.foldwise.learning.cache;

import java.io.IOException;

/** A file of the cache is not what was written. Its records are made anew. */
final class DamagedSegmentException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedSegmentException(String message) {
        super(message);
    }
}
