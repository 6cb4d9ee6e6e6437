package org.foldwise.learning.training;

import org.foldwise.learning.experiment.ScheduleSpec;

/**
 * PyTorch's ReduceLROnPlateau with its defaults: mode "min", relative threshold 1e-4, no cool-down, no lower bound. A change of
 * the rate by no more than 1e-8 is not made. A loss that is not a number counts as not better.
 */
final class PlateauSchedule implements LearningRateSchedule {
    private static final double THRESHOLD = 1e-4;
    private static final double SMALLEST_CHANGE = 1e-8;

    private final ScheduleSpec.Plateau spec;
    private ScheduleState state;

    PlateauSchedule(ScheduleSpec.Plateau spec, ScheduleState state) {
        this.spec = spec;
        this.state = state;
    }

    @Override
    public void observe(double validationLoss) {
        if (validationLoss < state.best() * (1 - THRESHOLD)) {
            state = new ScheduleState(state.learningRate(), validationLoss, 0);
        } else if (state.badEpochs() + 1 > spec.patience()) {
            state = new ScheduleState(reduced(state.learningRate()), state.best(), 0);
        } else {
            state = new ScheduleState(state.learningRate(), state.best(), state.badEpochs() + 1);
        }
    }

    private double reduced(double rate) {
        double lower = rate * spec.factor();
        return rate - lower > SMALLEST_CHANGE ? lower : rate;
    }

    @Override
    public ScheduleState state() {
        return state;
    }
}
