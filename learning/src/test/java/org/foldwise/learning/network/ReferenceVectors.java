package org.foldwise.learning.network;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where golden vectors lie, and how they are read. Tests of which they are missing are skipped and say so. */
public final class ReferenceVectors {
    private ReferenceVectors() {}

    /** The file of that name, parsed. */
    public static JsonNode read(String file) {
        Path root = Path.of(System.getProperty("foldwise.root", ".."));
        Path path = root.resolve(System.getProperty("foldwise.reference.dir", "../shared/reference"))
                .resolve(file)
                .normalize();
        if (!Files.isRegularFile(path)) {
            System.out.println("skipped: there are no reference vectors at " + path);
            Assumptions.abort("there are no reference vectors at " + path);
        }
        return JsonMapper.shared().readTree(path.toFile());
    }

    /** A number of a reference file; non-finite ones are texts there. */
    public static double number(JsonNode node) {
        return node.isString() ? Double.parseDouble(node.stringValue()) : node.doubleValue();
    }
}
