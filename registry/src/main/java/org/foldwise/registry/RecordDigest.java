package org.foldwise.registry;

import java.math.BigDecimal;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Binds what a record says, fact by fact: one digest for all texts that a database may make of the same values and documents. A fact that
 * is absent binds nothing, so that records may get more facts later.
 *
 * <p>Numbers are compared as exact decimals, which is what the database keeps of them: no number of a document is rounded, and none is written
 * differently by another version of Java.
 */
public final class RecordDigest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .enable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .build();

    private final String kind;
    private final ObjectNode facts = JSON.createObjectNode();

    private RecordDigest(String kind) {
        this.kind = kind;
    }

    /**
     * Of nothing yet.
     *
     * @param kind of record; two of different kinds never have one digest
     */
    public static RecordDigest of(String kind) {
        return new RecordDigest(kind);
    }

    /** A word, an id or a time; of an enum the database's word. */
    public RecordDigest fact(String name, @Nullable Object value) {
        if (value != null) {
            facts.put(name, value instanceof Enum<?> word ? LowerCamelCase.of(word) : value.toString());
        }
        return this;
    }

    /** A finite number. */
    public RecordDigest number(String name, @Nullable Double value) {
        if (value != null) {
            facts.put(name, new BigDecimal(value).stripTrailingZeros());
        }
        return this;
    }

    /** A JSON document. */
    public RecordDigest document(String name, @Nullable String document) {
        if (document != null) {
            facts.set(name, JSON.readTree(document));
        }
        return this;
    }

    /** What binds all facts so far. */
    public Digest digest() {
        return Digest.of("foldwise " + kind + " 1\n" + JSON.writeValueAsString(facts));
    }
}
