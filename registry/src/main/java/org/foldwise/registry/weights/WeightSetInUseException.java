package org.foldwise.registry.weights;

/** Experiments begin with weights that somebody wants to remove. */
public final class WeightSetInUseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WeightSetInUseException(String name, Throwable cause) {
        super("experiments begin with the weights '" + name + "'", cause);
    }
}
