package org.foldwise.learning.training;

import org.foldwise.learning.experiment.ScheduleSpec;

/** The learning rate from epoch to epoch. */
sealed interface LearningRateSchedule permits LearningRateSchedule.Constant, PlateauSchedule {

    /** The schedule of that specification, before the first epoch. */
    static LearningRateSchedule of(ScheduleSpec spec, double learningRate) {
        return resume(spec, ScheduleState.initial(learningRate));
    }

    /** The schedule of that specification, as it was when {@code state} was taken. */
    static LearningRateSchedule resume(ScheduleSpec spec, ScheduleState state) {
        if (spec instanceof ScheduleSpec.Plateau plateau) {
            return new PlateauSchedule(plateau, state);
        }
        if (spec instanceof ScheduleSpec.Constant) {
            return new Constant(state);
        }
        throw new IllegalArgumentException("no schedule is known for " + spec);
    }

    /** The rate of the coming epoch. */
    default double learningRate() {
        return state().learningRate();
    }

    /** Told once after each epoch. */
    void observe(double validationLoss);

    /** All that the coming epochs depend on. */
    ScheduleState state();

    /** The rate never changes. */
    record Constant(ScheduleState state) implements LearningRateSchedule {
        @Override
        public void observe(double validationLoss) {
            // nothing follows from it
        }
    }
}
