package org.foldwise.learning.json;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON text of a safetensors header. Reading is strict: a key given twice, a member that the format does not know, a
 * missing member, a number that is not a whole one, or anything behind the closing brace is refused.
 */
public final class SafetensorsHeaderJson {
    private static final String METADATA = "__metadata__";
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private SafetensorsHeaderJson() {}

    /** The header as UTF-8 JSON without blanks; metadata first, members in the order of the maps. */
    public static byte[] write(SafetensorsHeader header) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            if (!header.metadata().isEmpty()) {
                json.writeName(METADATA);
                json.writeStartObject();
                header.metadata().forEach(json::writeStringProperty);
                json.writeEndObject();
            }
            header.tensors().forEach((name, entry) -> {
                json.writeName(name);
                json.writeStartObject();
                json.writeStringProperty("dtype", entry.type());
                json.writeName("shape");
                json.writeStartArray();
                entry.shape().forEach(json::writeNumber);
                json.writeEndArray();
                json.writeName("data_offsets");
                json.writeStartArray();
                json.writeNumber(entry.begin());
                json.writeNumber(entry.end());
                json.writeEndArray();
                json.writeEndObject();
            });
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a header.
     *
     * @throws IllegalArgumentException if the text is not a safetensors header; the message says where
     */
    public static SafetensorsHeader read(byte[] utf8) {
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
            expect(json, JsonToken.START_OBJECT, "the header");
            Map<String, String> metadata = new LinkedHashMap<>();
            Map<String, SafetensorsHeader.Entry> tensors = new LinkedHashMap<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                if (name.equals(METADATA)) {
                    readMetadata(json, metadata);
                } else {
                    tensors.put(name, readEntry(json, name));
                }
            }
            if (json.nextToken() != null) {
                throw new IllegalArgumentException("the header goes on behind its closing brace");
            }
            return new SafetensorsHeader(metadata, tensors);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the header is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static void readMetadata(JsonParser json, Map<String, String> metadata) {
        expect(json, JsonToken.START_OBJECT, METADATA);
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            expect(json, JsonToken.VALUE_STRING, METADATA + " '" + key + "'");
            metadata.put(key, json.getString());
        }
    }

    private static SafetensorsHeader.Entry readEntry(JsonParser json, String name) {
        expect(json, JsonToken.START_OBJECT, "'" + name + "'");
        @Nullable String type = null;
        @Nullable List<Long> shape = null;
        @Nullable List<Long> offsets = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String member = json.currentName();
            switch (member) {
                case "dtype" -> {
                    expect(json, JsonToken.VALUE_STRING, "dtype of '" + name + "'");
                    type = json.getString();
                }
                case "shape" -> shape = readWholeNumbers(json, "shape of '" + name + "'");
                case "data_offsets" -> offsets = readWholeNumbers(json, "data_offsets of '" + name + "'");
                default -> throw new IllegalArgumentException("'" + name + "' has an unknown member '" + member + "'");
            }
        }
        if (type == null || shape == null || offsets == null || offsets.size() != 2) {
            throw new IllegalArgumentException("'" + name + "' needs dtype, shape and data_offsets with two numbers");
        }
        return new SafetensorsHeader.Entry(type, shape, offsets.get(0), offsets.get(1));
    }

    private static List<Long> readWholeNumbers(JsonParser json, String what) {
        expect(json, JsonToken.START_ARRAY, what);
        List<Long> numbers = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                throw new IllegalArgumentException(what + " must hold whole numbers only");
            }
            numbers.add(json.getLongValue());
        }
        return numbers;
    }

    private static void expect(JsonParser json, JsonToken expected, String what) {
        JsonToken token = json.nextToken();
        if (token != expected) {
            throw new IllegalArgumentException(what + " must be " + expected + ", was " + token);
        }
    }
}
