package org.foldwise.registry.artifacts;

/** There is no artifact under a key. */
public final class MissingArtifactException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingArtifactException(ArtifactKey key) {
        super("there is no artifact " + key);
    }
}
