package org.foldwise.learning.network;

import org.foldwise.learning.SharedFolder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where golden vectors lie, and how they are read. See {@link SharedFolder} for missing ones. */
public final class ReferenceVectors {
    private ReferenceVectors() {}

    /** The file of that name, parsed. */
    public static JsonNode read(String file) {
        return JsonMapper.shared().readTree(SharedFolder.REFERENCE.require(file).toFile());
    }

    /** A number of a reference file; non-finite ones are texts there. */
    public static double number(JsonNode node) {
        return node.isString() ? Double.parseDouble(node.stringValue()) : node.doubleValue();
    }
}
