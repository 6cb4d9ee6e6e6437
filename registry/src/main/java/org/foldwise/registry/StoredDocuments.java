package org.foldwise.registry;

import java.io.IOException;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.format.FormatMapper;
import org.jspecify.annotations.Nullable;

/** Reads and writes documents in jsonb columns, and says of those that cannot be read that somebody else wrote them. */
final class StoredDocuments implements FormatMapper {
    private final FormatMapper mapper;

    StoredDocuments(FormatMapper mapper) {
        this.mapper = mapper;
    }

    /** @throws RecordTamperedException if it is none of those that the platform writes */
    @Override
    public <T> @Nullable T fromString(CharSequence document, JavaType<T> type, WrapperOptions options) {
        try {
            T read = mapper.fromString(document, type, options);
            if (read == null) {
                // what is absent is no document: its column is empty
                throw new IllegalArgumentException("null is no document");
            }
            return read;
        } catch (IllegalArgumentException e) {
            throw new RecordTamperedException("A record", "one of its documents is none", e);
        }
    }

    @Override
    public <T> String toString(T value, JavaType<T> type, WrapperOptions options) {
        return mapper.toString(value, type, options);
    }

    @Override
    public boolean supportsSourceType(Class<?> type) {
        return mapper.supportsSourceType(type);
    }

    @Override
    public boolean supportsTargetType(Class<?> type) {
        return mapper.supportsTargetType(type);
    }

    @Override
    public <T> void writeToTarget(T value, JavaType<T> type, Object target, WrapperOptions options) throws IOException {
        mapper.writeToTarget(value, type, target, options);
    }

    @Override
    public <T> T readFromSource(JavaType<T> type, Object source, WrapperOptions options) throws IOException {
        return mapper.readFromSource(type, source, options);
    }
}
