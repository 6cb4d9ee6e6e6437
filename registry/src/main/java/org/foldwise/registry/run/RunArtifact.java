package org.foldwise.registry.run;

import java.time.Instant;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.RecordDigest;
import org.foldwise.registry.artifacts.ArtifactKey;

/** An artifact that a run made. */
public record RunArtifact(RunArtifactKind kind, ArtifactKey key, long sizeBytes, Instant createdAt) {
    /** Binds an artifact to the run that made it, so that another run's cannot be put in its place. */
    public static Digest binding(UUID run, RunArtifactKind kind, ArtifactKey key) {
        return RecordDigest.of("artifact of a run")
                .fact("run", run)
                .fact("kind", kind)
                .fact("digest", key.digest())
                .digest();
    }
}
