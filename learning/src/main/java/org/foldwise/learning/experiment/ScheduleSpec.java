package org.foldwise.learning.experiment;

import java.util.List;

/**
 * How the learning rate changes in the course of a training: after epochs, in a one-cycle schedule after each update. Formulas
 * are those of the schedulers of the same name in {@code torch.optim.lr_scheduler}.
 */
public sealed interface ScheduleSpec {

    /** The learning rate stays as the optimizer has it. */
    record Constant() implements ScheduleSpec, RateCurve {
        @Override
        public double rate(double initialRate, int epochs) {
            return initialRate;
        }
    }

    /**
     * PyTorch's ReduceLROnPlateau: multiplied by {@code factor} after more than {@code patience} epochs in a row whose metric
     * is not better than the best one by {@code threshold}. A change by 1e-8 or less is not made.
     *
     * @param metric looked at after each epoch, on the validation patients
     * @param factor in (0, 1)
     * @param patience in epochs, 0 or more
     * @param threshold what an epoch must be better by, 0 or more
     * @param thresholdMode whether that is a share of the best value
     * @param coolDown epochs after a change in which nothing is counted, 0 or more
     * @param lowestRate that the rate does not fall below, 0 or more
     */
    record Plateau(
            StoppingRule.Metric metric,
            double factor,
            int patience,
            double threshold,
            ThresholdMode thresholdMode,
            int coolDown,
            double lowestRate)
            implements ScheduleSpec {
        /** What the rate must change by, or stays as it is. */
        public static final double LEAST_CHANGE = 1e-8;

        /** PyTorch's values. */
        public static final Plateau DEFAULT =
                new Plateau(StoppingRule.Metric.VALIDATION_LOSS, 0.1, 3, 1e-4, ThresholdMode.RELATIVE, 0, 0);

        public Plateau {
            requireFactor(factor);
            if (patience < 0) {
                throw new IllegalArgumentException("schedule.patience must be 0 or more, was " + patience);
            }
            if (!(threshold >= 0 && Double.isFinite(threshold))) {
                throw new IllegalArgumentException("schedule.threshold must be 0 or more, was " + threshold);
            }
            if (coolDown < 0) {
                throw new IllegalArgumentException("schedule.coolDown must be 0 or more, was " + coolDown);
            }
            requireLowestRate(lowestRate);
        }

        /** PyTorch's values but for these two. */
        public Plateau(double factor, int patience) {
            this(
                    DEFAULT.metric(),
                    factor,
                    patience,
                    DEFAULT.threshold(),
                    DEFAULT.thresholdMode(),
                    DEFAULT.coolDown(),
                    DEFAULT.lowestRate());
        }
    }

    /** What a threshold is measured by. */
    enum ThresholdMode {
        /** By the best value. */
        RELATIVE,
        /** By nothing. */
        ABSOLUTE
    }

    /**
     * Multiplied by {@code factor} after every so many epochs.
     *
     * @param every 1 or more
     * @param factor in (0, 1)
     */
    record Step(int every, double factor) implements ScheduleSpec, RateCurve {
        /** A tenth after every ten epochs. */
        public static final Step DEFAULT = new Step(10, 0.1);

        public Step {
            if (every < 1) {
                throw new IllegalArgumentException("schedule.every must be 1 or more, was " + every);
            }
            requireFactor(factor);
        }

        @Override
        public double rate(double initialRate, int epochs) {
            int falls = epochs / every;
            return initialRate * Math.pow(factor, falls);
        }
    }

    /**
     * Multiplied by {@code factor} after each of the epochs named.
     *
     * @param milestones numbers of finished epochs, each 1 or more, 1 to 100 of them; one that stands there twice counts twice
     * @param factor in (0, 1)
     */
    record MultiStep(List<Integer> milestones, double factor) implements ScheduleSpec, RateCurve {
        /** A tenth after ten and again after fifteen epochs. */
        public static final MultiStep DEFAULT = new MultiStep(List.of(10, 15), 0.1);

        public MultiStep {
            milestones = List.copyOf(milestones);
            if (milestones.isEmpty()
                    || milestones.size() > 100
                    || milestones.stream().anyMatch(epoch -> epoch < 1)) {
                throw new IllegalArgumentException(
                        "schedule.milestones must be 1 to 100 numbers of 1 or more, were " + milestones);
            }
            requireFactor(factor);
        }

        @Override
        public double rate(double initialRate, int epochs) {
            long passed =
                    milestones.stream().filter(milestone -> milestone <= epochs).count();
            return initialRate * Math.pow(factor, (double) passed);
        }
    }

    /**
     * Multiplied by {@code factor} after each epoch.
     *
     * @param factor in (0, 1)
     */
    record Exponential(double factor) implements ScheduleSpec, RateCurve {
        /** Ten per cent less after each epoch. */
        public static final Exponential DEFAULT = new Exponential(0.9);

        public Exponential {
            requireFactor(factor);
        }

        @Override
        public double rate(double initialRate, int epochs) {
            return initialRate * Math.pow(factor, (double) epochs);
        }
    }

    /**
     * Half a cosine wave down to the lowest rate (Loshchilov and Hutter, 2017, SGDR); if the training goes on, up again.
     *
     * @param epochs from the highest to the lowest rate, 1 or more
     * @param lowestRate 0 or more
     */
    record Cosine(int epochs, double lowestRate) implements ScheduleSpec, RateCurve {
        /** Down to nothing in the default plan's number of epochs; a plan that leaves the epochs out takes its own. */
        public static final Cosine DEFAULT = new Cosine(20, 0);

        public Cosine {
            if (epochs < 1) {
                throw new IllegalArgumentException("schedule.epochs must be 1 or more, was " + epochs);
            }
            requireLowestRate(lowestRate);
        }

        @Override
        public double rate(double initialRate, int finished) {
            return cosine(initialRate, lowestRate, (double) finished / epochs);
        }
    }

    /**
     * Half a cosine wave down to the lowest rate, then again from the highest (Loshchilov and Hutter, 2017, SGDR: Stochastic
     * Gradient Descent with Warm Restarts).
     *
     * @param epochs of the first wave, 1 or more
     * @param growth each wave lasts so many times as long as the one before, 1 to 10
     * @param lowestRate 0 or more
     */
    record CosineRestarts(int epochs, int growth, double lowestRate) implements ScheduleSpec, RateCurve {
        /** Waves of 5, 10, 20 ... epochs. */
        public static final CosineRestarts DEFAULT = new CosineRestarts(5, 2, 0);

        public CosineRestarts {
            if (epochs < 1) {
                throw new IllegalArgumentException("schedule.epochs must be 1 or more, was " + epochs);
            }
            if (growth < 1 || growth > 10) {
                throw new IllegalArgumentException("schedule.growth must be 1 to 10, was " + growth);
            }
            requireLowestRate(lowestRate);
        }

        @Override
        public double rate(double initialRate, int finished) {
            long length = epochs;
            long position = finished;
            while (position >= length) {
                position -= length;
                length *= growth;
            }
            return cosine(initialRate, lowestRate, (double) position / length);
        }
    }

    /**
     * PyTorch's OneCycleLR (Smith and Topin, 2019, Super-Convergence): over all updates of the training the rate rises from a
     * low one to the optimizer's and falls to a much lower one, while the momentum, in Adam beta1, goes the other way.
     *
     * @param risingShare of all updates, in (0, 1)
     * @param annealing how the rate goes from one value to the next
     * @param threePhases whether it falls to the first rate in the time it took to rise, and only then to the lowest
     * @param initialDivisor the optimizer's rate divided by the first one, 1 or more
     * @param finalDivisor the first rate divided by the last one, 1 or more
     * @param cycleMomentum whether the momentum moves at all
     * @param lowestMomentum at the highest rate, in [0, 1)
     * @param highestMomentum at the lowest rate, in [0, 1)
     */
    record OneCycle(
            double risingShare,
            Annealing annealing,
            boolean threePhases,
            double initialDivisor,
            double finalDivisor,
            boolean cycleMomentum,
            double lowestMomentum,
            double highestMomentum)
            implements ScheduleSpec {
        /** PyTorch's values. */
        public static final OneCycle DEFAULT = new OneCycle(0.3, Annealing.COSINE, false, 25, 1e4, true, 0.85, 0.95);

        public OneCycle {
            if (!(risingShare > 0 && risingShare < 1)) {
                throw new IllegalArgumentException("schedule.risingShare must be in (0, 1), was " + risingShare);
            }
            requireDivisor("initialDivisor", initialDivisor);
            requireDivisor("finalDivisor", finalDivisor);
            requireMomentum("lowestMomentum", lowestMomentum);
            requireMomentum("highestMomentum", highestMomentum);
            if (lowestMomentum > highestMomentum) {
                throw new IllegalArgumentException("the lowestMomentum, " + lowestMomentum
                        + ", must not be above the highestMomentum, " + highestMomentum);
            }
        }

        private static void requireDivisor(String name, double divisor) {
            if (!(divisor >= 1 && Double.isFinite(divisor))) {
                throw new IllegalArgumentException("schedule." + name + " must be 1 or more, was " + divisor);
            }
        }

        private static void requireMomentum(String name, double momentum) {
            if (!(momentum >= 0 && momentum < 1)) {
                throw new IllegalArgumentException("schedule." + name + " must be in [0, 1), was " + momentum);
            }
        }

        /**
         * The rate of the coming update.
         *
         * @param highestRate the optimizer's
         * @param updates made so far
         * @param total updates of the whole training, 1 or more
         */
        public double rate(double highestRate, long updates, long total) {
            double first = highestRate / initialDivisor;
            double last = first / finalDivisor;
            return threePhases
                    ? along(updates, total, first, highestRate, first, last)
                    : along(updates, total, first, highestRate, last, last);
        }

        /** The momentum of the coming update. */
        public double momentum(long updates, long total) {
            return along(updates, total, highestMomentum, lowestMomentum, highestMomentum, highestMomentum);
        }

        private double along(long updates, long total, double first, double second, double third, double fourth) {
            double position = Math.min(updates, total - 1);
            double top = risingShare * total - 1;
            double middle = threePhases ? 2 * top : total - 1;
            if (position <= top && top > 0) {
                return annealing.between(first, second, position / top);
            }
            // as PyTorch has it, the update on the border still belongs to the phase before
            if (!threePhases || (position <= middle && middle > top)) {
                return annealing.between(second, third, (position - top) / (middle - top));
            }
            return annealing.between(third, fourth, (position - middle) / (total - 1 - middle));
        }
    }

    /** How a value goes from one to another. */
    enum Annealing {
        /** Half a cosine wave: slowly at both ends. */
        COSINE {
            @Override
            double between(double from, double to, double share) {
                return cosine(from, to, share);
            }
        },
        /** A straight line. */
        LINEAR {
            @Override
            double between(double from, double to, double share) {
                return from + (to - from) * share;
            }
        };

        abstract double between(double from, double to, double share);
    }

    private static double cosine(double from, double to, double share) {
        return to + (from - to) * (1 + Math.cos(Math.PI * share)) / 2;
    }

    private static void requireFactor(double factor) {
        if (!(factor > 0 && factor < 1)) {
            throw new IllegalArgumentException("schedule.factor must be in (0, 1), was " + factor);
        }
    }

    private static void requireLowestRate(double lowestRate) {
        if (!(lowestRate >= 0 && lowestRate <= 10)) {
            throw new IllegalArgumentException("schedule.lowestRate must be in [0, 10], was " + lowestRate);
        }
    }
}
