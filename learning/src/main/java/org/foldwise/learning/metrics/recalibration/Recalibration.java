package org.foldwise.learning.metrics.recalibration;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.ScoredCase;

/** A map from what a model says of an image to better calibrated probabilities. */
public sealed interface Recalibration permits Recalibration.Monotone, ClassRecalibration, LabelRecalibration {
    /** Whether it takes what a model of that task says of so many classes. */
    boolean fits(Task task, int classes);

    /**
     * The recalibrated probabilities of an image.
     *
     * @param outputs of a binary task the probability of the positive class alone, otherwise one for each class; in [0, 1]
     * @return as many, in [0, 1]; of exclusive classes with a sum of 1
     */
    List<Double> applyToOutputs(List<Double> outputs);

    /** A map of one probability. Never falls, so the order of cases stays, but for ties. */
    sealed interface Monotone extends Recalibration {
        /** The recalibrated probability, in [0, 1], of a probability in [0, 1]. */
        double apply(double probability);

        /** The same cases with recalibrated probabilities. */
        default List<ScoredCase> apply(List<ScoredCase> cases) {
            return cases.stream()
                    .map(one -> new ScoredCase(one.image(), one.patient(), one.positive(), apply(one.probability())))
                    .toList();
        }

        @Override
        default boolean fits(Task task, int classes) {
            return task == Task.BINARY;
        }

        @Override
        default List<Double> applyToOutputs(List<Double> outputs) {
            return outputs.stream().map(this::apply).toList();
        }
    }

    /** No recalibration, whatever the task. */
    record None() implements Monotone {
        @Override
        public boolean fits(Task task, int classes) {
            return true;
        }

        @Override
        public double apply(double probability) {
            return probability;
        }
    }

    /**
     * A label's probability stays as the network gives it, since nothing could be fitted to it.
     *
     * @param because why, in words
     */
    record Kept(String because) implements Monotone {
        public Kept {
            if (because.isBlank()) {
                throw new IllegalArgumentException("because must say why, was blank");
            }
        }

        /** Only beside labels that were recalibrated. */
        @Override
        public boolean fits(Task task, int classes) {
            return false;
        }

        @Override
        public double apply(double probability) {
            return probability;
        }
    }

    /**
     * Logits divided by a temperature (Guo et al. 2017, On Calibration of Modern Neural Networks); of exclusive classes all by the same.
     * Keeps 0.5 where it is, and the order of an image's classes, so it does not repair a wrong prevalence.
     *
     * @param temperature above 0; above 1 draws probabilities towards one half, or towards each other
     */
    record Temperature(double temperature) implements Monotone {
        public Temperature {
            if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("temperature must be above 0 and finite, was " + temperature);
            }
        }

        @Override
        public boolean fits(Task task, int classes) {
            return task != Task.MULTILABEL;
        }

        @Override
        public double apply(double probability) {
            return Logistic.sigmoid(Logistic.logit(probability) / temperature);
        }

        @Override
        public List<Double> applyToOutputs(List<Double> outputs) {
            return outputs.size() == 1 ? List.of(apply(outputs.get(0))) : applyToClasses(outputs);
        }

        /**
         * The probabilities of exclusive classes with their logits divided by the temperature.
         *
         * @param probabilities with a sum of 1
         */
        public List<Double> applyToClasses(List<Double> probabilities) {
            double[] powers = new double[probabilities.size()];
            double highest = 0;
            for (double probability : probabilities) {
                highest = Math.max(highest, probability);
            }
            double sum = 0;
            for (int k = 0; k < powers.length; k++) {
                powers[k] = Math.pow(probabilities.get(k) / highest, 1 / temperature);
                sum += powers[k];
            }
            List<Double> recalibrated = new ArrayList<>();
            for (double power : powers) {
                recalibrated.add(power / sum);
            }
            return List.copyOf(recalibrated);
        }

        /**
         * The temperature with the lowest log loss.
         *
         * @return undefined where no finite temperature above 0 is best: the logits' signs are all right, or they say nothing of the
         *     classes
         */
        public static Estimate fit(List<ScoredCase> cases) {
            return fit(Logistic.logits(cases), Logistic.classes(cases));
        }

        /**
         * The temperature for logits as a network gives them.
         *
         * @param logits at least one, finite
         * @param positive as many
         */
        public static Estimate fit(double[] logits, boolean[] positive) {
            return TemperatureFit.ofTwoClasses(logits, positive);
        }

        /**
         * The temperature for logits of exclusive classes.
         *
         * @param logits cases x classes, finite
         * @param truth class of each case
         */
        public static Estimate fitToClasses(double[][] logits, int[] truth) {
            return TemperatureFit.ofClasses(logits, truth);
        }
    }

    /**
     * Platt's sigmoid 1 / (1 + exp(a s + b)) of the logit s (Platt 1999, Probabilistic Outputs for Support Vector Machines and
     * Comparisons to Regularized Likelihood Methods). Repairs a wrong prevalence as well.
     *
     * @param a 0 or less; a positive one would turn the order of cases around
     * @param b finite
     */
    record Platt(double a, double b) implements Monotone {
        public Platt {
            if (!(a <= 0 && a > Double.NEGATIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "a must be 0 or less and finite, or the order of cases would turn around, was " + a);
            }
            if (!Double.isFinite(b)) {
                throw new IllegalArgumentException("b must be finite, was " + b);
            }
        }

        @Override
        public double apply(double probability) {
            return ofLogit(Logistic.logit(probability));
        }

        /** The recalibrated probability of a logit. */
        public double ofLogit(double logit) {
            return Logistic.sigmoid(-(a * logit + b));
        }

        /**
         * The sigmoid of the lowest log loss with Platt's smoothed targets (n1 + 1) / (n1 + 2) and 1 / (n0 + 2).
         *
         * @throws IllegalArgumentException if one class is missing, all probabilities are the same, or positives score lower than
         *     negatives
         */
        public static Platt fit(List<ScoredCase> cases) {
            return fit(Logistic.logits(cases), Logistic.classes(cases));
        }

        /**
         * The sigmoid for scores of any kind, to machine precision by Newton's method. scikit-learn stops at about 1e-6.
         *
         * @param scores finite, not all the same
         * @param positive as many, of both classes
         */
        public static Platt fit(double[] scores, boolean[] positive) {
            return PlattFit.of(scores, positive);
        }
    }

    /**
     * The non-decreasing map that fits best (Zadrozny and Elkan 2002, Transforming Classifier Scores into Accurate Multiclass
     * Probability Estimates): straight between knots, constant outside them. Needs many cases, a thousand or so; ties cases that
     * were in order.
     *
     * @param knots one at least; inputs rising, outputs not falling
     */
    record Isotonic(List<Knot> knots) implements Monotone {
        public Isotonic {
            knots = List.copyOf(knots);
            if (knots.isEmpty()) {
                throw new IllegalArgumentException("knots must be one or more, were none");
            }
            for (int i = 1; i < knots.size(); i++) {
                if (!(knots.get(i).input() > knots.get(i - 1).input()
                        && knots.get(i).output() >= knots.get(i - 1).output())) {
                    throw new IllegalArgumentException("knots must rise, were " + knots);
                }
            }
        }

        /**
         * A point of the map.
         *
         * @param input a probability, in [0, 1]
         * @param output what becomes of it, in [0, 1]
         */
        public record Knot(double input, double output) {
            public Knot {
                if (!(input >= 0 && input <= 1 && output >= 0 && output <= 1)) {
                    throw new IllegalArgumentException(
                            "input and output must be in [0, 1], were " + input + ", " + output);
                }
            }
        }

        @Override
        public double apply(double probability) {
            int above = 0;
            int high = knots.size();
            while (above < high) {
                int middle = (above + high) / 2;
                if (knots.get(middle).input() < probability) {
                    above = middle + 1;
                } else {
                    high = middle;
                }
            }
            if (above == 0) {
                return knots.get(0).output();
            }
            if (above == knots.size()) {
                return knots.get(above - 1).output();
            }
            Knot left = knots.get(above - 1);
            Knot right = knots.get(above);
            double share = (probability - left.input()) / (right.input() - left.input());
            return left.output() + share * (right.output() - left.output());
        }

        /** The best non-decreasing map, by pooling neighbours that are out of order. Needs one case. */
        public static Isotonic fit(List<ScoredCase> cases) {
            return IsotonicFit.of(cases);
        }
    }
}
