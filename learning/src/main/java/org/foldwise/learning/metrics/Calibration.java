package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * How far probabilities can be taken at their word.
 *
 * @param brierScore mean squared difference between probability and outcome, in [0, 1] (Brier 1950, Verification of Forecasts
 *     Expressed in Terms of Probability)
 * @param logLoss mean negative logarithm of the probability given to what was true, 0 or more; probabilities are first clipped
 *     to [2.22e-16, 1 - 2.22e-16], as scikit-learn does
 * @param expectedCalibrationError mean over the bins, weighted by their cases, of the gap between mean probability and share of
 *     positives (Naeini, Cooper and Hauskrecht 2015, Obtaining Well Calibrated Probabilities Using Bayesian Binning)
 * @param maximumCalibrationError the largest such gap
 * @param bins the bins that hold cases, in rising order
 */
public record Calibration(
        double brierScore,
        double logLoss,
        double expectedCalibrationError,
        double maximumCalibrationError,
        List<Bin> bins) {
    /** Number of equally wide bins. */
    public static final int BINS = 10;

    private static final double WIDTH = 1.0 / BINS;
    private static final double CLIP = Math.ulp(1.0);

    public Calibration {
        bins = List.copyOf(bins);
    }

    /**
     * Cases whose probabilities are in (lower, upper]; a probability of 0 is in the first bin.
     *
     * @param lower lower edge
     * @param upper upper edge
     * @param cases how many
     * @param meanProbability their mean probability
     * @param positiveShare the share of positives among them
     */
    public record Bin(double lower, double upper, int cases, double meanProbability, double positiveShare) {
        /** The distance between what was promised and what came. */
        public double gap() {
            return Math.abs(meanProbability - positiveShare);
        }
    }

    /**
     * The calibration of scored cases; defined for one class as well.
     *
     * @throws IllegalArgumentException if there are no cases
     */
    public static Calibration of(List<ScoredCase> cases) {
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("calibration needs cases, had none");
        }
        double squares = 0;
        double losses = 0;
        int[] counts = new int[BINS];
        int[] positives = new int[BINS];
        double[] probabilities = new double[BINS];
        for (ScoredCase scored : cases) {
            squares += squaredError(scored);
            losses += loss(scored);
            int bin = bin(scored.probability());
            counts[bin]++;
            positives[bin] += scored.positive() ? 1 : 0;
            probabilities[bin] += scored.probability();
        }
        List<Bin> bins = new ArrayList<>();
        double expected = 0;
        double maximum = 0;
        for (int i = 0; i < BINS; i++) {
            if (counts[i] > 0) {
                Bin bin = new Bin(
                        edge(i),
                        edge(i + 1),
                        counts[i],
                        probabilities[i] / counts[i],
                        (double) positives[i] / counts[i]);
                bins.add(bin);
                expected += bin.gap() * counts[i] / cases.size();
                maximum = Math.max(maximum, bin.gap());
            }
        }
        return new Calibration(squares / cases.size(), losses / cases.size(), expected, maximum, bins);
    }

    static double squaredError(ScoredCase scored) {
        double difference = scored.probability() - (scored.positive() ? 1 : 0);
        return difference * difference;
    }

    static double loss(ScoredCase scored) {
        double probability = Math.max(CLIP, Math.min(1 - CLIP, scored.probability()));
        return -Math.log(scored.positive() ? probability : 1 - probability);
    }

    static int bin(double probability) {
        for (int bin = 0; bin < BINS - 1; bin++) {
            if (probability <= edge(bin + 1)) {
                return bin;
            }
        }
        return BINS - 1;
    }

    private static double edge(int index) {
        return index * WIDTH;
    }
}
