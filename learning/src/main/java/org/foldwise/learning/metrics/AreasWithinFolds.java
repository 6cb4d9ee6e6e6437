package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.statistics.distribution.TDistribution;
import org.foldwise.learning.dataset.PatientId;
import org.jspecify.annotations.Nullable;

/**
 * Areas under the ROC curves of two cross-validations of the same images by different folds, and how they differ, from pairs of images that
 * one model has scored. Models of different folds need not answer on one scale; what a pair across two folds says of either is how their
 * scales lie, which makes a pooled area smaller than what each fold has, and that of few patients fall below 0.5 where models follow the
 * shares of classes that they learned from.
 *
 * <p>With M_f positives and N_f negatives held out by fold f and its area A_f the area is {@code A = sum M_f N_f A_f / sum M_f N_f}, the share of
 * the pairs within folds that are ordered rightly, ties counting half: the stratified form of the statistic of Wilcoxon, with strata
 * weighted by their pairs (van Elteren 1960, On the Combination of Independent Two-sample Tests of Wilcoxon, weights them otherwise). A
 * fold without either class has no pair. A patient's part in
 * it is
 *
 * <pre>{@code
 * u_i = sqrt(I10 / (I10 - 1)) x_i + sqrt(I01 / (I01 - 1)) y_i,  x_i = sum over folds and positives of N_f (V10 - A) / sum M_f N_f,  y_i likewise
 * }</pre>
 *
 * in the words of {@link AreaComparison}; the variance of A is the sum of u_i squared, that of a difference the sum of the squared differences of the
 * u_i, and both are believed with the degrees of freedom of {@link MeanAreas}. Folds are taken as given, as they are where they are pooled.
 *
 * @param first the first cross-validation's area with its interval over patients; undefined without a pair
 * @param second the second's
 * @param difference the first less the second, with its interval; without one where fewer than 2 patients have a class, or nothing varies
 * @param pValue two-sided, that both are equally good; absent without an interval
 */
public record AreasWithinFolds(Estimate first, Estimate second, Estimate difference, @Nullable Double pValue) {
    private static final String AREA = "patientWithinFoldsLogit";
    private static final String DIFFERENCE = "patientPairedWithinFolds";
    private static final String NO_PAIR = "no fold held out images of both kinds";
    private static final int FEWEST_PATIENTS = 2;
    /** A smaller variance is rounding. */
    private static final double SMALLEST_VARIANCE = 1e-18;

    /**
     * Compares.
     *
     * @param first the held-out cases of each fold of one cross-validation
     * @param second those of the other, of the same images in other folds
     * @param level nominal coverage of the areas' intervals, in (0, 1)
     * @param levelOfDifference that of the difference's
     */
    public static AreasWithinFolds of(
            List<List<ScoredCase>> first, List<List<ScoredCase>> second, double level, double levelOfDifference) {
        Map<PatientId, Integer> numbers = new HashMap<>();
        for (List<ScoredCase> fold : first) {
            fold.forEach(one -> numbers.putIfAbsent(one.patient(), numbers.size()));
        }
        Side one = Side.of(first, numbers);
        Side other = Side.of(second, numbers);
        if (one == null || other == null) {
            return new AreasWithinFolds(
                    one == null ? Estimate.undefined(NO_PAIR) : one.estimate(level),
                    other == null ? Estimate.undefined(NO_PAIR) : other.estimate(level),
                    Estimate.undefined(NO_PAIR),
                    null);
        }
        double difference = one.area - other.area;
        MeanAreas.Sums sums = one.less(other);
        if (!one.hasPatients() || !other.hasPatients() || sums.variance() < SMALLEST_VARIANCE) {
            return new AreasWithinFolds(one.estimate(level), other.estimate(level), Estimate.of(difference), null);
        }
        double error = Math.sqrt(sums.variance());
        double half = Quantiles.student(levelOfDifference, sums.degreesOfFreedom()) * error;
        return new AreasWithinFolds(
                one.estimate(level),
                other.estimate(level),
                new Estimate(
                        difference,
                        new Interval(
                                Math.max(-1, difference - half),
                                Math.min(1, difference + half),
                                levelOfDifference,
                                DIFFERENCE),
                        null),
                2 * TDistribution.of(sums.degreesOfFreedom()).survivalProbability(Math.abs(difference) / error));
    }

    /** One of the cross-validations. */
    private static final class Side {
        private final double area;
        /** Of positives and of negatives, by patient: the sums of N_f (V10 - A), divided by the number of pairs. */
        private final double[][] parts;
        /** Images by patient. */
        private final int[][] sizes;

        private Side(double area, double[][] parts, int[][] sizes) {
            this.area = area;
            this.parts = parts;
            this.sizes = sizes;
        }

        /** Null without a pair. */
        static @Nullable Side of(List<List<ScoredCase>> folds, Map<PatientId, Integer> numbers) {
            int patients = numbers.size();
            List<JudgedCases> judged = new ArrayList<>();
            double pairs = 0;
            double ordered = 0;
            for (List<ScoredCase> fold : folds) {
                long positives = fold.stream().filter(ScoredCase::positive).count();
                if (positives == 0 || positives == fold.size()) {
                    continue;
                }
                JudgedCases cases = JudgedCases.of(
                        fold,
                        fold.stream()
                                .mapToInt(one -> numbers.getOrDefault(one.patient(), 0))
                                .toArray());
                judged.add(cases);
                double ofFold = (double) positives * (fold.size() - positives);
                pairs += ofFold;
                ordered += ofFold * cases.components().area();
            }
            if (judged.isEmpty()) {
                return null;
            }
            double area = ordered / pairs;
            double[][] parts = new double[2][patients];
            int[][] sizes = new int[2][patients];
            for (JudgedCases cases : judged) {
                StructuralComponents components = cases.components();
                double[][] deviations = cases.deviations(components, patients);
                int[][] ofFold = cases.sizes(patients);
                for (int kind = 0; kind < 2; kind++) {
                    double others = sum(ofFold[1 - kind]);
                    for (int i = 0; i < patients; i++) {
                        parts[kind][i] +=
                                others * (deviations[kind][i] + ofFold[kind][i] * (components.area() - area)) / pairs;
                        sizes[kind][i] += ofFold[kind][i];
                    }
                }
            }
            return new Side(area, parts, sizes);
        }

        private static double sum(int[] sizes) {
            double sum = 0;
            for (int size : sizes) {
                sum += size;
            }
            return sum;
        }

        boolean hasPatients() {
            return MeanAreas.patients(sizes[0]) >= FEWEST_PATIENTS && MeanAreas.patients(sizes[1]) >= FEWEST_PATIENTS;
        }

        Estimate estimate(double level) {
            return Estimate.of(area).with(interval(level));
        }

        private Optional<Interval> interval(double level) {
            if (!hasPatients()) {
                return Optional.empty();
            }
            if (area == 0 || area == 1) {
                return Optional.of(
                        SeparationInterval.of(MeanAreas.patients(sizes[0]), MeanAreas.patients(sizes[1]), area, level));
            }
            MeanAreas.Sums sums = sums(parts);
            if (sums.variance() < SMALLEST_VARIANCE) {
                return Optional.empty();
            }
            double centre = Math.log(area / (1 - area));
            double half = Quantiles.student(level, sums.degreesOfFreedom())
                    * Math.sqrt(sums.variance())
                    / (area * (1 - area));
            return Optional.of(Interval.aroundLogit(centre, half, level, AREA));
        }

        /** The sums of the difference from another cross-validation of the same images. */
        MeanAreas.Sums less(Side other) {
            double[][] differences = new double[2][parts[0].length];
            for (int kind = 0; kind < 2; kind++) {
                for (int i = 0; i < differences[kind].length; i++) {
                    differences[kind][i] = parts[kind][i] - other.parts[kind][i];
                }
            }
            return sums(differences);
        }

        private MeanAreas.Sums sums(double[][] ofKinds) {
            MeanAreas.Sums sums = new MeanAreas.Sums(ofKinds[0].length);
            for (int kind = 0; kind < 2; kind++) {
                sums.add(MeanAreas.kind(ofKinds[kind], sizes[kind], 1));
            }
            return sums;
        }
    }
}
