package org.foldwise.learning.json;

import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.provenance.Digest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Plans as JSON. What a document leaves out, at any depth, is as in {@link ExperimentPlan#DEFAULT}. An augmentation, and another
 * option than the default's (another {@code kind}), takes its own defaults, the constant {@code DEFAULT} of its record; but a cosine takes
 * its epochs from the plan, those behind the warm-up.
 */
public final class PlanJson {
    private PlanJson() {}

    /**
     * Reads a plan.
     *
     * @throws InvalidPlanException with all mistakes, if there are any
     */
    public static ExperimentPlan read(String text) {
        return read(SpecReader.parse(text), "");
    }

    /**
     * Reads a plan out of a larger document.
     *
     * @param json the plan
     * @param pointer where it stands in that document, such as {@code /plan}; begins the pointers of mistakes
     * @throws InvalidPlanException with all mistakes, if there are any
     */
    public static ExperimentPlan read(JsonNode json, String pointer) {
        return SpecReader.read(ExperimentPlan.class, withEpochsOfCosine(json), pointer, ExperimentPlan.DEFAULT);
    }

    /** A cosine whose epochs are left out comes down with the plan that it stands in, and not with the default plan. */
    private static JsonNode withEpochsOfCosine(JsonNode json) {
        String cosine = Kinds.nameOf(ScheduleSpec.class, ScheduleSpec.Cosine.class);
        if (!(json.path("schedule") instanceof ObjectNode schedule)
                || schedule.has("epochs")
                || !schedule.path(Kinds.PROPERTY).stringValue("").equals(cosine)) {
            return json;
        }
        int planned = json.path("epochs").intValue(ExperimentPlan.DEFAULT.epochs());
        int warmUp = json.path("warmUp")
                .path("epochs")
                .intValue(ExperimentPlan.DEFAULT.warmUp().epochs());
        JsonNode whole = json.deepCopy();
        if (whole.path("schedule") instanceof ObjectNode copied) {
            copied.put("epochs", Math.max(1, planned - warmUp));
        }
        return whole;
    }

    /**
     * The canonical text: names sorted, no blanks, one spelling for each number. Equal plans have equal texts. Every field is in it but
     * {@code image.window} where that is left to the files: plans that are older than the field keep their digests.
     */
    public static String write(ExperimentPlan plan) {
        return CanonicalJson.write(LearningJson.mapper().valueToTree(plan));
    }

    /** Every field. */
    public static String writeWhole(ExperimentPlan plan) {
        return CanonicalJson.write(tree(plan));
    }

    /** Every field. */
    static ObjectNode tree(ExperimentPlan plan) {
        ObjectNode tree = LearningJson.mapper().valueToTree(plan);
        if (tree.get("image") instanceof ObjectNode image) {
            image.putIfAbsent(
                    "window", LearningJson.mapper().valueToTree(plan.image().window()));
        }
        return tree;
    }

    /** What an augmentation is called in a plan, its {@code kind}. */
    public static String kindOf(Augmentation augmentation) {
        return Kinds.nameOf(Augmentation.class, augmentation.getClass());
    }

    /** The digest of the canonical text in UTF-8. */
    public static Digest digest(ExperimentPlan plan) {
        return Digest.of(write(plan));
    }
}
