package org.foldwise.learning.json;

import org.foldwise.learning.metrics.recalibration.Recalibration;
import tools.jackson.databind.JsonNode;

/**
 * Recalibrations as JSON: {@code {"kind": "none"}}, {@code {"kind": "temperature", "temperature": ...}}, {@code {"kind": "platt",
 * "a": ..., "b": ...}} or {@code {"kind": "isotonic", "knots": [{"input": ..., "output": ...}, ...]}}; of several classes one temperature
 * or {@code {"kind": "ofClasses", "classes": [...]}} of such maps, of labels {@code {"kind": "ofLabels", "labels": [...]}}, some of
 * which may be {@code {"kind": "kept", "because": "..."}}.
 */
public final class RecalibrationJson {
    private RecalibrationJson() {}

    /**
     * Reads a recalibration out of a larger document.
     *
     * @param json the recalibration
     * @param pointer where it stands in that document; begins the pointers of mistakes
     * @throws InvalidPlanException with all mistakes, if there are any
     */
    public static Recalibration read(JsonNode json, String pointer) {
        return SpecReader.read(Recalibration.class, json, pointer, null);
    }

    /**
     * Reads a recalibration that is a document by itself.
     *
     * @throws InvalidPlanException with all mistakes, if there are any
     */
    public static Recalibration read(String document) {
        return read(LearningJson.mapper().readTree(document), "");
    }

    /** The canonical text; equal recalibrations have equal texts. */
    public static String write(Recalibration recalibration) {
        return CanonicalJson.write(LearningJson.mapper().valueToTree(recalibration));
    }
}
