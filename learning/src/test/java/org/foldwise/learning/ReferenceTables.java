package org.foldwise.learning;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds the JSON files of golden numbers; a test that asks for a missing one is skipped and says so. */
public final class ReferenceTables {
    private ReferenceTables() {}

    /** The content of a file of the reference directory, such as {@code metrics.json}. */
    public static JsonNode read(String name) {
        Path root = Path.of(System.getProperty("foldwise.root", ".."));
        Path file = root.resolve(System.getProperty("foldwise.reference.dir", "../shared/reference"))
                .resolve(name);
        if (!Files.isReadable(file)) {
            System.out.println("skipped: no reference vectors in foldwise.reference.dir for " + name);
        }
        assumeTrue(Files.isReadable(file), () -> "no reference vectors for " + name);
        return JsonMapper.shared().readTree(file);
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
}
