package org.foldwise.api.weights;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where weights come from.
 *
 * @param directory in which published files, and those that documents {@code NAME.json} there describe, are looked for under their
 *     names, when a plan asks for weights that nobody has imported; it need not exist
 * @param maximumSize of a file; reading one takes up to three times as much memory
 * @param mirror address below which such files can be fetched under their names, told to clients; this service fetches
 *     nothing. Absent: clients are told none
 */
@ConfigurationProperties(prefix = "foldwise.weights", ignoreUnknownFields = false)
record WeightsProperties(
        @DefaultValue(".foldwise/weights") Path directory,
        @DefaultValue("256MB") DataSize maximumSize,
        @Nullable URI mirror) {
    private static final DataSize SMALLEST = DataSize.ofMegabytes(1);

    WeightsProperties {
        if (maximumSize.compareTo(SMALLEST) < 0) {
            throw new IllegalArgumentException(
                    "foldwise.weights.maximum-size must be at least 1MB, was " + maximumSize);
        }
        if (mirror != null && !("https".equals(mirror.getScheme()) || "http".equals(mirror.getScheme()))) {
            throw new IllegalArgumentException(
                    "foldwise.weights.mirror must begin with https:// or http://, was '" + mirror + "'");
        }
    }

    /** Where the mirror has a file of that name; absent without a mirror. */
    @Nullable
    String mirrored(String fileName) {
        if (mirror == null) {
            return null;
        }
        String base = mirror.toString();
        return (base.endsWith("/") ? base : base + "/") + fileName;
    }
}
