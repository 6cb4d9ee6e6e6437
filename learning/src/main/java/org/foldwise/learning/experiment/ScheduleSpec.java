package org.foldwise.learning.experiment;

/** How the learning rate changes from epoch to epoch. */
public sealed interface ScheduleSpec {

    /** The learning rate stays as the optimizer has it. */
    record Constant() implements ScheduleSpec {}

    /**
     * PyTorch's ReduceLROnPlateau in mode "min" with a relative threshold of 1e-4: multiplied by {@code factor} after more
     * than {@code patience} epochs in a row whose validation loss is not better than the best one.
     *
     * @param factor in (0, 1)
     * @param patience in epochs, 0 or more
     */
    record Plateau(double factor, int patience) implements ScheduleSpec {
        public Plateau {
            if (!(factor > 0 && factor < 1)) {
                throw new IllegalArgumentException("schedule.factor must be in (0, 1), was " + factor);
            }
            if (patience < 0) {
                throw new IllegalArgumentException("schedule.patience must be 0 or more, was " + patience);
            }
        }
    }
}
