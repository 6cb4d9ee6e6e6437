package org.foldwise.learning.provenance;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where part of a training was computed, as far as it is recorded and decides last bits.
 *
 * @param libraries versions by name: djl, pytorch, java, kernels, a count of changes in how Foldwise computes networks,
 *     and images, one of changes in how it decodes images
 * @param device the engine's name of the device, such as {@code cpu()}
 * @param threads number of threads inside one operation of the engine
 */
public record Environment(SortedMap<String, String> libraries, String device, int threads) {
    public Environment {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be 1 or more, was " + threads);
        }
        libraries = Collections.unmodifiableSortedMap(new TreeMap<>(libraries));
    }
}
