package org.foldwise.learning.json;

import org.foldwise.learning.metrics.conformal.PredictionSets;

/**
 * Prediction sets as JSON: {@code {"kind": "none"}}, {@code {"kind": "undefined", "coverage": ..., "because": ...}}, {@code {"kind":
 * "conformal", "coverage": ..., "unit": ..., "conditioning": ..., "limits": [{"patients": ..., "score": ...}, ...]}} or {@code
 * {"kind": "ofLabels", "coverage": ..., "labels": [...]}} with one of the two before for each label.
 */
public final class PredictionSetsJson {
    private PredictionSetsJson() {}

    /**
     * Reads prediction sets that are a document by themselves.
     *
     * @throws InvalidPlanException with all mistakes, if there are any
     */
    public static PredictionSets read(String document) {
        return SpecReader.read(PredictionSets.class, SpecReader.parse(document), "", null);
    }

    /** The canonical text; equal sets have equal texts. */
    public static String write(PredictionSets sets) {
        return CanonicalJson.write(LearningJson.mapper().valueToTree(sets));
    }
}
