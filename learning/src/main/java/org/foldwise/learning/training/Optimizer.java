package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.network.AdamArithmetic;
import org.foldwise.learning.network.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * Changes parameters along their gradients, and remembers by parameter name what the next step needs. What it remembers lives in
 * native memory of the manager given.
 */
sealed interface Optimizer permits Adam, Sgd {

    /** Before the first step. */
    static Optimizer of(OptimizerSpec spec, AdamArithmetic arithmetic, NDManager manager) {
        return resume(spec, arithmetic, manager, OptimizerState.INITIAL, ElementType.FLOAT32);
    }

    /** As it was when {@code state} was taken. */
    static Optimizer resume(
            OptimizerSpec spec,
            AdamArithmetic arithmetic,
            NDManager manager,
            OptimizerState state,
            ElementType floating) {
        if (spec instanceof OptimizerSpec.Adam adam) {
            return new Adam(new Adam.Settings(adam), arithmetic, manager, state, floating);
        }
        if (spec instanceof OptimizerSpec.AdamW adamW) {
            return new Adam(new Adam.Settings(adamW), arithmetic, manager, state, floating);
        }
        if (spec instanceof OptimizerSpec.Sgd sgd) {
            return new Sgd(sgd, manager, state, floating);
        }
        throw new IllegalArgumentException("no optimizer is known for " + spec);
    }

    /**
     * Changes each parameter along its gradient. The gradients are used up: whatever is in them then, a next backward pass would add
     * to it, so they must be got rid of before.
     *
     * @param parameters by name; an optimizer that has not seen one yet begins with it now
     * @param momentum instead of the plan's momentum or beta1
     */
    void update(Map<String, NDArray> parameters, double learningRate, @Nullable Double momentum);

    /** A copy of all that the next step depends on. */
    OptimizerState state();

    /**
     * Refuses a state that is not one after training these parameters.
     *
     * @param shapes of the parameters trained last, by name
     * @throws IllegalArgumentException if it is of other parameters or of another optimizer
     */
    static void requireMatch(OptimizerSpec spec, Map<String, List<Long>> shapes, OptimizerState state) {
        if (spec instanceof OptimizerSpec.Sgd) {
            Sgd.requireMatch(shapes, state);
        } else {
            Adam.requireMatch(shapes, state);
        }
    }
}
