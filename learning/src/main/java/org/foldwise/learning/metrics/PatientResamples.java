package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.PatientBootstrap.Difference;
import org.foldwise.learning.metrics.PatientBootstrap.Draws;

/**
 * Intervals of any figures of cases, from resampling patients as {@link PatientBootstrap} does: bias-corrected and accelerated where
 * that can be computed, otherwise by percentiles. None where all resamples agree, as resampling then says nothing.
 */
public final class PatientResamples {
    /** Equal resamples differ by no more. */
    private static final double ROUNDING = 1e-12;

    private PatientResamples() {}

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
     * The interval of each figure, where there is one. The result depends on the draws of {@code spec} and on the order of the
     * patients' ids, not on that of the cases.
     *
     * @param patients whose each case is, at least one
     * @param figures of the cases
     */
    public static List<Optional<Interval>> intervals(
            List<PatientId> patients, WeightedFigures figures, BootstrapSpec spec) {
        int[] patientOf = numbered(patients);
        int count = Arrays.stream(patientOf).max().orElseThrow() + 1;
        int[] multiplicities = new int[count];
        int[] weights = new int[patientOf.length];
        double[][] resamples = new double[spec.resamples()][];
        Draws draws = PatientBootstrap.draws(spec);
        for (int resample = 0; resample < resamples.length; resample++) {
            Arrays.fill(multiplicities, 0);
            draws.draw(resample, multiplicities);
            Arrays.setAll(weights, i -> multiplicities[patientOf[i]]);
            resamples[resample] = figures.of(weights);
        }
        double[][] left = new double[PatientBootstrap.groups(count)][];
        for (int group = 0; group < left.length; group++) {
            int without = group;
            Arrays.setAll(weights, i -> patientOf[i] % left.length == without ? 0 : 1);
            left[group] = figures.of(weights);
        }
        Arrays.fill(weights, 1);
        double[] points = figures.of(weights);
        List<Optional<Interval>> intervals = new ArrayList<>();
        for (int figure = 0; figure < points.length; figure++) {
            double[] ofFigure = column(resamples, figure);
            intervals.add(PatientBootstrap.accelerated(ofFigure, points[figure], column(left, figure), count, spec)
                    .or(() -> PatientBootstrap.percentile(ofFigure, count, spec))
                    .filter(interval -> interval.upper() - interval.lower() > ROUNDING));
        }
        return List.copyOf(intervals);
    }

    /**
     * How figures of two models on the same cases differ, with intervals and p values as {@link PatientBootstrap#difference} has them:
     * the same patients are drawn for both.
     *
     * @param patients whose each case is, at least one
     * @param first figures of the first model
     * @param second the same figures of the second, in the same order
     */
    public static List<Difference> differences(
            List<PatientId> patients, WeightedFigures first, WeightedFigures second, BootstrapSpec spec) {
        int[] patientOf = numbered(patients);
        int count = Arrays.stream(patientOf).max().orElseThrow() + 1;
        int[] multiplicities = new int[count];
        int[] weights = new int[patientOf.length];
        double[][] resamples = new double[spec.resamples()][];
        Draws draws = PatientBootstrap.draws(spec);
        for (int resample = 0; resample < resamples.length; resample++) {
            Arrays.fill(multiplicities, 0);
            draws.draw(resample, multiplicities);
            Arrays.setAll(weights, i -> multiplicities[patientOf[i]]);
            resamples[resample] = less(first.of(weights), second.of(weights));
        }
        Arrays.fill(weights, 1);
        double[] points = less(first.of(weights), second.of(weights));
        List<Difference> differences = new ArrayList<>();
        for (int figure = 0; figure < points.length; figure++) {
            differences.add(PatientBootstrap.difference(points[figure], column(resamples, figure), count, spec));
        }
        return List.copyOf(differences);
    }

    private static double[] less(double[] first, double[] second) {
        double[] differences = new double[first.length];
        Arrays.setAll(differences, i -> first[i] - second[i]);
        return differences;
    }

    private static int[] numbered(List<PatientId> patients) {
        SortedMap<PatientId, Integer> numbers = new TreeMap<>();
        patients.forEach(patient -> numbers.put(patient, 0));
        int next = 0;
        for (var entry : numbers.entrySet()) {
            entry.setValue(next++);
        }
        return patients.stream()
                .mapToInt(patient -> numbers.getOrDefault(patient, 0))
                .toArray();
    }

    private static double[] column(double[][] rows, int index) {
        return Arrays.stream(rows).mapToDouble(row -> row[index]).toArray();
    }
}
