package org.foldwise.registry.artifacts;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where artifacts lie and for how long those that nobody names.
 *
 * @param directory the store's directory, made where it is missing; relative to the working directory
 * @param sweepAge how long ago something must have been staged or stored before it is deleted because nothing came of it or no row
 *     names it; at least an hour, and longer than an upload or the end of a training ever takes
 */
@ConfigurationProperties(prefix = "foldwise.artifacts", ignoreUnknownFields = false)
public record ArtifactProperties(
        @DefaultValue(".foldwise/artifacts") Path directory, @DefaultValue("24h") Duration sweepAge) {
    private static final Duration SHORTEST = Duration.ofHours(1);

    public ArtifactProperties {
        if (sweepAge.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("foldwise.artifacts.sweep-age must be at least 1h, was " + sweepAge);
        }
    }
}
