package org.foldwise.learning.training;

import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.RateCurve;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.WarmUpSpec;
import org.foldwise.learning.metrics.ValidationFigures;
import org.jspecify.annotations.Nullable;

/**
 * The learning rate from update to update. Schedules by epoch begin when the warm-up is over; a one-cycle schedule counts
 * updates and has no warm-up.
 */
final class LearningRateSchedule {
    private final ScheduleSpec spec;
    private final WarmUpSpec warmUp;
    private final double initialRate;
    private final long updatesPerEpoch;
    private final long totalUpdates;
    private ScheduleState state;

    /**
     * The schedule as it was when {@code state} was taken.
     *
     * @param initialRate the optimizer's
     * @param updatesPerEpoch 1 or more
     * @param epochs of the whole training
     */
    LearningRateSchedule(
            ScheduleSpec spec,
            WarmUpSpec warmUp,
            double initialRate,
            long updatesPerEpoch,
            int epochs,
            ScheduleState state) {
        this.spec = spec;
        this.warmUp = warmUp;
        this.initialRate = initialRate;
        this.updatesPerEpoch = updatesPerEpoch;
        this.totalUpdates = updatesPerEpoch * epochs;
        this.state = state;
    }

    /** The rate of the coming update, of parameters that have the optimizer's. */
    double learningRate() {
        if (spec instanceof ScheduleSpec.OneCycle cycle) {
            return cycle.rate(initialRate, state.updates(), totalUpdates);
        }
        return state.learningRate() * warmUpFactor();
    }

    /**
     * The rate of the coming update of parameters that began with a share of the optimizer's rate, as in a parameter group of
     * PyTorch: the schedule goes from that share of the rate to the same lowest rate.
     *
     * @param share above 0
     */
    double learningRate(double share) {
        if (share != 1 && spec instanceof ScheduleSpec.Plateau plateau && !stayInProportion(plateau, share)) {
            return PlateauRule.rate(plateau, initialRate * share, state.reductions()) * warmUpFactor();
        }
        if (share != 1 && spec instanceof RateCurve curve && lowestRate() > 0) {
            return curve.rate(initialRate * share, state.epochs()) * warmUpFactor();
        }
        // every other schedule multiplies, so that the share stays what it was
        return learningRate() * share;
    }

    /** Whether each reduction has multiplied both rates, or neither. */
    private boolean stayInProportion(ScheduleSpec.Plateau plateau, double share) {
        return plateau.lowestRate() == 0
                && PlateauRule.changes(plateau, initialRate, state.reductions())
                        == PlateauRule.changes(plateau, initialRate * share, state.reductions());
    }

    private double lowestRate() {
        if (spec instanceof ScheduleSpec.Cosine cosine) {
            return cosine.lowestRate();
        }
        return spec instanceof ScheduleSpec.CosineRestarts restarts ? restarts.lowestRate() : 0;
    }

    private double warmUpFactor() {
        return warmUp.factor(state.updates(), warmUpUpdates());
    }

    /** The momentum of the coming update; absent where it is the optimizer's own. */
    @Nullable
    Double momentum() {
        return spec instanceof ScheduleSpec.OneCycle cycle && cycle.cycleMomentum()
                ? (Double) cycle.momentum(state.updates(), totalUpdates)
                : null;
    }

    /** Told once after each update. */
    void updated() {
        state = new ScheduleState(
                state.updates() + 1,
                state.epochs(),
                state.learningRate(),
                state.best(),
                state.badEpochs(),
                state.coolDown(),
                state.reductions());
    }

    /** Told once after each epoch, after its updates. */
    void epochFinished(Task task, ValidationFigures validation) {
        // the epoch in which the warm-up comes to its end belongs to it
        if (warmUp.epochs() > 0 && state.updates() <= warmUpUpdates()) {
            return;
        }
        if (spec instanceof ScheduleSpec.Plateau plateau) {
            state = PlateauRule.after(plateau, state, plateau.metric().lowerIsBetter(task, validation));
        } else if (spec instanceof RateCurve curve) {
            int epochs = state.epochs() + 1;
            state = new ScheduleState(
                    state.updates(),
                    epochs,
                    curve.rate(initialRate, epochs),
                    state.best(),
                    state.badEpochs(),
                    state.coolDown(),
                    state.reductions());
        }
    }

    private long warmUpUpdates() {
        return warmUp.epochs() * updatesPerEpoch;
    }

    /** All that the coming epochs depend on. */
    ScheduleState state() {
        return state;
    }
}
