package org.foldwise.registry;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/** Stores digests as their hexadecimal digits. */
@Converter(autoApply = true)
final class DigestColumn implements AttributeConverter<Digest, String> {
    @Override
    public @Nullable String convertToDatabaseColumn(@Nullable Digest digest) {
        return digest == null ? null : digest.hex();
    }

    /** @throws RecordTamperedException if it is no digest, which a constraint of each column keeps out */
    @Override
    public @Nullable Digest convertToEntityAttribute(@Nullable String hex) {
        return hex == null ? null : StoredDigest.of(hex);
    }
}
