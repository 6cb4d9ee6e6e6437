package org.foldwise.learning;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ScoredCase;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds the JSON files of golden numbers; see {@link SharedFolder} for missing ones. */
public final class ReferenceTables {
    private ReferenceTables() {}

    /** The content of a file of the reference directory, such as {@code metrics.json}. */
    public static JsonNode read(String name) {
        return JsonMapper.shared().readTree(SharedFolder.REFERENCE.require(name));
    }

    /** The numbers of an array; {@code "NaN"} and {@code "Infinity"} are strings in these files. */
    public static double[] numbers(JsonNode array) {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            JsonNode number = array.get(i);
            numbers[i] = number.isString() ? Double.parseDouble(number.asString()) : number.doubleValue();
        }
        return numbers;
    }

    /** Cases of one image per patient; images are numbered in the order of the file. */
    public static List<ScoredCase> cases(JsonNode y, JsonNode scores) {
        return cases(y, numbers(scores));
    }

    /** Cases of one image per patient with scores of one's own. */
    public static List<ScoredCase> cases(JsonNode y, double[] scores) {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            String name = String.format("%05d", i);
            cases.add(new ScoredCase(name, new PatientId(name), y.get(i).doubleValue() == 1, scores[i]));
        }
        return cases;
    }
}
