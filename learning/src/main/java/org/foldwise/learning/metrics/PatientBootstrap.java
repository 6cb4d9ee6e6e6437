package org.foldwise.learning.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.foldwise.learning.dataset.PatientId;
import org.jspecify.annotations.Nullable;

/**
 * Intervals from resampling patients (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13; whole
 * clusters as in Field and Welsh 2007, Bootstrapping Clustered Data). As many patients as there are get drawn with replacement,
 * each with all its images, so that images of one patient never count as independent evidence.
 *
 * <p>Resamples in which a figure is undefined are left out of its interval. There is no interval for fewer than 2 patients, nor
 * where fewer than half of the resamples define the figure, nor of a figure of a class that fewer than 2 patients have cases of: resamples
 * hold the one patient's cases or none, and never what another patient's would have been. The result depends on cases, threshold and specification, not on
 * the order of the cases. For one thread at a time.
 */
public final class PatientBootstrap {
    /** What {@link Interval#method()} says of these intervals. */
    public static final String METHOD = "patientBootstrapPercentile";

    /** What {@link Interval#method()} says of bias-corrected and accelerated intervals. */
    public static final String ACCELERATED_METHOD = "patientBootstrapBca";

    /** What {@link Interval#method()} says of such intervals that are widened for few patients, and patients of unequal sizes. */
    public static final String EXPANDED_METHOD = "patientBootstrapExpandedBca";

    /** What {@link Interval#method()} says of intervals of differences between two models. */
    public static final String JACKKNIFE_METHOD = "patientJackknife";

    /** What {@link Interval#method()} says of intervals of calibration errors. */
    public static final String DEVIATION_METHOD = "patientBootstrapDeviation";

    /** Equal resamples differ by no more. */
    static final double ROUNDING = 1e-12;

    /** Above this number patients leave the jackknife in groups, so that it takes no more passes over the cases. */
    private static final int JACKKNIFE_GROUPS = 400;

    private final BootstrapSpec spec;
    private final Sums sums;
    private final int patients;
    private final Map<Figure, double[]> samples;
    private final Map<Figure, double[]> deviations;
    private final int singleClassResamples;
    private final Map<Figure, double[]> leftOut = new EnumMap<>(Figure.class);

    private PatientBootstrap(
            BootstrapSpec spec,
            Sums sums,
            Map<Figure, double[]> samples,
            Map<Figure, double[]> deviations,
            int singleClassResamples) {
        this.spec = spec;
        this.sums = sums;
        this.patients = sums.patients;
        this.samples = samples;
        this.deviations = deviations;
        this.singleClassResamples = singleClassResamples;
    }

    /** The figures whose intervals, or those of whose differences between two models, come from resamples. */
    public enum Figure {
        ROC_AUC,
        AVERAGE_PRECISION,
        BRIER_SCORE,
        LOG_LOSS,
        EXPECTED_CALIBRATION_ERROR,
        MAXIMUM_CALIBRATION_ERROR,
        BALANCED_ACCURACY,
        MATTHEWS_CORRELATION,
        KAPPA,
        RECALL,
        SPECIFICITY,
        PRECISION,
        NEGATIVE_PREDICTIVE_VALUE,
        F1,
        MACRO_F1,
        WEIGHTED_F1;

        /** Whether leaving a patient out tells how the figure varies; not of sums and maxima of distances, which turn at 0. */
        private boolean isSmooth() {
            return this != EXPECTED_CALIBRATION_ERROR && this != MAXIMUM_CALIBRATION_ERROR;
        }

        /** How far two models can be apart. */
        private double mostDifference() {
            return switch (this) {
                case LOG_LOSS -> Double.POSITIVE_INFINITY;
                case MATTHEWS_CORRELATION, KAPPA -> 2;
                default -> 1;
            };
        }

        /** Whether the figure hangs on the cases of the positive class, however few these are among all. */
        private boolean needsPositives() {
            return this == RECALL || this == F1 || needsBothClasses();
        }

        private boolean needsNegatives() {
            return this == SPECIFICITY || needsBothClasses();
        }

        private boolean needsBothClasses() {
            return switch (this) {
                case ROC_AUC, AVERAGE_PRECISION, BALANCED_ACCURACY, MATTHEWS_CORRELATION, KAPPA, MACRO_F1 -> true;
                default -> false;
            };
        }
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
        return of(cases, threshold, spec, draws(spec));
    }

    /**
     * The same with decisions that do not hang on a threshold.
     *
     * @param cases in the order of images
     * @param called what is called positive
     * @param numbers whose the cases are, in their order
     */
    static PatientBootstrap of(
            List<ScoredCase> cases, Predicate<ScoredCase> called, NumberedPatients numbers, BootstrapSpec spec) {
        return of(cases, called, numbers, spec, draws(spec));
    }

    /** The draws of a specification: equal ones for equal numbers of patients. */
    static Draws draws(BootstrapSpec spec) {
        SplittableRandom random = new SplittableRandom(spec.seed());
        return (resample, multiplicities) -> {
            for (int i = 0; i < multiplicities.length; i++) {
                // a uniform number below the number of patients; written out so that it never changes with the Java
                // version
                multiplicities[(int) Math.multiplyHigh(random.nextLong() >>> 1, (long) multiplicities.length << 1)]++;
            }
        };
    }

    static PatientBootstrap of(List<ScoredCase> cases, double threshold, BootstrapSpec spec, Draws draws) {
        List<ScoredCase> ordered =
                cases.stream().sorted(Comparator.comparing(ScoredCase::image)).toList();
        NumberedPatients numbers =
                NumberedPatients.of(ordered.stream().map(ScoredCase::patient).toList());
        return of(ordered, one -> one.probability() >= threshold, numbers, spec, draws);
    }

    private static PatientBootstrap of(
            List<ScoredCase> cases,
            Predicate<ScoredCase> called,
            NumberedPatients numbers,
            BootstrapSpec spec,
            Draws draws) {
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("a bootstrap needs cases, had none");
        }
        Sums sums = new Sums(cases, called, numbers);
        Map<Figure, double[]> samples = new EnumMap<>(Figure.class);
        for (Figure figure : Figure.values()) {
            samples.put(figure, new double[spec.resamples()]);
        }
        Map<Figure, double[]> deviations = new EnumMap<>(Figure.class);
        for (Figure figure : List.of(Figure.EXPECTED_CALIBRATION_ERROR, Figure.MAXIMUM_CALIBRATION_ERROR)) {
            deviations.put(figure, new double[spec.resamples()]);
        }
        sums.holdBins();
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
            for (Map.Entry<Figure, double[]> deviation : deviations.entrySet()) {
                deviation.getValue()[resample] = sums.deviation(deviation.getKey());
            }
        }
        return new PatientBootstrap(spec, sums, samples, deviations, singleClass);
    }

    /** How many resamples held one class only, so that they could not take part in the interval of the area under the curve. */
    public int singleClassResamples() {
        return singleClassResamples;
    }

    /** A figure of the cases as they are, without interval. */
    public Estimate estimate(Figure figure) {
        return sums.estimate(figure);
    }

    /** The percentile interval of a figure, where there is one. */
    public Optional<Interval> interval(Figure figure) {
        return sums.hasPatientsFor(figure) ? percentile(samplesOf(figure), patients, spec) : Optional.empty();
    }

    /**
     * The interval of the expected or the maximum calibration error, where there is one. Both are sums or maxima of distances, which noise
     * makes longer and never shorter: an error is too high on average, every resample's is too high once more, and percentiles of them lie
     * above what they are of. So the lower end is the error less how far the gaps of the resamples' bins are from those of the bins
     * themselves, summed or at most as the error is, in 97.5 % of 95 % intervals. By the triangle inequality the true error is no farther below
     * where the true gaps are no farther away. The upper end is the error and how far the resamples' upper percentile is above their median:
     * their spread without their excess. It does not take the error's own excess off, so that it lies rather too high; with that taken off, as
     * percentiles that are reflected at the error have it, it was too low in 5 to 11 % of simulated cohorts.
     *
     * @param point the error of the cases as they are, which the interval holds to the last bit
     */
    public Optional<Interval> calibrationInterval(Figure figure, double point) {
        return ofCalibrationError(
                point, samplesOf(figure), deviations.getOrDefault(figure, new double[0]), patients, spec);
    }

    /**
     * The same of any calibration error.
     *
     * @param point the error of all patients
     * @param errors of the resamples
     * @param deviations of the gaps of the resamples' bins from those of the bins of all patients, summed over bins or the largest of them as
     *     the error is
     */
    static Optional<Interval> ofCalibrationError(
            double point, double[] errors, double[] deviations, int patients, BootstrapSpec spec) {
        if (patients < 2) {
            return Optional.empty();
        }
        double tail = (1 - spec.level()) / 2;
        double farthest = Quantiles.ofSorted(defined(deviations), 1 - tail);
        double[] rising = defined(errors);
        double spread = Quantiles.ofSorted(rising, 1 - tail) - Quantiles.ofSorted(rising, 0.5);
        return Optional.of(new Interval(
                        Math.max(0, point - farthest), Math.min(1, point + spread), spec.level(), DEVIATION_METHOD))
                .filter(interval -> interval.upper() - interval.lower() > ROUNDING);
    }

    /** The percentile interval of a figure's resamples, NaN where undefined. */
    static Optional<Interval> percentile(double[] resamples, int patients, BootstrapSpec spec) {
        double[] defined = defined(resamples);
        if (tooFew(defined, patients, spec)) {
            return Optional.empty();
        }
        double tail = (1 - spec.level()) / 2;
        return Optional.of(new Interval(
                Quantiles.ofSorted(defined, tail), Quantiles.ofSorted(defined, 1 - tail), spec.level(), METHOD));
    }

    /**
     * The bias-corrected and accelerated interval of a figure (Efron 1987, Better Bootstrap Confidence Intervals), where there is
     * one. The acceleration comes from leaving out one patient after the other; beyond 400 patients one of 400 groups, as
     * influences add up. None either where the figure lies beyond all its resamples, or leaving patients out changes nothing.
     */
    public Optional<Interval> acceleratedInterval(Figure figure) {
        return sums.hasPatientsFor(figure)
                ? accelerated(
                        samplesOf(figure),
                        sums.ofAll(figure),
                        leftOut().getOrDefault(figure, new double[0]),
                        patients,
                        spec)
                : Optional.empty();
    }

    /**
     * The accelerated interval with more of the resamples' tails, where there is one, as {@link #expanded(double[], double, double[], int,
     * double, BootstrapSpec)} has it, with Satterthwaite's degrees of freedom of the variances over patients with positives and without.
     */
    public Optional<Interval> expandedInterval(Figure figure) {
        double[] left = leftOut().getOrDefault(figure, new double[0]);
        return sums.hasPatientsFor(figure)
                ? expanded(
                        samplesOf(figure),
                        sums.ofAll(figure),
                        left,
                        patients,
                        sums.variance(left).degreesOfFreedom(),
                        spec)
                : Optional.empty();
    }

    /**
     * The interval of the mean of a figure over several classes of the same images, resampled alike so that the same patients are
     * drawn together: accelerated and expanded where that can be computed, otherwise by percentiles. A resample in which the figure of one class is
     * undefined is left out. No interval where all resamples agree, nor where one of the classes has too few patients for one.
     *
     * @param weights of each class how many images show it, or 1 of each, which are taken as given although they may follow from the images;
     *     not all 0
     * @throws IllegalArgumentException unless all have the same specification and the same patients
     */
    static Optional<Interval> meanInterval(Figure figure, List<PatientBootstrap> ofClasses, List<Long> weights) {
        if (!ofClasses.stream().allMatch(one -> one.sums.hasPatientsFor(figure))) {
            return Optional.empty();
        }
        PatientBootstrap first = ofClasses.get(0);
        int groups = groups(first.patients);
        double[] resamples = new double[first.spec.resamples()];
        double[] left = new double[groups];
        double point = 0;
        double total = 0;
        Variance variance = Variance.NONE;
        for (int k = 0; k < ofClasses.size(); k++) {
            PatientBootstrap one = ofClasses.get(k);
            long weight = weights.get(k);
            total += weight;
            if (!first.spec.equals(one.spec) || !first.sums.ids.equals(one.sums.ids)) {
                throw new IllegalArgumentException("classes are averaged on equal draws of the same patients");
            }
            point += one.sums.ofAll(figure) * weight;
            double[] samples = one.samplesOf(figure);
            double[] without = one.leftOut().getOrDefault(figure, new double[groups]);
            variance = variance.and(one.sums.variance(without).times((double) weight * weight));
            Arrays.setAll(resamples, i -> resamples[i] + samples[i] * weight);
            Arrays.setAll(left, i -> left[i] + without[i] * weight);
        }
        // divided once, so that a mean of ones is 1
        double sum = total;
        Arrays.setAll(resamples, i -> resamples[i] / sum);
        Arrays.setAll(left, i -> left[i] / sum);
        return expanded(resamples, point / sum, left, first.patients, variance.degreesOfFreedom(), first.spec)
                .or(() -> percentile(resamples, first.patients, first.spec))
                .filter(interval -> interval.upper() - interval.lower() > ROUNDING);
    }

    /**
     * The bias-corrected and accelerated interval.
     *
     * @param resamples of the figure, NaN where undefined
     * @param point the figure of all patients
     * @param left the figure without each group of patients
     */
    static Optional<Interval> accelerated(
            double[] resamples, double point, double[] left, int patients, BootstrapSpec spec) {
        return accelerated(resamples, point, left, patients, spec, Quantiles.normal(spec.level()), ACCELERATED_METHOD);
    }

    /**
     * The same at Student's quantile in the place of the normal one, times how much larger the jackknife's standard error is than the
     * resamples', where it is (expanded percentiles: Hesterberg 2015, What Teachers Should Know about the Bootstrap, section 4.1; the ratio takes
     * the place of his sqrt(m / (m - 1)), which it comes to for means over m patients of one size). Resamples of m patients vary too little:
     * somewhat where these are few, and much where some have many more images than others ({@link PatientJackknife}).
     *
     * <p>A group without which the figure is undefined counts as if the figure did not change.
     *
     * @param degreesOfFreedom how well the variance over patients is known; 1 or more
     */
    static Optional<Interval> expanded(
            double[] resamples,
            double point,
            double[] left,
            int patients,
            double degreesOfFreedom,
            BootstrapSpec spec) {
        double ofResamples = standardDeviation(defined(resamples));
        if (!(ofResamples > 0)) {
            return Optional.empty();
        }
        double mean = Arrays.stream(left)
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(0);
        double[] changed = Arrays.stream(left)
                .map(value -> Double.isNaN(value) ? mean : value)
                .toArray();
        double ofJackknife = standardDeviation(changed) * (left.length - 1) / Math.sqrt(left.length);
        double quantile = Quantiles.student(spec.level(), degreesOfFreedom) * Math.max(1, ofJackknife / ofResamples);
        return accelerated(resamples, point, changed, patients, spec, quantile, EXPANDED_METHOD);
    }

    /**
     * The variance of a figure by leaving out one group of patients after the other, less a factor: that of groups with positives and that of
     * groups without, of which a rare class has few.
     *
     * @param left the figure without each group; NaN where it is undefined, which counts for nothing
     * @param patientOf whose each case is
     * @param positive which cases are
     */
    static Variance variance(double[] left, int[] patientOf, IntPredicate positive) {
        int[] sizes = new int[left.length];
        boolean[] havePositives = new boolean[left.length];
        for (int i = 0; i < patientOf.length; i++) {
            int group = patientOf[i] % left.length;
            sizes[group]++;
            havePositives[group] |= positive.test(i);
        }
        double mean = Arrays.stream(left)
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(0);
        double[] squares = new double[2];
        PatientJackknife[] patientsOf = {new PatientJackknife(), new PatientJackknife()};
        for (int group = 0; group < left.length; group++) {
            int kind = havePositives[group] ? 1 : 0;
            patientsOf[kind].add(sizes[group], 1);
            squares[kind] += Double.isNaN(left[group]) ? 0 : (left[group] - mean) * (left[group] - mean);
        }
        return Variance.NONE.and(squares[0], patientsOf[0]).and(squares[1], patientsOf[1]);
    }

    /**
     * A variance as a sum of independent ones, each of which is known with its degrees of freedom.
     *
     * @param sum of the variances
     * @param ofSquares the sum of their squares, each by its degrees of freedom
     */
    record Variance(double sum, double ofSquares) {
        static final Variance NONE = new Variance(0, 0);

        Variance and(Variance other) {
            return new Variance(sum + other.sum, ofSquares + other.ofSquares);
        }

        Variance times(double factor) {
            return new Variance(factor * sum, factor * factor * ofSquares);
        }

        Variance and(double variance, PatientJackknife patients) {
            return variance > 0 ? and(new Variance(variance, variance * variance / patients.degreesOfFreedom())) : this;
        }

        /** Satterthwaite's; without variance as few as there can be, which no interval is made with. */
        double degreesOfFreedom() {
            return sum > 0 ? sum * sum / ofSquares : 1;
        }
    }

    private static Optional<Interval> accelerated(
            double[] resamples,
            double point,
            double[] left,
            int patients,
            BootstrapSpec spec,
            double quantile,
            String method) {
        double[] defined = defined(resamples);
        if (tooFew(defined, patients, spec) || Double.isNaN(point)) {
            return Optional.empty();
        }
        double below = 0;
        for (double value : defined) {
            below += value < point ? 1 : value == point ? 0.5 : 0;
        }
        double acceleration = acceleration(left);
        if (below == 0 || below == defined.length || Double.isNaN(acceleration)) {
            return Optional.empty();
        }
        double bias = NormalDistribution.of(0, 1).inverseCumulativeProbability(below / defined.length);
        double lower = share(bias, bias - quantile, acceleration);
        double upper = share(bias, bias + quantile, acceleration);
        return Optional.of(new Interval(
                Quantiles.ofSorted(defined, Math.min(lower, upper)),
                Quantiles.ofSorted(defined, Math.max(lower, upper)),
                spec.level(),
                method));
    }

    /** Which share of the resamples lies below an end; all or none where its acceleration goes past every resample. */
    private static double share(double bias, double end, double acceleration) {
        double divisor = 1 - acceleration * end;
        if (divisor <= 0) {
            return end < 0 ? 0 : 1;
        }
        return NormalDistribution.of(0, 1).cumulativeProbability(bias + end / divisor);
    }

    /** By one value less than there are; NaN of fewer than 2, or where one is. */
    private static double standardDeviation(double[] values) {
        double mean = Arrays.stream(values).average().orElse(0);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (values.length - 1));
    }

    /**
     * A figure of these cases less that of another model's scores of the same images. Both must have been resampled alike, so
     * that the same patients are drawn together. None, and no p value, where either figure has too few patients for one.
     *
     * <p>The interval is Student's, by the variance of the difference over patients who are left out one after the other (the jackknife, Efron
     * 1982, The Jackknife, the Bootstrap and Other Resampling Plans), with one degree of freedom less than there are patients of the class that
     * the figure hangs on, of the rarer one where it hangs on both. Beyond 400 patients 400 groups of them are left out. Percentiles of the
     * resamples' differences are too narrow for few patients, and sound too often (docs/statistics.md). They remain for calibration errors,
     * whose noise is in both models, and where a figure is undefined without some patient or does not change without any.
     *
     * @throws IllegalArgumentException unless both have the same specification and the same patients
     */
    public Difference difference(Figure figure, PatientBootstrap other) {
        if (!spec.equals(other.spec) || !sums.ids.equals(other.sums.ids)) {
            throw new IllegalArgumentException("two models are compared on equal draws of the same patients");
        }
        double point = sums.ofAll(figure) - other.sums.ofAll(figure);
        if (!Double.isNaN(point) && !sums.hasPatientsFor(figure)) {
            return new Difference(Estimate.of(point), null);
        }
        double[] ofThese = samplesOf(figure);
        double[] ofOther = other.samplesOf(figure);
        double[] differences = new double[ofThese.length];
        Arrays.setAll(differences, i -> ofThese[i] - ofOther[i]);
        Difference resampled = difference(point, differences, patients, spec);
        if (!figure.isSmooth() || resampled.estimate().interval() == null) {
            return resampled;
        }
        double[] left = leftOut().getOrDefault(figure, new double[0]);
        double[] leftOfOther = other.leftOut().getOrDefault(figure, new double[0]);
        return jackknife(point, left, leftOfOther, sums.patientsFor(figure) - 1.0, figure.mostDifference(), spec)
                .orElse(resampled);
    }

    /** The difference by percentiles of the resamples, whatever the figure. */
    Difference percentileDifference(Figure figure, PatientBootstrap other) {
        double[] ofThese = samplesOf(figure);
        double[] ofOther = other.samplesOf(figure);
        double[] differences = new double[ofThese.length];
        Arrays.setAll(differences, i -> ofThese[i] - ofOther[i]);
        return difference(sums.ofAll(figure) - other.sums.ofAll(figure), differences, patients, spec);
    }

    /**
     * A difference by the jackknife; empty where a figure is undefined without some group of patients, or none changes it.
     *
     * @param point the difference of the cases as they are
     * @param first the first model's figure without each group of patients
     * @param second the second's
     * @param degreesOfFreedom of Student's distribution
     * @param most how far the models can be apart
     */
    static Optional<Difference> jackknife(
            double point, double[] first, double[] second, double degreesOfFreedom, double most, BootstrapSpec spec) {
        double[] left = new double[first.length];
        Arrays.setAll(left, i -> first[i] - second[i]);
        double mean = Arrays.stream(left).average().orElse(Double.NaN);
        double squares = Arrays.stream(left)
                .map(value -> (value - mean) * (value - mean))
                .sum();
        double error = Math.sqrt(squares * (left.length - 1) / left.length);
        if (!(error > ROUNDING) || !(degreesOfFreedom >= 1)) {
            return Optional.empty();
        }
        double half = Quantiles.student(spec.level(), degreesOfFreedom) * error;
        Interval interval = new Interval(
                Math.max(-most, point - half), Math.min(most, point + half), spec.level(), JACKKNIFE_METHOD);
        double pValue = 2 * TDistribution.of(degreesOfFreedom).survivalProbability(Math.abs(point) / error);
        return Optional.of(new Difference(new Estimate(point, interval, null), pValue));
    }

    /**
     * A difference by its resamples; without interval where all agree, as resampling then says nothing.
     *
     * @param point the difference of the cases as they are, NaN where undefined
     * @param differences of the resamples, likewise
     */
    static Difference difference(double point, double[] differences, int patients, BootstrapSpec spec) {
        if (Double.isNaN(point)) {
            return new Difference(Estimate.undefined("the figure of one of the models is undefined"), null);
        }
        double[] defined = defined(differences);
        if (tooFew(defined, patients, spec)) {
            return new Difference(Estimate.of(point), null);
        }
        double tail = (1 - spec.level()) / 2;
        Interval interval = new Interval(
                Quantiles.ofSorted(defined, tail), Quantiles.ofSorted(defined, 1 - tail), spec.level(), METHOD);
        if (interval.upper() - interval.lower() <= ROUNDING) {
            return new Difference(Estimate.of(point), null);
        }
        long notAbove = Arrays.stream(defined).filter(value -> value <= 0).count();
        long notBelow = Arrays.stream(defined).filter(value -> value >= 0).count();
        double pValue = Math.min(1, 2.0 * (Math.min(notAbove, notBelow) + 1) / (defined.length + 1));
        return new Difference(new Estimate(point, interval, null), pValue);
    }

    /**
     * How a figure differs between two models.
     *
     * @param estimate the first's less the second's, with its interval
     * @param pValue two-sided: of Student's test by the jackknife, of percentiles by inverting the interval (Davison and Hinkley 1997, Bootstrap
     *     Methods and their Application, 4.4); absent without interval
     */
    public record Difference(Estimate estimate, @Nullable Double pValue) {}

    private double[] samplesOf(Figure figure) {
        return samples.getOrDefault(figure, new double[0]);
    }

    private static double[] defined(double[] values) {
        return Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
    }

    private static boolean tooFew(double[] defined, int patients, BootstrapSpec spec) {
        return patients < 2 || 2 * defined.length < spec.resamples();
    }

    /** Each figure without each group of patients; computed once, as one pass gives all figures. */
    private Map<Figure, double[]> leftOut() {
        if (leftOut.isEmpty()) {
            int groups = groups(patients);
            for (Figure figure : Figure.values()) {
                leftOut.put(figure, new double[groups]);
            }
            for (int group = 0; group < groups; group++) {
                sums.without(group, groups);
                for (Map.Entry<Figure, double[]> values : leftOut.entrySet()) {
                    values.getValue()[group] = sums.value(values.getKey());
                }
            }
        }
        return leftOut;
    }

    /** How many groups leave the jackknife. */
    static int groups(int patients) {
        return Math.min(patients, JACKKNIFE_GROUPS);
    }

    /** A sixth of the skewness of the jackknife's influences; NaN where nothing changes or a figure becomes undefined. */
    double acceleration(Figure figure) {
        return acceleration(leftOut().getOrDefault(figure, new double[0]));
    }

    private static double acceleration(double[] left) {
        double mean = Arrays.stream(left).average().orElse(0);
        double squares = 0;
        double cubes = 0;
        for (double value : left) {
            double influence = mean - value;
            squares += influence * influence;
            cubes += influence * influence * influence;
        }
        return cubes / (6 * Math.pow(squares, 1.5));
    }

    /**
     * The cases in falling order of scores, and the sums of one resample. Nothing is sorted again: a resample only changes how
     * often each case counts.
     */
    private static final class Sums {
        final int patients;
        final List<PatientId> ids;
        private final int[] patientOf;
        /** Which group of patients leaves with a case's; empty before that is asked for. */
        private int[] groupOf = {};

        private final boolean[] lastOfScore;
        /** All bits or none, as is that of what is called positive: a weight with it is the weight or 0, without a branch. */
        private final byte[] positive;

        private final byte[] calledPositive;
        private final byte[] binOf;
        /** Probabilities less 1 of positives. */
        private final double[] gaps;

        private final double[] squaredErrors;
        private final double[] losses;
        private final int patientsWithPositives;
        private final int patientsWithNegatives;

        private RankSums ranks = new RankSums();
        private ConfusionMatrix confusion = new ConfusionMatrix(0, 0, 0, 0);
        private double squaredError;
        private double loss;
        private double calibrationError;
        private double maximumCalibrationError;
        private final double[] gapOfBin = new double[Calibration.BINS];
        private final long[] casesOfBin = new long[Calibration.BINS];
        private double[] heldGaps = {};
        private long[] heldCases = {};

        Sums(List<ScoredCase> cases, Predicate<ScoredCase> called, NumberedPatients numbers) {
            if (numbers.cases() != cases.size()) {
                throw new IllegalArgumentException(
                        cases.size() + " cases need as many patients, had " + numbers.cases());
            }
            int n = cases.size();
            patients = numbers.count();
            ids = numbers.ids();
            // by falling score; of equal ones by patient, and then as the cases were given
            int[] byPatient = Order.byKey(numbers.ofCases(), patients);
            int[] falling = Order.falling(Arrays.stream(byPatient)
                    .mapToDouble(i -> cases.get(i).probability())
                    .toArray());
            patientOf = new int[n];
            lastOfScore = new boolean[n];
            positive = new byte[n];
            calledPositive = new byte[n];
            binOf = new byte[n];
            gaps = new double[n];
            squaredErrors = new double[n];
            losses = new double[n];
            double before = Double.NaN;
            for (int i = 0; i < n; i++) {
                int index = byPatient[falling[i]];
                ScoredCase scored = cases.get(index);
                patientOf[i] = numbers.of(index);
                if (i > 0) {
                    lastOfScore[i - 1] = scored.probability() != before;
                }
                before = scored.probability();
                positive[i] = (byte) (scored.positive() ? -1 : 0);
                calledPositive[i] = (byte) (called.test(scored) ? -1 : 0);
                binOf[i] = (byte) Calibration.bin(scored.probability());
                gaps[i] = scored.probability() - (scored.positive() ? 1 : 0);
                squaredErrors[i] = Calibration.squaredError(scored);
                losses[i] = Calibration.loss(scored);
            }
            lastOfScore[n - 1] = true;
            patientsWithPositives = patientsWith((byte) -1);
            patientsWithNegatives = patientsWith((byte) 0);
        }

        private int patientsWith(byte ofClass) {
            boolean[] has = new boolean[patients];
            int count = 0;
            for (int i = 0; i < positive.length; i++) {
                if (positive[i] == ofClass && !has[patientOf[i]]) {
                    has[patientOf[i]] = true;
                    count++;
                }
            }
            return count;
        }

        /** How many patients have cases of the class that the figure hangs on, of the rarer one where it hangs on both. */
        int patientsFor(Figure figure) {
            int fewest = patients;
            if (figure.needsPositives()) {
                fewest = Math.min(fewest, patientsWithPositives);
            }
            return figure.needsNegatives() ? Math.min(fewest, patientsWithNegatives) : fewest;
        }

        /** Whether each class that the figure hangs on has cases of 2 patients. */
        boolean hasPatientsFor(Figure figure) {
            return (!figure.needsPositives() || patientsWithPositives >= 2)
                    && (!figure.needsNegatives() || patientsWithNegatives >= 2);
        }

        void resample(int[] multiplicities) {
            resample(patientOf, multiplicities);
        }

        /**
         * Sums over the cases.
         *
         * @param unitOf of each case what is drawn
         * @param multiplicities of each such unit
         */
        private void resample(int[] unitOf, int[] multiplicities) {
            RankSums sums = new RankSums();
            double squares = 0;
            double logarithms = 0;
            long all = 0;
            long called = 0;
            long truePositives = 0;
            long ofScore = 0;
            long positivesOfScore = 0;
            // cases in falling order of scores come bin by bin
            int bin = binOf[0];
            double gap = 0;
            long inBin = 0;
            calibrationError = 0;
            maximumCalibrationError = 0;
            Arrays.fill(gapOfBin, 0);
            Arrays.fill(casesOfBin, 0);
            for (int i = 0; i < unitOf.length; i++) {
                int weight = multiplicities[unitOf[i]];
                int ofPositives = weight & positive[i];
                ofScore += weight;
                positivesOfScore += ofPositives;
                if (lastOfScore[i]) {
                    sums.add(positivesOfScore, ofScore - positivesOfScore);
                    ofScore = 0;
                    positivesOfScore = 0;
                }
                all += weight;
                called += weight & calledPositive[i];
                truePositives += ofPositives & calledPositive[i];
                squares += weight * squaredErrors[i];
                logarithms += weight * losses[i];
                if (binOf[i] != bin) {
                    close(bin, gap, inBin);
                    bin = binOf[i];
                    gap = 0;
                    inBin = 0;
                }
                inBin += weight;
                gap += weight * gaps[i];
            }
            close(bin, gap, inBin);
            ranks = sums;
            squaredError = squares;
            loss = logarithms;
            confusion = new ConfusionMatrix(
                    all - sums.positives() - called + truePositives,
                    called - truePositives,
                    sums.positives() - truePositives,
                    truePositives);
        }

        /** Takes a bin of the calibration curve into the errors: of n cases count / n |mean - share| of a bin is |sum of gaps| / n. */
        private void close(int bin, double gap, long cases) {
            gapOfBin[bin] = gap;
            casesOfBin[bin] = cases;
            calibrationError += Math.abs(gap);
            if (cases > 0) {
                maximumCalibrationError = Math.max(maximumCalibrationError, Math.abs(gap) / cases);
            }
        }

        /** Keeps the bins of the cases as they are, for deviations from them. */
        void holdBins() {
            once();
            heldGaps = gapOfBin.clone();
            heldCases = casesOfBin.clone();
        }

        /**
         * How far the gaps of the last resample's bins are from those that are held: weighted by the share of cases and summed for the expected
         * calibration error, the largest for the maximum.
         */
        double deviation(Figure figure) {
            double ofAll = Arrays.stream(heldCases).sum();
            double ofResample = Arrays.stream(casesOfBin).sum();
            double sum = 0;
            double largest = 0;
            for (int bin = 0; bin < heldGaps.length; bin++) {
                sum += Math.abs(gapOfBin[bin] / ofResample - heldGaps[bin] / ofAll);
                if (casesOfBin[bin] > 0) {
                    double change = gapOfBin[bin] / casesOfBin[bin] - heldGaps[bin] / heldCases[bin];
                    largest = Math.max(largest, Math.abs(change));
                }
            }
            return figure == Figure.EXPECTED_CALIBRATION_ERROR ? sum : largest;
        }

        Variance variance(double[] left) {
            return PatientBootstrap.variance(left, patientOf, i -> positive[i] != 0);
        }

        /** Counts all patients once but those whose index leaves that remainder, which are left out. */
        void without(int remainder, int groups) {
            if (groupOf.length == 0) {
                groupOf = Arrays.stream(patientOf)
                        .map(patient -> patient % groups)
                        .toArray();
            }
            int[] multiplicities = new int[groups];
            Arrays.fill(multiplicities, 1);
            multiplicities[remainder] = 0;
            resample(groupOf, multiplicities);
        }

        /** The figure of the cases as they are; NaN where undefined. */
        double ofAll(Figure figure) {
            once();
            return value(figure);
        }

        /** The same with the reason where it is undefined. */
        Estimate estimate(Figure figure) {
            once();
            if (figure == Figure.ROC_AUC && isSingleClass()) {
                return Estimate.undefined(RocCurve.ONE_CLASS);
            }
            if (figure == Figure.AVERAGE_PRECISION && ranks.positives() == 0) {
                return Estimate.undefined(PrecisionRecallCurve.NO_POSITIVES);
            }
            Estimate decided = ofDecisions(figure);
            return decided == null ? Estimate.of(value(figure)) : decided;
        }

        private void once() {
            int[] multiplicities = new int[patients];
            Arrays.fill(multiplicities, 1);
            resample(multiplicities);
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
                case MAXIMUM_CALIBRATION_ERROR -> maximumCalibrationError;
                default -> orNaN(ofDecisions(figure));
            };
        }

        /** The figure of the decisions of the last resample; nothing where it is none of decisions. */
        private @Nullable Estimate ofDecisions(Figure figure) {
            return switch (figure) {
                case BALANCED_ACCURACY -> confusion.balancedAccuracy();
                case MATTHEWS_CORRELATION -> confusion.matthewsCorrelation();
                case KAPPA -> confusion.kappa();
                case RECALL -> confusion.recall();
                case SPECIFICITY -> confusion.specificity();
                case PRECISION -> confusion.precision();
                case NEGATIVE_PREDICTIVE_VALUE -> confusion.negativePredictiveValue();
                case F1 -> confusion.f1();
                case MACRO_F1 -> F1Averages.of(confusion).macro();
                case WEIGHTED_F1 -> F1Averages.of(confusion).weighted();
                default -> null;
            };
        }

        private static double orNaN(@Nullable Estimate estimate) {
            Double value = estimate == null ? null : estimate.value();
            return value == null ? Double.NaN : value;
        }
    }
}
