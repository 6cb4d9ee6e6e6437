package org.foldwise.learning.dataset;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a manifest says of images beside patient, label, day and site: view, sex, manufacturer and the like. Networks never see it; it
 * tells by what else the labels could be guessed.
 *
 * @param names of the attributes, each once
 * @param valuesByImage for every image, by its name, one value for each attribute; empty where nothing is said
 */
public record ImageAttributes(List<String> names, SortedMap<String, List<String>> valuesByImage) {
    /** No attributes of any image. */
    public static final ImageAttributes NONE = new ImageAttributes(List.of(), Collections.emptySortedMap());

    public ImageAttributes {
        names = List.copyOf(names);
        SortedMap<String, List<String>> copies = new TreeMap<>();
        for (Map.Entry<String, List<String>> entry : valuesByImage.entrySet()) {
            if (entry.getValue().size() != names.size()) {
                throw new IllegalArgumentException("an image needs a value for each of the attributes " + names
                        + ", had " + entry.getValue().size());
            }
            copies.put(entry.getKey(), List.copyOf(entry.getValue()));
        }
        valuesByImage = Collections.unmodifiableSortedMap(copies);
    }

    /** The value of the attribute at that position for an image; empty where nothing is said. */
    public Optional<String> value(String image, int attribute) {
        List<String> values = valuesByImage.get(image);
        return values == null || values.get(attribute).isEmpty()
                ? Optional.empty()
                : Optional.of(values.get(attribute));
    }
}
