package org.foldwise.learning.training;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.foldwise.learning.network.Weights;

/**
 * All that an optimizer's next step depends on besides weights and gradients.
 *
 * @param memories what it remembers, such as {@code means}, each by parameter name
 */
public record OptimizerState(SortedMap<String, Weights> memories) {
    /** Before the first step. */
    static final OptimizerState INITIAL = new OptimizerState(new TreeMap<>());

    public OptimizerState {
        memories = Collections.unmodifiableSortedMap(new TreeMap<>(memories));
    }

    /** The names of all parameters that something is remembered of. */
    Set<String> parameters() {
        return memories.values().stream()
                .flatMap(memory -> memory.tensors().keySet().stream())
                .collect(Collectors.toSet());
    }

    /** What is remembered under that word; nothing where there is none. */
    Weights memory(String word) {
        return memories.getOrDefault(word, new Weights(Map.of()));
    }

    /**
     * Refuses a state that remembers anything else than these.
     *
     * @param expected shapes by parameter name, by word
     */
    void requireShapes(Map<String, Map<String, List<Long>>> expected) {
        Map<String, Map<String, List<Long>>> found = new HashMap<>();
        memories.forEach((word, memory) -> {
            Map<String, List<Long>> shapes = new HashMap<>();
            memory.tensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
            found.put(word, shapes);
        });
        if (!found.equals(expected)) {
            throw new IllegalArgumentException(
                    "the checkpoint's optimizer is another one, or does not know the network's trained parameters");
        }
    }
}
