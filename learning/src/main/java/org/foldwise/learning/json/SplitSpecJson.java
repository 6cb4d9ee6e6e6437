package org.foldwise.learning.json;

import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.SplitSpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Split specifications as JSON: {@code {"kind": "holdout", "train": ..., "validation": ..., "test": ...}} and the other kinds with
 * all fields, {@code {"kind": "kFold", "folds": ..., "repeats": ..., "test": ..., "validation": ...}} with those of
 * {@link SplitSpec.KFold#DEFAULT} for absent ones. Given roles that are not repeated say nothing of repeats.
 */
public final class SplitSpecJson {
    private static final String ASSIGNMENTS_DIGEST = "assignmentsDigest";

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
        String kind = json.path(Kinds.PROPERTY).asString("");
        if (kind.equals(Kinds.nameOf(SplitSpec.class, SplitSpec.KFold.class))) {
            return SplitSpec.KFold.DEFAULT;
        }
        boolean isFixed = kind.equals(Kinds.nameOf(SplitSpec.class, SplitSpec.Fixed.class));
        // what was given has no default but that it is not repeated
        return isFixed && json.has(ASSIGNMENTS_DIGEST)
                ? new SplitSpec.Fixed(Digest.of("").hex())
                : null;
    }
}
