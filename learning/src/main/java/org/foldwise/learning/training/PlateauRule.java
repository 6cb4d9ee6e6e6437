package org.foldwise.learning.training;

import org.foldwise.learning.experiment.ScheduleSpec;

/**
 * What PyTorch's ReduceLROnPlateau does after an epoch. A change of the rate by no more than 1e-8 is not made. A value that is
 * not a number counts as not better.
 */
final class PlateauRule {
    private PlateauRule() {}

    /**
     * The state after one more epoch.
     *
     * @param value of the epoch's metric, negated where higher is better
     */
    static ScheduleState after(ScheduleSpec.Plateau spec, ScheduleState state, double value) {
        boolean better = value < bound(spec, state.best());
        double best = better ? value : state.best();
        int badEpochs = better ? 0 : state.badEpochs() + 1;
        int coolDown = state.coolDown();
        if (coolDown > 0) {
            coolDown--;
            badEpochs = 0;
        }
        double rate = state.learningRate();
        int reductions = state.reductions();
        if (badEpochs > spec.patience()) {
            rate = reduced(spec, rate);
            coolDown = spec.coolDown();
            badEpochs = 0;
            reductions++;
        }
        return new ScheduleState(state.updates(), state.epochs() + 1, rate, best, badEpochs, coolDown, reductions);
    }

    /**
     * The rate that began at {@code initialRate} after so many reductions: how far each goes depends on the rate itself, so one that
     * begins at a tenth of another does not stay its tenth.
     */
    static double rate(ScheduleSpec.Plateau spec, double initialRate, int reductions) {
        double rate = initialRate;
        for (int i = 0; i < reductions; i++) {
            rate = reduced(spec, rate);
        }
        return rate;
    }

    /** How many of so many reductions change the rate that began at {@code initialRate}. */
    static int changes(ScheduleSpec.Plateau spec, double initialRate, int reductions) {
        double rate = initialRate;
        int changes = 0;
        for (int i = 0; i < reductions; i++) {
            double lower = reduced(spec, rate);
            if (lower == rate) {
                return changes;
            }
            rate = lower;
            changes++;
        }
        return changes;
    }

    /** Below this a value is better. A share of a metric of which higher is better is added to it, so after negation as well. */
    private static double bound(ScheduleSpec.Plateau spec, double best) {
        return switch (spec.thresholdMode()) {
            case ABSOLUTE -> best - spec.threshold();
            case RELATIVE ->
                spec.metric().isLowerBetter() ? best * (1 - spec.threshold()) : best * (1 + spec.threshold());
        };
    }

    private static double reduced(ScheduleSpec.Plateau spec, double rate) {
        double lower = Math.max(rate * spec.factor(), spec.lowestRate());
        return rate - lower > ScheduleSpec.Plateau.LEAST_CHANGE ? lower : rate;
    }
}
