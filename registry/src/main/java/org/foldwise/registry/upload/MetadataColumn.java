package org.foldwise.registry.upload;

import java.util.Objects;
import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.registry.RecordTamperedException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The metadata of images as the JSON documents that tables hold. */
public final class MetadataColumn {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private MetadataColumn() {}

    static @Nullable String of(@Nullable ImageMetadata metadata) {
        return metadata == null ? null : JSON.writeValueAsString(metadata);
    }

    /**
     * The metadata of a row; null where it has none.
     *
     * @throws RecordTamperedException if they cannot be read
     */
    public static @Nullable ImageMetadata read(@Nullable String document) {
        if (document == null) {
            return null;
        }
        try {
            return Objects.requireNonNull(JSON.readValue(document, ImageMetadata.class));
        } catch (JacksonException | NullPointerException e) {
            throw new RecordTamperedException("An image", "its metadata cannot be read", e);
        }
    }
}
