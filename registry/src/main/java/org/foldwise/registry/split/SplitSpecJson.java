package org.foldwise.registry.split;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.foldwise.learning.split.SplitSpec;
import tools.jackson.databind.json.JsonMapper;

/** The JSON form in which specifications are stored, with a {@code kind} that tells them apart. */
final class SplitSpecJson {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().addMixIn(SplitSpec.class, Kinds.class).build();

    private SplitSpecJson() {}

    static String write(SplitSpec spec) {
        return MAPPER.writerFor(SplitSpec.class).writeValueAsString(spec);
    }

    static SplitSpec read(String json) {
        return MAPPER.readValue(json, SplitSpec.class);
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = SplitSpec.Holdout.class, name = "holdout"),
        @JsonSubTypes.Type(value = SplitSpec.KFold.class, name = "kFold")
    })
    private interface Kinds {}
}
