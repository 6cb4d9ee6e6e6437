package org.foldwise.api.upload;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Where and how uploads are received.
 *
 * @param scratchDirectory where archives lie until they have been looked through; needs room for the largest archives
 * @param maximumArchiveSize of a packed archive
 * @param decodingThreads how many images are decoded at once, over all uploads
 * @param pseudonymKeyFile the secret of pseudonyms, made at the first start; all processes of a platform need the same one
 * @param concurrentArchives how many archives are received at once, and how many sources read; more are told to come back later
 * @param readingThreads how many files of sources are read at once, over all imports
 * @param sources directories and buckets that datasets may be filled from, see {@link Source#parse}
 */
@Validated
@ConfigurationProperties(prefix = "foldwise.upload", ignoreUnknownFields = false)
record UploadProperties(
        @DefaultValue(".foldwise/scratch") Path scratchDirectory,
        @DefaultValue(".foldwise/pseudonym.key") Path pseudonymKeyFile,
        @DefaultValue("16GB") DataSize maximumArchiveSize,
        @DefaultValue("2") @Min(1) @Max(64) int decodingThreads,
        @DefaultValue("4") @Min(1) @Max(100) int concurrentArchives,
        @DefaultValue("8") @Min(1) @Max(64) int readingThreads,
        @DefaultValue List<String> sources) {
    UploadProperties {
        sources = List.copyOf(sources);
    }
}
