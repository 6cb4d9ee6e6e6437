package org.foldwise.learning.network;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.foldwise.learning.provenance.Digest;

/**
 * The numbers of a network by name, in the order in which the network declares them: what PyTorch calls a state_dict.
 *
 * @param tensors by name, such as {@code backbone.layer1.0.conv1.weight}
 */
public record Weights(Map<String, Tensor> tensors) {
    public Weights {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /**
     * The tensor of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("there is no tensor '" + name + "'");
        }
        return tensor;
    }

    /** The digest of names, types, shapes and bits, in order. */
    public Digest digest() {
        MessageDigest sha256 = Digest.newMessageDigest();
        tensors.forEach((name, tensor) -> {
            sha256.update((name + "\t" + tensor + "\n").getBytes(StandardCharsets.UTF_8));
            sha256.update(tensor.bytes());
        });
        return Digest.finish(sha256);
    }
}
