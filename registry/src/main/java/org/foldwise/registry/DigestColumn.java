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
        try {
            return hex == null ? null : new Digest(hex);
        } catch (IllegalArgumentException e) {
            throw new RecordTamperedException("A record", "one of its digests is none", e);
        }
    }
}
