package org.foldwise.registry;

import jakarta.persistence.AttributeConverter;
import org.jspecify.annotations.Nullable;

/** Stores the constants of one enum in {@link LowerCamelCase}. Each enum that is stored has a subclass beside it. */
public abstract class EnumColumn<E extends Enum<E>> implements AttributeConverter<E, String> {
    private final Class<E> type;

    protected EnumColumn(Class<E> type) {
        this.type = type;
    }

    @Override
    public final @Nullable String convertToDatabaseColumn(@Nullable E constant) {
        return constant == null ? null : LowerCamelCase.of(constant);
    }

    @Override
    public final @Nullable E convertToEntityAttribute(@Nullable String spelling) {
        return spelling == null ? null : LowerCamelCase.parse(type, spelling);
    }
}
