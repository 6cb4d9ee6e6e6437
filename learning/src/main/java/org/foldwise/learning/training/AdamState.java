package org.foldwise.learning.training;

import org.foldwise.learning.network.Weights;

/**
 * All that Adam's next step depends on besides weights and gradients.
 *
 * @param steps taken so far
 * @param means running means of the gradients, by parameter name
 * @param meanSquares running means of the squared gradients, by parameter name
 */
public record AdamState(long steps, Weights means, Weights meanSquares) {
    public AdamState {
        if (steps < 0) {
            throw new IllegalArgumentException("steps must be 0 or more, was " + steps);
        }
        if (!means.tensors().keySet().equals(meanSquares.tensors().keySet())) {
            throw new IllegalArgumentException("means and mean squares must be of the same parameters");
        }
    }
}
