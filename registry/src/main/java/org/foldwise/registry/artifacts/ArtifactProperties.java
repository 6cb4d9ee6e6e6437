package org.foldwise.registry.artifacts;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where artifacts lie.
 *
 * @param directory the store's directory, made where it is missing; relative to the working directory
 */
@ConfigurationProperties(prefix = "foldwise.artifacts", ignoreUnknownFields = false)
public record ArtifactProperties(@DefaultValue(".foldwise/artifacts") Path directory) {}
