package org.foldwise.learning.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: free metadata, and where which array lies.
 *
 * @param metadata texts by key, in the order of the file
 * @param tensors the arrays by name, in the order of the file
 */
public record SafetensorsHeader(Map<String, String> metadata, Map<String, Entry> tensors) {
    public SafetensorsHeader {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /**
     * One array, as the header describes it; nothing of it has been checked against the file's data.
     *
     * @param type name of the element type, such as {@code F32}
     * @param shape lengths of the dimensions, outermost first; empty for a scalar
     * @param begin first byte, counted from the end of the header
     * @param end one behind the last byte
     */
    public record Entry(String type, List<Long> shape, long begin, long end) {
        public Entry {
            shape = List.copyOf(shape);
        }
    }
}
