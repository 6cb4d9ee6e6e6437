package org.foldwise.learning.json;

import org.foldwise.learning.split.SplitRules;

/** Rules of splits as JSON: {@code {"keepTogether": [...], "stratifyBy": [...]}}, with those of {@link SplitRules#DEFAULT} for absent ones. */
public final class SplitRulesJson {
    private SplitRulesJson() {}

    /**
     * Reads rules.
     *
     * @throws InvalidPlanException with all mistakes, if there are any
     */
    public static SplitRules read(String text) {
        return SpecReader.read(SplitRules.class, SpecReader.parse(text), "", SplitRules.DEFAULT);
    }

    /** The canonical text; equal rules have equal texts. */
    public static String write(SplitRules rules) {
        return CanonicalJson.write(LearningJson.mapper().valueToTree(rules));
    }
}
