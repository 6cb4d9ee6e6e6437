package org.foldwise.learning.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.foldwise.learning.dataset.PatientId;

/**
 * Percentile intervals from resampling patients (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13; whole
 * clusters as in Field and Welsh 2007, Bootstrapping Clustered Data). As many patients as there are get drawn with replacement,
 * each with all its images, so that images of one patient never count as independent evidence.
 *
 * <p>Resamples in which a figure is undefined are left out of its interval. There is no interval for fewer than 2 patients, nor
 * where fewer than half of the resamples define the figure. The result depends on cases, threshold and specification, not on
 * the order of the cases.
 */
public final class PatientBootstrap {
    /** What {@link Interval#method()} says of these intervals. */
    public static final String METHOD = "patientBootstrapPercentile";

    private final BootstrapSpec spec;
    private final int patients;
    private final Map<Figure, double[]> samples;
    private final int singleClassResamples;

    private PatientBootstrap(
            BootstrapSpec spec, int patients, Map<Figure, double[]> samples, int singleClassResamples) {
        this.spec = spec;
        this.patients = patients;
        this.samples = samples;
        this.singleClassResamples = singleClassResamples;
    }

    /** The figures whose intervals come from resamples. */
    public enum Figure {
        ROC_AUC,
        AVERAGE_PRECISION,
        BRIER_SCORE,
        LOG_LOSS,
        EXPECTED_CALIBRATION_ERROR,
        BALANCED_ACCURACY,
        MATTHEWS_CORRELATION
    }

    /** Where resamples come from. */
    @FunctionalInterface
    interface Draws {
        /** Writes how often each patient, in the order of ids, is drawn in that resample. */
        void draw(int resample, int[] multiplicities);
    }

    /**
     * Resamples scored cases.
     *
     * @param cases at least one
     * @param threshold for the figures of decisions
     * @param spec how often, and from which seed
     */
    public static PatientBootstrap of(List<ScoredCase> cases, double threshold, BootstrapSpec spec) {
        SplittableRandom random = new SplittableRandom(spec.seed());
        return of(cases, threshold, spec, (resample, multiplicities) -> {
            for (int i = 0; i < multiplicities.length; i++) {
                // a uniform number below the number of patients; written out so that it never changes with the Java
                // version
                multiplicities[(int) Math.multiplyHigh(random.nextLong() >>> 1, (long) multiplicities.length << 1)]++;
            }
        });
    }

    static PatientBootstrap of(List<ScoredCase> cases, double threshold, BootstrapSpec spec, Draws draws) {
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("a bootstrap needs cases, had none");
        }
        Sums sums = new Sums(cases, threshold);
        Map<Figure, double[]> samples = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            samples.put(figure, new double[spec.resamples()]);
        }
        int singleClass = 0;
        int[] multiplicities = new int[sums.patients];
        for (int resample = 0; resample < spec.resamples(); resample++) {
            Arrays.fill(multiplicities, 0);
            draws.draw(resample, multiplicities);
            sums.resample(multiplicities);
            singleClass += sums.isSingleClass() ? 1 : 0;
            for (Map.Entry<Figure, double[]> sample : samples.entrySet()) {
                sample.getValue()[resample] = sums.value(sample.getKey());
            }
        }
        return new PatientBootstrap(spec, sums.patients, samples, singleClass);
    }

    /** How many resamples held one class only, so that they could not take part in the interval of the area under the curve. */
    public int singleClassResamples() {
        return singleClassResamples;
    }

    /** The interval of a figure, where there is one. */
    public Optional<Interval> interval(Figure figure) {
        double[] defined = Arrays.stream(samples.getOrDefault(figure, new double[0]))
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        if (patients < 2 || 2 * defined.length < spec.resamples()) {
            return Optional.empty();
        }
        double tail = (1 - spec.level()) / 2;
        return Optional.of(
                new Interval(percentile(defined, tail), percentile(defined, 1 - tail), spec.level(), METHOD));
    }

    /** Linear interpolation at position (n - 1) q, as NumPy's default. */
    private static double percentile(double[] rising, double q) {
        double position = (rising.length - 1) * q;
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, rising.length - 1);
        return rising[below] + (position - below) * (rising[above] - rising[below]);
    }

    /**
     * The cases in falling order of scores, and the sums of one resample. Nothing is sorted again: a resample only changes how
     * often each case counts.
     */
    private static final class Sums {
        final int patients;
        private final int[] patientOf;
        private final double[] scores;
        private final boolean[] positive;
        private final int[] binOf;
        private final double[] squaredErrors;
        private final double[] losses;
        private final boolean[] calledPositive;

        private RankSums ranks = new RankSums();
        private ConfusionMatrix confusion = new ConfusionMatrix(0, 0, 0, 0);
        private double squaredError;
        private double loss;
        private double calibrationError;

        Sums(List<ScoredCase> cases, double threshold) {
            List<ScoredCase> falling = cases.stream()
                    .sorted(Comparator.comparingDouble((ScoredCase scored) -> -scored.probability())
                            .thenComparing(ScoredCase::patient)
                            .thenComparing(ScoredCase::image))
                    .toList();
            SortedMap<PatientId, Integer> indexOf = new TreeMap<>();
            falling.forEach(scored -> indexOf.put(scored.patient(), 0));
            int next = 0;
            for (Map.Entry<PatientId, Integer> entry : indexOf.entrySet()) {
                entry.setValue(next++);
            }
            int n = falling.size();
            patients = indexOf.size();
            patientOf = new int[n];
            scores = new double[n];
            positive = new boolean[n];
            binOf = new int[n];
            squaredErrors = new double[n];
            losses = new double[n];
            calledPositive = new boolean[n];
            for (int i = 0; i < n; i++) {
                ScoredCase scored = falling.get(i);
                patientOf[i] = indexOf.getOrDefault(scored.patient(), 0);
                scores[i] = scored.probability();
                positive[i] = scored.positive();
                binOf[i] = Calibration.bin(scored.probability());
                squaredErrors[i] = Calibration.squaredError(scored);
                losses[i] = Calibration.loss(scored);
                calledPositive[i] = scored.probability() >= threshold;
            }
        }

        void resample(int[] multiplicities) {
            ranks = new RankSums();
            squaredError = 0;
            loss = 0;
            long[] decisions = new long[4];
            double[] binGaps = new double[Calibration.BINS];
            long positivesOfScore = 0;
            long negativesOfScore = 0;
            for (int i = 0; i < scores.length; i++) {
                int weight = multiplicities[patientOf[i]];
                if (positive[i]) {
                    positivesOfScore += weight;
                } else {
                    negativesOfScore += weight;
                }
                if (i + 1 == scores.length || scores[i + 1] != scores[i]) {
                    ranks.add(positivesOfScore, negativesOfScore);
                    positivesOfScore = 0;
                    negativesOfScore = 0;
                }
                decisions[(positive[i] ? 2 : 0) + (calledPositive[i] ? 1 : 0)] += weight;
                squaredError += weight * squaredErrors[i];
                loss += weight * losses[i];
                binGaps[binOf[i]] += weight * (scores[i] - (positive[i] ? 1 : 0));
            }
            confusion = new ConfusionMatrix(decisions[0], decisions[1], decisions[2], decisions[3]);
            // count / n * |mean probability - share of positives| of a bin is |sum of differences| / n
            calibrationError = Arrays.stream(binGaps).map(Math::abs).sum();
        }

        boolean isSingleClass() {
            return ranks.positives() == 0 || ranks.negatives() == 0;
        }

        /** The figure of the last resample; NaN where undefined. */
        double value(Figure figure) {
            return switch (figure) {
                case ROC_AUC -> ranks.areaUnderRoc();
                case AVERAGE_PRECISION -> ranks.averagePrecision();
                case BRIER_SCORE -> squaredError / confusion.cases();
                case LOG_LOSS -> loss / confusion.cases();
                case EXPECTED_CALIBRATION_ERROR -> calibrationError / confusion.cases();
                case BALANCED_ACCURACY -> orNaN(confusion.balancedAccuracy());
                case MATTHEWS_CORRELATION -> orNaN(confusion.matthewsCorrelation());
            };
        }

        private static double orNaN(Estimate estimate) {
            Double value = estimate.value();
            return value == null ? Double.NaN : value;
        }
    }
}
