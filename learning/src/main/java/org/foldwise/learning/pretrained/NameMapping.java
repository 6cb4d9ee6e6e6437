package org.foldwise.learning.pretrained;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;

/**
 * What tensors are called in a file, where that is not torchvision's name. Of several beginnings that a name has, the longest counts;
 * a name that has none stays.
 *
 * @param beginnings with what torchvision's names begin, by what those in the file begin with
 */
public record NameMapping(SortedMap<String, String> beginnings) {
    /** Every name stays. */
    public static final NameMapping NONE = new NameMapping(Map.of());

    public NameMapping {
        beginnings = Collections.unmodifiableSortedMap(new TreeMap<>(beginnings));
    }

    public NameMapping(Map<String, String> beginnings) {
        this(new TreeMap<>(beginnings));
    }

    /**
     * The same tensors under their other names.
     *
     * @throws CollidingNamesException if several tensors would have one name
     */
    Weights apply(Weights weights) {
        SortedMap<String, List<String>> names = new TreeMap<>();
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        weights.tensors().forEach((name, tensor) -> {
            String other = apply(name);
            names.computeIfAbsent(other, none -> new ArrayList<>()).add(name);
            renamed.put(other, tensor);
        });
        names.values().removeIf(ofOne -> ofOne.size() == 1);
        if (!names.isEmpty()) {
            throw new CollidingNamesException(names);
        }
        return new Weights(renamed);
    }

    private String apply(String name) {
        return longest(name)
                .map(from -> beginnings.get(from) + name.substring(from.length()))
                .orElse(name);
    }

    private Optional<String> longest(String name) {
        return beginnings.keySet().stream().filter(name::startsWith).max(Comparator.comparingInt(String::length));
    }

    /** Those beginnings that decide no name of these weights, as misspelt ones do. */
    List<String> idle(Weights weights) {
        List<String> used = weights.tensors().keySet().stream()
                .flatMap(name -> longest(name).stream())
                .toList();
        return beginnings.keySet().stream().filter(from -> !used.contains(from)).toList();
    }
}
