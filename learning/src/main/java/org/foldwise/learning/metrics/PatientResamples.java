package org.foldwise.learning.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.PatientBootstrap.Difference;
import org.foldwise.learning.metrics.PatientBootstrap.Draws;
import org.jspecify.annotations.Nullable;

/**
 * Any figures of cases, resampled by patients as {@link PatientBootstrap} does. Intervals are bias-corrected, accelerated and
 * expanded for few patients and for patients of unequal sizes where that can be computed, otherwise by percentiles. None where all resamples agree, as resampling then says nothing. For one thread at a time.
 */
public final class PatientResamples {
    private final BootstrapSpec spec;
    private final int patients;
    private final PatientJackknife sizes;
    private final @Nullable IntPredicate positive;
    private final int[] patientOf;
    private final WeightedFigures figures;
    private final double[] points;
    private final double[][] resamples;
    /** The figures without each group of patients; empty before they are asked for. */
    private double[][] left = {};

    private PatientResamples(
            BootstrapSpec spec,
            PatientJackknife sizes,
            int[] patientOf,
            @Nullable IntPredicate positive,
            WeightedFigures figures,
            double[][] resamples) {
        this.spec = spec;
        this.positive = positive;
        this.patients = (int) sizes.patients();
        this.sizes = sizes;
        this.patientOf = patientOf;
        this.figures = figures;
        this.resamples = resamples;
        int[] once = new int[patientOf.length];
        Arrays.fill(once, 1);
        this.points = figures.of(once);
    }

    /** Figures of cases of which each counts several times, or not at all. */
    @FunctionalInterface
    public interface WeightedFigures {
        /**
         * The figures, always as many; NaN where one is undefined.
         *
         * @param weights how often each case counts
         */
        double[] of(int[] weights);
    }

    /**
     * Draws patients. The result depends on the draws of {@code spec} and on the order of the patients' ids, not on that of the cases.
     *
     * @param patients whose each case is, at least one
     * @param figures of the cases
     */
    public static PatientResamples of(List<PatientId> patients, WeightedFigures figures, BootstrapSpec spec) {
        if (patients.isEmpty()) {
            throw new IllegalArgumentException("resamples need cases, had none");
        }
        NumberedPatients numbers = NumberedPatients.of(patients);
        return of(PatientJackknife.of(numbers), numbers.ofCases(), null, figures, spec);
    }

    /**
     * The same of cases of two classes, with the intervals that {@link PatientBootstrap#expandedInterval} has for them.
     *
     * @param positive which of the cases are, by index
     */
    public static PatientResamples ofTwoClasses(
            List<PatientId> patients, IntPredicate positive, WeightedFigures figures, BootstrapSpec spec) {
        NumberedPatients numbers = NumberedPatients.of(patients);
        return of(PatientJackknife.of(numbers), numbers.ofCases(), positive, figures, spec);
    }

    /**
     * The same of figures that take how often each patient is drawn in the place of how often each case is.
     *
     * @param patients whose the cases are
     * @param figures of weights of the patients, in the order of their ids
     */
    static PatientResamples ofPatients(NumberedPatients patients, WeightedFigures figures, BootstrapSpec spec) {
        int[] each = IntStream.range(0, patients.count()).toArray();
        return of(PatientJackknife.of(patients), each, null, figures, spec);
    }

    private static PatientResamples of(
            PatientJackknife sizes,
            int[] patientOf,
            @Nullable IntPredicate positive,
            WeightedFigures figures,
            BootstrapSpec spec) {
        int[] multiplicities = new int[(int) sizes.patients()];
        int[] weights = new int[patientOf.length];
        double[][] resamples = new double[spec.resamples()][];
        Draws draws = PatientBootstrap.draws(spec);
        for (int resample = 0; resample < resamples.length; resample++) {
            Arrays.fill(multiplicities, 0);
            draws.draw(resample, multiplicities);
            weigh(multiplicities, patientOf, weights);
            resamples[resample] = figures.of(weights);
        }
        return new PatientResamples(spec, sizes, patientOf, positive, figures, resamples);
    }

    /** The expanded accelerated interval of each figure, or that by percentiles, where there is one. */
    public static List<Optional<Interval>> intervals(
            List<PatientId> patients, WeightedFigures figures, BootstrapSpec spec) {
        PatientResamples resampled = of(patients, figures, spec);
        return IntStream.range(0, resampled.points.length)
                .mapToObj(resampled::interval)
                .toList();
    }

    /**
     * How figures in [0, 1] of two models on the same cases differ, with intervals and p values as {@link PatientBootstrap#difference} has
     * them: the same patients are drawn for both.
     *
     * @param patients whose each case is, at least one
     * @param first figures of the first model
     * @param second the same figures of the second, in the same order
     * @param degreesOfFreedom of each figure's variance over patients
     */
    public static List<Difference> differences(
            List<PatientId> patients,
            WeightedFigures first,
            WeightedFigures second,
            List<Double> degreesOfFreedom,
            BootstrapSpec spec) {
        PatientResamples ofFirst = of(patients, first, spec);
        PatientResamples ofSecond = of(patients, second, spec);
        return IntStream.range(0, ofFirst.points.length)
                .mapToObj(figure -> ofFirst.difference(figure, ofSecond, degreesOfFreedom.get(figure), 1))
                .toList();
    }

    /** The figure of that index of the cases as they are, NaN where it is undefined. */
    public double point(int figure) {
        return points[figure];
    }

    /** The expanded accelerated interval of the figure of that index, or that by percentiles, where there is one. */
    public Optional<Interval> interval(int figure) {
        double[] ofFigure = column(resamples, figure);
        double[] without = column(leftOut(), figure);
        double degreesOfFreedom = positive == null
                ? sizes.degreesOfFreedom()
                : PatientBootstrap.variance(without, patientOf, positive).degreesOfFreedom();
        return PatientBootstrap.expanded(ofFigure, points[figure], without, patients, degreesOfFreedom, spec)
                .or(() -> PatientBootstrap.percentile(ofFigure, patients, spec))
                .filter(PatientResamples::says);
    }

    /**
     * The interval of a calibration error, where there is one, as {@link PatientBootstrap#calibrationInterval} has it.
     *
     * @param error index of the figure
     * @param deviation index of the figure that tells how far the gaps of a resample's bins are from those of the bins of all cases
     */
    public Optional<Interval> intervalOfCalibrationError(int error, int deviation) {
        return PatientBootstrap.ofCalibrationError(
                points[error], column(resamples, error), column(resamples, deviation), patients, spec);
    }

    /**
     * The figure of that index less that of another model, by the jackknife where that can be computed as {@link
     * PatientBootstrap#difference} has it, with one degree of freedom less than there are patients.
     *
     * @param other of the same patients, drawn alike
     * @param most how far the models can be apart
     */
    public Difference difference(int figure, PatientResamples other, double most) {
        return difference(figure, other, patients - 1.0, most);
    }

    private Difference difference(int figure, PatientResamples other, double degreesOfFreedom, double most) {
        Difference resampled = percentileDifference(figure, other);
        return resampled.estimate().interval() == null
                ? resampled
                : PatientBootstrap.jackknife(
                                points[figure] - other.points[figure],
                                column(leftOut(), figure),
                                column(other.leftOut(), figure),
                                degreesOfFreedom,
                                most,
                                spec)
                        .orElse(resampled);
    }

    /**
     * The same by percentiles of the resamples, for calibration errors, which turn at 0.
     *
     * @param other of the same patients, drawn alike
     */
    public Difference percentileDifference(int figure, PatientResamples other) {
        if (!spec.equals(other.spec) || patients != other.patients) {
            throw new IllegalArgumentException("two models are compared on equal draws of the same patients");
        }
        double[] differences = new double[resamples.length];
        Arrays.setAll(differences, i -> resamples[i][figure] - other.resamples[i][figure]);
        return PatientBootstrap.difference(points[figure] - other.points[figure], differences, patients, spec);
    }

    private double[][] leftOut() {
        if (left.length == 0) {
            int groups = PatientBootstrap.groups(patients);
            int[] weights = new int[patientOf.length];
            int[] multiplicities = new int[patients];
            left = new double[groups][];
            for (int group = 0; group < groups; group++) {
                Arrays.fill(multiplicities, 1);
                for (int patient = group; patient < patients; patient += groups) {
                    multiplicities[patient] = 0;
                }
                weigh(multiplicities, patientOf, weights);
                left[group] = figures.of(weights);
            }
        }
        return left;
    }

    private static boolean says(Interval interval) {
        return interval.upper() - interval.lower() > PatientBootstrap.ROUNDING;
    }

    private static void weigh(int[] multiplicities, int[] patientOf, int[] weights) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] = multiplicities[patientOf[i]];
        }
    }

    private static double[] column(double[][] rows, int index) {
        return Arrays.stream(rows).mapToDouble(row -> row[index]).toArray();
    }
}
