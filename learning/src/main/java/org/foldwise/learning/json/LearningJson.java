package org.foldwise.learning.json;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.experiment.WindowSpec;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.SplitSpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.module.SimpleModule;

/** How the library's values are spelt in JSON, for every mapper that writes or reads them. */
public final class LearningJson {
    private static final JsonMapper MAPPER = configure(JsonMapper.builder()).build();

    private LearningJson() {}

    /**
     * Teaches a mapper the library's values, and strictness: enum constants are lowerCamelCase, the options of a choice carry a
     * {@code kind}, digests and patient ids are strings; unknown fields, repeated fields, text after the end and strings in
     * place of numbers are refused. Fields are written in the order in which the records declare them.
     *
     * @param builder gets changed and returned
     */
    public static JsonMapper.Builder configure(JsonMapper.Builder builder) {
        for (Class<?> choice : Kinds.choices()) {
            builder.addMixIn(choice, KindMixIn.class);
            Kinds.of(choice).forEach((name, option) -> builder.registerSubtypes(new NamedType(option, name)));
        }
        SimpleModule plans = new SimpleModule("foldwise plans");
        plans.addDeserializer(ExperimentPlan.class, new Strict<>(PlanJson::read));
        plans.addDeserializer(SplitSpec.class, new Strict<>(SplitSpecJson::read));
        plans.addDeserializer(ThresholdRule.class, new Strict<>(ThresholdRuleJson::read));
        return builder.addModule(plans)
                .addMixIn(Digest.class, DigestMixIn.class)
                .addMixIn(PatientId.class, PatientIdMixIn.class)
                .addMixIn(ImageSpec.class, ImageSpecMixIn.class)
                .addMixIn(SplitSpec.Fixed.class, FixedSplitMixIn.class)
                .enumNamingStrategy((config, type, name) -> Spelling.lowerCamelCase(name))
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS, MapperFeature.SORT_PROPERTIES_ALPHABETICALLY);
    }

    /** A mapper with these settings and no others. */
    static JsonMapper mapper() {
        return MAPPER;
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = Kinds.PROPERTY)
    private interface KindMixIn {}

    @SuppressWarnings("UnusedVariable") // only the shape of the constructor matters
    private abstract static class DigestMixIn {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        DigestMixIn(String hex) {}

        @JsonValue
        abstract String hex();
    }

    @SuppressWarnings("UnusedVariable") // only the shape of the constructor matters
    private abstract static class PatientIdMixIn {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        PatientIdMixIn(String value) {}

        @JsonValue
        abstract String value();
    }

    @SuppressWarnings("UnusedMethod") // only the annotation matters
    private interface ImageSpecMixIn {
        /** Left out where it is left to the files, as it was before there was such a field. */
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = LeftToTheFiles.class)
        WindowSpec window();
    }

    @SuppressWarnings("UnusedMethod") // only the annotation matters
    private interface FixedSplitMixIn {
        /** Left out where nothing is repeated, as it was before there was such a field: stored certificates are digests of it. */
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Once.class)
        int repeats();
    }

    /** Equal to the number that is left out. */
    private static final class Once {
        @Override
        public boolean equals(@Nullable Object value) {
            return value instanceof Integer number && number == 1;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    /** Equal to the value that is left out. */
    private static final class LeftToTheFiles {
        @Override
        public boolean equals(@Nullable Object value) {
            return value instanceof WindowSpec.File;
        }

        @Override
        public int hashCode() {
            return WindowSpec.FILE.hashCode();
        }
    }

    /** Reads a tree with one of our own readers. */
    private static final class Strict<T> extends ValueDeserializer<T> {
        private final Reader<T> reader;

        Strict(Reader<T> reader) {
            this.reader = reader;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) {
            JsonNode json = context.readTree(parser);
            return reader.read(json, "");
        }

        /** The reader looks at the kind itself. */
        @Override
        public Object deserializeWithType(
                JsonParser parser, DeserializationContext context, TypeDeserializer typeDeserializer) {
            return deserialize(parser, context);
        }
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(JsonNode json, String pointer);
    }
}
