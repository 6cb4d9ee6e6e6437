package org.foldwise.worker;

import org.foldwise.registry.LowerCamelCase;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** The worker's own records as JSON documents, enums in lower camel case as everywhere outside Java. */
public final class WorkerDocuments {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(new EnumSpelling()))
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private WorkerDocuments() {}

    public static String write(Object document) {
        return MAPPER.writeValueAsString(document);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException if it is no such document
     */
    public static <T> T read(byte[] document, Class<T> type) {
        try {
            return MAPPER.readValue(document, type);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a document of " + type.getSimpleName(), e);
        }
    }

    @SuppressWarnings("rawtypes")
    private static final class EnumSpelling extends StdSerializer<Enum> {
        EnumSpelling() {
            super(Enum.class);
        }

        @Override
        public void serialize(Enum constant, JsonGenerator json, SerializationContext context) {
            json.writeString(LowerCamelCase.of((Enum<?>) constant));
        }
    }
}
