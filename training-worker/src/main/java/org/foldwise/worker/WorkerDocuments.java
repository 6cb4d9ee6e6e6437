package org.foldwise.worker;

import org.foldwise.learning.json.LearningJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The worker's own records as JSON documents, spelt like the library's. */
public final class WorkerDocuments {
    private static final JsonMapper MAPPER =
            LearningJson.configure(JsonMapper.builder()).build();

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

    /**
     * A stored document as a tree.
     *
     * @throws IllegalArgumentException if it is no JSON
     */
    public static JsonNode tree(String document) {
        try {
            return MAPPER.readTree(document);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a JSON document", e);
        }
    }
}
