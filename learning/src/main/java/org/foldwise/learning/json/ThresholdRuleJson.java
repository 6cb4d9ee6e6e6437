package org.foldwise.learning.json;

import org.foldwise.learning.metrics.ThresholdRule;
import tools.jackson.databind.JsonNode;

/**
 * Threshold rules as JSON: {@code {"kind": "f1"}}, {@code {"kind": "youden"}}, {@code {"kind": "sensitivityAtLeast", "minimum":
 * ...}}, {@code {"kind": "specificityAtLeast", "minimum": ...}}, {@code {"kind": "cost", "falseNegativeCost": ...,
 * "falsePositiveCost": ..., "prevalence": ...}} or {@code {"kind": "fixed", "value": ...}}.
 */
public final class ThresholdRuleJson {
    private ThresholdRuleJson() {}

    /**
     * Reads a rule out of a larger document.
     *
     * @param json the rule
     * @param pointer where it stands in that document; begins the pointers of mistakes
     * @throws InvalidPlanException with all mistakes, if there are any
     */
    public static ThresholdRule read(JsonNode json, String pointer) {
        return SpecReader.read(ThresholdRule.class, json, pointer, null);
    }

    /** The canonical text; equal rules have equal texts. */
    public static String write(ThresholdRule rule) {
        return CanonicalJson.write(LearningJson.mapper().valueToTree(rule));
    }
}
