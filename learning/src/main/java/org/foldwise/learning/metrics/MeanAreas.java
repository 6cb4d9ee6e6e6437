package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.commons.statistics.distribution.TDistribution;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.PatientBootstrap.Difference;

/**
 * The mean over classes of areas under ROC curves, or of how two models differ in them, with patients as what was sampled and without
 * resampling. A patient's part in it is the sum of the patient's {@linkplain StructuralComponents components} less the area over all
 * classes, divided by the class's images of that kind,
 *
 * <pre>{@code
 * u_i = 1/K sum over classes ( sqrt(I10 / (I10 - 1)) x_i / M  +  sqrt(I01 / (I01 - 1)) y_i / N )
 * }</pre>
 *
 * in the words of {@link AreaComparison}, of two models with x_i and y_i the first's less the second's; and the variance is the sum of
 * u_i squared, which is never below 0 (Obuchowski 1997 for one class, but for the factor of what positives and negatives of a patient have in
 * common).
 *
 * <p>That variance rests on few numbers where a class has few patients. It is believed with Satterthwaite's degrees of freedom (1946, An
 * Approximate Distribution of Estimates of Variance Components), (sum of s_i)^2 / sum of s_i^2 with s_i what is expected of u_i squared:
 * each class's sum of squares of positives, and of negatives, dealt to patients by n (1 + (n - 1) / 2) for n images, which is how the
 * variance of their sum grows where they correlate by one half; less one for the mean, as a variance of n alike has n - 1.
 *
 * <p>The interval of a mean goes as far below it as the classes' own lower ends are below their areas, and above likewise, with the correlations
 * that their parts have over patients (Zou and Donner 2008, Construction of Confidence Limits about Effect Measures: A General Approach):
 *
 * <pre>{@code
 * below^2 = sum over patients of ( sum over classes of  d_k u_ik / sqrt(sum over patients of u_ik squared) )^2
 * }</pre>
 *
 * with d_k the class's part of the distance, by an interval that is symmetric on the logit scale, Student's with its own degrees of freedom. So
 * the lower side is the longer one as far as it is for the class that is known least; an interval that is symmetric on the logit scale of the
 * mean was too high in one of ten cohorts of rare classes. An area of exactly 0 or 1, whose parts are 0, adds its {@linkplain SeparationInterval
 * own} distance as if it were independent.
 */
public final class MeanAreas {
    /** What {@link Interval#method()} says of a mean. */
    static final String MEAN = "patientMeanDeLongCombined";
    /** What it says of a difference of means. */
    static final String DIFFERENCE = "patientMeanPairedDeLong";

    /** Assumed of the images of a patient, as {@link ExpectedArea} does. */
    private static final double CORRELATION = 0.5;
    /** A smaller variance is rounding. */
    private static final double SMALLEST_VARIANCE = 1e-18;

    private final double value;
    private final double variance;
    private final double degreesOfFreedom;
    private final double level;
    private final double below;
    private final double above;
    private final List<SingleArea> areas;
    private final List<Long> weights;

    private MeanAreas(double value, Sums sums, double level, Ends ends, List<SingleArea> areas, List<Long> weights) {
        this.value = value;
        this.variance = sums.variance();
        this.degreesOfFreedom = sums.degreesOfFreedom();
        this.level = level;
        this.below = ends.below();
        this.above = ends.above();
        this.areas = areas;
        this.weights = weights;
    }

    /** The images of one kind, positives or negatives, of one class: their part by patient. */
    static final class Kind {
        final double[] parts;
        final double[] shares;
        final int patients;

        Kind(double[] parts, double[] shares, int patients) {
            this.parts = parts;
            this.shares = shares;
            this.patients = patients;
        }

        /** The part that the kind has in the variance. */
        double squares() {
            return Arrays.stream(parts).map(part -> part * part).sum();
        }
    }

    /**
     * The mean area over classes; empty where images of a class, or those without, come from fewer than 2 patients.
     *
     * @param classes one or more, each the images that it is judged on with their scores for it
     * @param level nominal coverage of its interval, in (0, 1)
     */
    static Optional<MeanAreas> mean(List<List<ScoredCase>> classes, double level) {
        return mean(classes, alike(classes.size()), level);
    }

    /**
     * The same of areas whose cases are made one area after the other, so that those of one at most are kept.
     *
     * @param patients how many there are
     * @param areas one or more, each asked for once
     */
    static Optional<MeanAreas> mean(int patients, List<Supplier<JudgedCases>> areas, double level) {
        return mean(patients, areas, alike(areas.size()), level);
    }

    /** The same with weights, which are taken as given. */
    static Optional<MeanAreas> mean(int patients, List<Supplier<JudgedCases>> areas, List<Long> weights, double level) {
        List<Supplier<List<JudgedCases>>> each = new ArrayList<>();
        areas.forEach(area -> each.add(() -> List.of(area.get())));
        return of(patients, each, weights, level);
    }

    /**
     * The same with weights, which are taken as given, although they may follow from the images.
     *
     * @param weights of each class how many images show it, or 1 of each; not all 0
     */
    static Optional<MeanAreas> mean(List<List<ScoredCase>> classes, List<Long> weights, double level) {
        return of(classes.stream().map(List::of).toList(), weights, level);
    }

    private static List<Long> alike(int classes) {
        return Collections.nCopies(classes, 1L);
    }

    /**
     * The first model's mean area less the second's; empty likewise.
     *
     * @param first of each class the images
     * @param second of each class the same images in the same order
     */
    static Optional<MeanAreas> difference(List<List<ScoredCase>> first, List<List<ScoredCase>> second) {
        List<List<List<ScoredCase>>> classes = new ArrayList<>();
        for (int k = 0; k < first.size(); k++) {
            classes.add(List.of(first.get(k), second.get(k)));
        }
        // a difference has no ends of classes
        return of(classes, alike(classes.size()), Double.NaN);
    }

    /**
     * How two models' mean areas differ; empty likewise, and where both models order the images of every class alike.
     *
     * @param first of each class the images
     * @param second of each class the same images in the same order
     * @param level nominal coverage of the interval, in (0, 1)
     */
    public static Optional<Difference> difference(
            List<List<ScoredCase>> first, List<List<ScoredCase>> second, double level) {
        return first.isEmpty() ? Optional.empty() : difference(first, second).flatMap(areas -> areas.tested(level));
    }

    private static Optional<MeanAreas> of(List<List<List<ScoredCase>>> classes, List<Long> weights, double level) {
        Map<PatientId, Integer> numbers = new HashMap<>();
        List<Supplier<List<JudgedCases>>> each = new ArrayList<>();
        for (List<List<ScoredCase>> models : classes) {
            int[] patients = models.get(0).stream()
                    .mapToInt(one -> {
                        int next = numbers.size();
                        return numbers.computeIfAbsent(one.patient(), absent -> next);
                    })
                    .toArray();
            each.add(() -> models.stream()
                    .map(model -> JudgedCases.of(model, patients))
                    .toList());
        }
        return of(numbers.size(), each, weights, level);
    }

    /** @param classes each the cases by one model, or by two */
    private static Optional<MeanAreas> of(
            int patients, List<Supplier<List<JudgedCases>>> classes, List<Long> weights, double level) {
        double total = weights.stream().mapToLong(weight -> weight).sum();
        Sums sums = new Sums(patients);
        List<SingleArea> areas = new ArrayList<>();
        Ends ends = new Ends(patients);
        for (int k = 0; k < classes.size(); k++) {
            List<JudgedCases> models = classes.get(k).get();
            long weight = weights.get(k);
            int[][] sizes = models.get(0).sizes(patients);
            int withPositives = patients(sizes[0]);
            int withNegatives = patients(sizes[1]);
            if (withPositives < 2 || withNegatives < 2) {
                return Optional.empty();
            }
            double[][] deviations = new double[2][patients];
            double sign = 1;
            for (JudgedCases model : models) {
                StructuralComponents components = model.components();
                sums.value += sign * components.area() * weight;
                areas.add(new SingleArea(components.area(), withPositives, withNegatives));
                double[][] ofModel = model.deviations(components, patients);
                for (int kind = 0; kind < 2; kind++) {
                    for (int i = 0; i < ofModel[kind].length; i++) {
                        deviations[kind][i] += sign * ofModel[kind][i] * weight / total;
                    }
                }
                sign = -1;
            }
            Sums own = new Sums(patients);
            for (int kind = 0; kind < 2; kind++) {
                Kind ofKind = kind(deviations[kind], sizes[kind]);
                sums.add(ofKind);
                own.add(ofKind);
            }
            if (models.size() == 1) {
                ends.add(areas.get(areas.size() - 1), own, weight / total, level);
            }
        }
        return Optional.of(new MeanAreas(sums.value / total, sums, level, ends, areas, weights));
    }

    /** One of the areas, with how many patients have positives and negatives. */
    private record SingleArea(double area, int withPositives, int withNegatives) {
        boolean separated() {
            return area == 0 || area == 1;
        }
    }

    static int patients(int[] sizes) {
        return (int) Arrays.stream(sizes).filter(size -> size > 0).count();
    }

    private static Kind kind(double[] deviations, int[] sizes) {
        return kind(deviations, sizes, Arrays.stream(sizes).sum());
    }

    /**
     * The images of one kind.
     *
     * @param deviations of each patient the sum
     * @param sizes of each patient how many; of 2 patients or more
     * @param images what the sums are divided by
     */
    static Kind kind(double[] deviations, int[] sizes, double images) {
        int patients = patients(sizes);
        double factor = Math.sqrt(patients / (patients - 1.0));
        double[] parts = Arrays.stream(deviations)
                .map(deviation -> factor * deviation / images)
                .toArray();
        double[] shares = Arrays.stream(sizes)
                .mapToDouble(size -> size * (1 + (size - 1) * CORRELATION))
                .toArray();
        double sum = Arrays.stream(shares).sum();
        return new Kind(parts, Arrays.stream(shares).map(share -> share / sum).toArray(), patients);
    }

    /** What is kept of one kind after the other: numbers by patient, however many kinds there are. */
    static final class Sums {
        private final double[] parts;
        private final double[] expected;
        private double own;
        private double value;

        Sums(int patients) {
            parts = new double[patients];
            expected = new double[patients];
        }

        void add(Kind kind) {
            double squares = kind.squares();
            double ofShares =
                    Arrays.stream(kind.shares).map(share -> share * share).sum();
            own += squares * squares * ofShares / (kind.patients - 1);
            for (int i = 0; i < parts.length; i++) {
                parts[i] += kind.parts[i];
                expected[i] += squares * kind.shares[i];
            }
        }

        double variance() {
            return Arrays.stream(parts).map(part -> part * part).sum();
        }

        double degreesOfFreedom() {
            double sum = Arrays.stream(expected).sum();
            double sumOfSquares =
                    Arrays.stream(expected).map(square -> square * square).sum();
            return sum * sum / (sumOfSquares + own);
        }
    }

    /** How far the ends of a mean are from it. */
    private static final class Ends {
        private final double[] below;
        private final double[] above;
        private double separatedBelow;
        private double separatedAbove;

        Ends(int patients) {
            below = new double[patients];
            above = new double[patients];
        }

        /**
         * Takes the distances of a class's own ends.
         *
         * @param own its parts, times its share
         * @param share of the class in the mean
         */
        void add(SingleArea one, Sums own, double share, double level) {
            if (share == 0) {
                return;
            }
            double area = one.area();
            double error = Math.sqrt(own.variance());
            if (one.separated()) {
                Interval interval = SeparationInterval.of(one.withPositives(), one.withNegatives(), area, level);
                separatedBelow = Math.hypot(separatedBelow, share * (area - interval.lower()));
                separatedAbove = Math.hypot(separatedAbove, share * (interval.upper() - area));
            } else if (error * error >= SMALLEST_VARIANCE) {
                double centre = Math.log(area / (1 - area));
                double half = Quantiles.student(level, own.degreesOfFreedom()) * error / share / (area * (1 - area));
                Interval interval = Interval.aroundLogit(centre, half, level, MEAN);
                for (int i = 0; i < below.length; i++) {
                    below[i] += own.parts[i] / error * share * (area - interval.lower());
                    above[i] += own.parts[i] / error * share * (interval.upper() - area);
                }
            }
        }

        double below() {
            return Math.hypot(norm(below), separatedBelow);
        }

        double above() {
            return Math.hypot(norm(above), separatedAbove);
        }

        private static double norm(double[] parts) {
            return Math.sqrt(Arrays.stream(parts).map(part -> part * part).sum());
        }
    }

    /** The mean area, or the difference. */
    double value() {
        return value;
    }

    /** Its variance, 0 or more. */
    double variance() {
        return variance;
    }

    /** How well the variance is known; NaN where it is 0. */
    double degreesOfFreedom() {
        return degreesOfFreedom;
    }

    /**
     * The interval of a mean area; where every area is 0 or 1, so that the variance of 0 says nothing, that of a {@link DependentMean} of their
     * {@linkplain SeparationInterval own}. None where the variance is 0 for another reason.
     */
    Optional<Interval> interval() {
        return areas.stream().allMatch(SingleArea::separated)
                ? Optional.ofNullable(DependentMean.of(
                                areas.stream()
                                        .map(one -> new Estimate(
                                                one.area(),
                                                SeparationInterval.of(
                                                        one.withPositives(), one.withNegatives(), one.area(), level),
                                                null))
                                        .toList(),
                                weights)
                        .interval())
                : combined();
    }

    /** The interval of a mean area by the ends of its classes; none where it is 0 or 1 or the variance is 0. */
    Optional<Interval> combined() {
        if (variance < SMALLEST_VARIANCE || value <= 0 || value >= 1) {
            return Optional.empty();
        }
        return Optional.of(new Interval(Math.max(0, value - below), Math.min(1, value + above), level, MEAN));
    }

    /** The difference with its interval, cut at -1 and 1, and its p value by Student's distribution; empty where the variance is 0. */
    private Optional<Difference> tested(double level) {
        if (variance < SMALLEST_VARIANCE) {
            return Optional.empty();
        }
        double error = Math.sqrt(variance);
        double half = Quantiles.student(level, degreesOfFreedom) * error;
        double pValue = 2 * TDistribution.of(degreesOfFreedom).survivalProbability(Math.abs(value) / error);
        Interval interval = new Interval(Math.max(-1, value - half), Math.min(1, value + half), level, DIFFERENCE);
        return Optional.of(new Difference(new Estimate(value, interval, null), pValue));
    }
}
