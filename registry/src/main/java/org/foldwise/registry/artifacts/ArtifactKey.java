package org.foldwise.registry.artifacts;

import org.foldwise.learning.provenance.Digest;

/**
 * The name of an artifact: the SHA-256 of its bytes. Equal contents have one name and lie in the store once.
 *
 * @param digest of the bytes
 */
public record ArtifactKey(Digest digest) {
    @Override
    public String toString() {
        return digest.hex();
    }
}
