package org.foldwise.learning.training;

import org.foldwise.learning.experiment.StoppingRule;

/**
 * Decides which epoch is the best so far and when to give up. An epoch improves if its value is below the best one by more than
 * {@code minDelta}; the first number improves; what is not a number never does. Values are such that lower is better.
 */
final class EarlyStopping {
    private final StoppingRule rule;
    private StoppingState state;

    EarlyStopping(StoppingRule rule, StoppingState state) {
        this.rule = rule;
        this.state = state;
    }

    /** Told once after each epoch; says whether it is the best so far. */
    boolean observe(double value) {
        boolean isFirst = Double.isNaN(state.best()) && !Double.isNaN(value);
        boolean improved = isFirst || value < state.best() - rule.minDelta();
        state = improved ? new StoppingState(value, 0) : new StoppingState(state.best(), state.badEpochs() + 1);
        return improved;
    }

    /** Whether {@code patience} epochs in a row have not improved. */
    boolean shouldStop() {
        return state.badEpochs() >= rule.patience();
    }

    StoppingState state() {
        return state;
    }
}
