package org.foldwise.learning.json;

import org.foldwise.learning.split.SplitSpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Split specifications as JSON: {@code {"kind": "holdout", "train": ..., "validation": ..., "test": ...}} and the other kinds with
 * all fields, {@code {"kind": "kFold", "folds": ..., "repeats": ..., "test": ..., "validation": ...}} with those of
 * {@link SplitSpec.KFold#DEFAULT} for absent ones.
 */
public final class SplitSpecJson {
    private SplitSpecJson() {}

    /**
     * Reads a specification.
     *
     * @throws InvalidPlanException with all mistakes, if there are any
     */
    public static SplitSpec read(String text) {
        return read(SpecReader.parse(text), "");
    }

    /**
     * Reads a specification out of a larger document.
     *
     * @param json the specification
     * @param pointer where it stands in that document; begins the pointers of mistakes
     * @throws InvalidPlanException with all mistakes, if there are any
     */
    public static SplitSpec read(JsonNode json, String pointer) {
        return SpecReader.read(SplitSpec.class, json, pointer, template(json));
    }

    /** The canonical text; equal specifications have equal texts. */
    public static String write(SplitSpec spec) {
        return CanonicalJson.write(LearningJson.mapper().valueToTree(spec));
    }

    /** Only a kind that is named has defaults: what kind of split is meant is never guessed. */
    private static @Nullable Object template(JsonNode json) {
        String kFold = Kinds.nameOf(SplitSpec.class, SplitSpec.KFold.class);
        return json.path(Kinds.PROPERTY).asString("").equals(kFold) ? SplitSpec.KFold.DEFAULT : null;
    }
}
