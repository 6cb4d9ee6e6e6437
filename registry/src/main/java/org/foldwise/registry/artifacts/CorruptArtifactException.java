package org.foldwise.registry.artifacts;

import java.io.IOException;

/** The bytes under a key are not those that were stored under it. */
public final class CorruptArtifactException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptArtifactException(ArtifactKey expected, ArtifactKey actual) {
        super("artifact " + expected + " is corrupt: its bytes have the digest " + actual);
    }
}
