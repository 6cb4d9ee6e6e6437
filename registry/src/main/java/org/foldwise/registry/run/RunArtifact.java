package org.foldwise.registry.run;

import java.time.Instant;
import org.foldwise.registry.artifacts.ArtifactKey;

/** An artifact that a run made. */
public record RunArtifact(RunArtifactKind kind, ArtifactKey key, long sizeBytes, Instant createdAt) {}
