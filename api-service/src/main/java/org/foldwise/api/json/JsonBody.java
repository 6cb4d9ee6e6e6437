package org.foldwise.api.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A parsed body.
 *
 * @param root its value
 * @param repeatedFields a mistake for each field that an object has more than once
 */
record JsonBody(JsonNode root, List<Mistake> repeatedFields) {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MAXIMUM_DEPTH = 32;
    private static final int MAXIMUM_STRING = 64 * 1024;
    private static final int MAXIMUM_NAME = 256;
    private static final int MAXIMUM_NUMBER = 64;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAXIMUM_DEPTH)
                    .maxStringLength(MAXIMUM_STRING)
                    .maxNameLength(MAXIMUM_NAME)
                    .maxNumberLength(MAXIMUM_NUMBER)
                    .build())
            .build();

    /** Parses one JSON value in UTF-8. */
    static JsonBody parse(byte[] utf8) {
        List<Mistake> repeated = new ArrayList<>();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), decode(utf8))) {
            if (parser.nextToken() == null) {
                throw malformed("The body is empty.");
            }
            JsonNode root = value(parser, "", repeated);
            if (parser.nextToken() != null) {
                throw malformed("Something follows the JSON value.");
            }
            return new JsonBody(root, repeated);
        } catch (StreamConstraintsException e) {
            throw malformed("The JSON goes beyond " + MAXIMUM_DEPTH + " levels, " + MAXIMUM_STRING
                    + " characters in a string, " + MAXIMUM_NAME + " in a name or " + MAXIMUM_NUMBER + " in a number.");
        } catch (JacksonException e) {
            throw malformed("Not JSON at line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + ".");
        }
    }

    private static String decode(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("The body is not UTF-8.");
        }
    }

    private static JsonNode value(JsonParser parser, String pointer, List<Mistake> repeated) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, pointer, repeated);
            case START_ARRAY -> array(parser, pointer, repeated);
            case VALUE_STRING -> NODES.stringNode(parser.getString());
            case VALUE_NUMBER_INT -> NODES.numberNode(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                throw malformed("The body is not JSON.");
        };
    }

    private static ObjectNode object(JsonParser parser, String pointer, List<Mistake> repeated) {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            String member = Mistake.pointer(pointer, name);
            parser.nextToken();
            JsonNode value = value(parser, member, repeated);
            if (object.has(name)) {
                repeated.add(new Mistake(member, "occurs more than once"));
            } else {
                object.set(name, value);
            }
        }
        return object;
    }

    private static ArrayNode array(JsonParser parser, String pointer, List<Mistake> repeated) {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser, Mistake.pointer(pointer, array.size()), repeated));
        }
        return array;
    }

    private static RefusedException malformed(String detail) {
        return new RefusedException(ProblemType.MALFORMED_JSON, detail);
    }
}
