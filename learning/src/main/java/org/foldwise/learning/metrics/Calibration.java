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
        for (ScoredCase scored : cases) {
            squares += squaredError(scored);
            losses += loss(scored);
        }
        List<Bin> bins = uniformBins(cases, BINS);
        double expected = 0;
        double maximum = 0;
        for (Bin bin : bins) {
            expected += bin.gap() * bin.cases() / cases.size();
            maximum = Math.max(maximum, bin.gap());
        }
        return new Calibration(squares / cases.size(), losses / cases.size(), expected, maximum, bins);
    }

    /**
     * The calibration curve over equally wide bins: those that hold cases, in rising order. Equal to scikit-learn's {@code
     * calibration_curve} with {@code strategy="uniform"}.
     *
     * @param cases at least one
     * @param count number of bins, 1 or more
     */
    public static List<Bin> uniformBins(List<ScoredCase> cases, int count) {
        double[] edges = new double[count + 1];
        for (int i = 0; i <= count; i++) {
            edges[i] = i == count ? 1 : i * (1.0 / count);
        }
        return bins(cases, edges);
    }

    /**
     * The calibration curve over bins with about equally many cases, whose edges are quantiles of the probabilities (interpolated
     * linearly). Bins that ties leave empty are left out. Equal to scikit-learn's {@code calibration_curve} with {@code
     * strategy="quantile"}.
     *
     * @param cases at least one
     * @param count number of bins, 1 or more
     */
    public static List<Bin> quantileBins(List<ScoredCase> cases, int count) {
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("a calibration curve needs cases, had none");
        }
        double[] rising =
                cases.stream().mapToDouble(ScoredCase::probability).sorted().toArray();
        double[] edges = new double[count + 1];
        for (int i = 0; i <= count; i++) {
            // times and by 100 as scikit-learn goes over percentiles: a tie at an edge must fall on the same side
            edges[i] = Quantiles.ofSorted(rising, i == count ? 1 : i * (1.0 / count) * 100 / 100);
        }
        return bins(cases, edges);
    }

    private static List<Bin> bins(List<ScoredCase> cases, double[] edges) {
        if (edges.length < 2 || cases.isEmpty()) {
            throw new IllegalArgumentException(
                    "a calibration curve needs bins and cases, had " + (edges.length - 1) + " and " + cases.size());
        }
        int count = edges.length - 1;
        int[] counts = new int[count];
        int[] positives = new int[count];
        double[] probabilities = new double[count];
        for (ScoredCase scored : cases) {
            int bin = bin(scored.probability(), edges);
            counts[bin]++;
            positives[bin] += scored.positive() ? 1 : 0;
            probabilities[bin] += scored.probability();
        }
        List<Bin> bins = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (counts[i] > 0) {
                bins.add(new Bin(
                        edges[i],
                        edges[i + 1],
                        counts[i],
                        probabilities[i] / counts[i],
                        (double) positives[i] / counts[i]));
            }
        }
        return List.copyOf(bins);
    }

    /** The bin (edge i, edge i + 1] of a probability; the outer bins take what lies beyond. */
    private static int bin(double probability, double[] edges) {
        int low = 0;
        int high = edges.length - 2;
        while (low < high) {
            int middle = (low + high) / 2;
            if (probability <= edges[middle + 1]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    static double squaredError(ScoredCase scored) {
        double difference = scored.probability() - (scored.positive() ? 1 : 0);
        return difference * difference;
    }

    static double loss(ScoredCase scored) {
        double probability = Math.max(CLIP, Math.min(1 - CLIP, scored.probability()));
        return -Math.log(scored.positive() ? probability : 1 - probability);
    }

    /** Which of the {@value #BINS} equally wide bins, counted from 0, holds a probability. */
    public static int bin(double probability) {
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
