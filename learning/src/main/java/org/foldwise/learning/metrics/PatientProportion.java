package org.foldwise.learning.metrics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.foldwise.learning.dataset.PatientId;

/**
 * The share of images that something is true of, among images that come in patients: Wilson's score interval (Wilson 1927,
 * Probable Inference, the Law of Succession, and Statistical Inference) at the effective number of images (Korn and Graubard
 * 1998, Confidence Intervals for Proportions with Small Expected Number of Positive Counts Estimated from Survey Data).
 *
 * <p>With n_i images of patient i, x_i of them counted, m patients, n images and p = x / n, the effective number is
 *
 * <pre>{@code
 * p (1 - p) / v * (z / t)^2,  v = m / (m - 1) * sum (x_i - p n_i)^2 / n^2
 * }</pre>
 *
 * with the quantiles z of the normal and t of Student's distribution with m - 1 degrees of freedom, and never more than n.
 * Where p is 0 or 1 the images say nothing of how alike a patient's images are, and each patient counts once. So the interval
 * never shrinks to a point, which that of a bootstrap does there.
 */
public final class PatientProportion {
    /** What {@link Interval#method()} says of these intervals. */
    public static final String METHOD = "patientClusteredWilson";

    /** What {@link Interval#method()} says of intervals of {@link #meanOverPatients}. */
    public static final String MEAN_METHOD = "patientMeanWilson";

    /** Per patient: images counted, and images. */
    private final Map<PatientId, int[]> counts = new HashMap<>();

    private long counted;
    private long images;
    // over patients; sums of whole numbers do not depend on the order of the patients
    private long sumOfSquaredCounts;
    private long sumOfProducts;
    private long sumOfSquaredImages;

    /** A share to which images are {@linkplain #add added}. */
    public PatientProportion() {}

    /** Adds an image of a patient. */
    public void add(PatientId patient, boolean isCounted) {
        int[] before = counts.computeIfAbsent(patient, absent -> new int[2]);
        long countedBefore = before[0];
        long imagesBefore = before[1];
        before[0] += isCounted ? 1 : 0;
        before[1]++;
        counted += isCounted ? 1 : 0;
        images++;
        sumOfSquaredCounts += (long) before[0] * before[0] - countedBefore * countedBefore;
        sumOfProducts += (long) before[0] * before[1] - countedBefore * imagesBefore;
        sumOfSquaredImages += (long) before[1] * before[1] - imagesBefore * imagesBefore;
    }

    /** Counts one more of a patient's images, which was added as one that does not count. */
    void count(PatientId patient) {
        int[] known = counts.get(patient);
        if (known == null || known[0] == known[1]) {
            throw new IllegalStateException("all images added of the patient are counted already");
        }
        sumOfSquaredCounts += 2L * known[0] + 1;
        sumOfProducts += known[1];
        known[0]++;
        counted++;
    }

    /** How many patients there are. */
    public int patients() {
        return counts.size();
    }

    /**
     * The share of {@code counted} among {@code of}.
     *
     * @param of which cases there are
     * @param counted which of these count
     */
    static PatientProportion of(List<ScoredCase> cases, Predicate<ScoredCase> of, Predicate<ScoredCase> counted) {
        return among(cases.stream().filter(of).toList(), ScoredCase::patient, counted);
    }

    /**
     * The share of {@code counted} among all of {@code cases}.
     *
     * @param patientOf whose each case is
     */
    public static <T> PatientProportion among(
            List<T> cases, Function<? super T, PatientId> patientOf, Predicate<? super T> counted) {
        PatientProportion proportion = new PatientProportion();
        for (T one : cases) {
            proportion.add(patientOf.apply(one), counted.test(one));
        }
        return proportion;
    }

    /** The share; NaN without cases. */
    public double share() {
        return (double) counted / images;
    }

    /** The share with its interval; undefined without cases. */
    public Estimate estimate(double level) {
        return images == 0
                ? Estimate.undefined("there are no cases")
                : Estimate.of(share()).with(interval(level));
    }

    /** The interval; none for fewer than 2 patients. */
    public Optional<Interval> interval(double level) {
        return new Totals(counts.size(), counted, images, sumOfSquaredCounts, sumOfProducts, sumOfSquaredImages)
                .interval(level);
    }

    /**
     * The interval of such a share whose images were counted by patient; none for fewer than 2 patients who have images.
     *
     * @param counted images that count, by patient
     * @param images images, by patient
     */
    static Optional<Interval> interval(int[] counted, int[] images, double level) {
        int patients = 0;
        long allCounted = 0;
        long allImages = 0;
        long squaredCounts = 0;
        long products = 0;
        long squaredImages = 0;
        for (int i = 0; i < images.length; i++) {
            long ofPatient = images[i];
            long countedOfPatient = counted[i];
            patients += ofPatient > 0 ? 1 : 0;
            allCounted += countedOfPatient;
            allImages += ofPatient;
            squaredCounts += countedOfPatient * countedOfPatient;
            products += countedOfPatient * ofPatient;
            squaredImages += ofPatient * ofPatient;
        }
        return new Totals(patients, allCounted, allImages, squaredCounts, products, squaredImages).interval(level);
    }

    /** What the interval follows from: whole numbers, whose sums do not depend on the order of the patients. */
    private record Totals(
            int patients, long counted, long images, long squaredCounts, long products, long squaredImages) {
        Optional<Interval> interval(double level) {
            if (patients < 2) {
                return Optional.empty();
            }
            double share = (double) counted / images;
            double z = Quantiles.normal(level);
            double effective = Math.min((double) images, effectiveImages(share, z, level));
            return Optional.of(Proportion.wilson(share, effective, level, METHOD));
        }

        private double effectiveImages(double share, double z, double level) {
            if (counted == 0 || counted == images) {
                return patients;
            }
            double squares = squaredCounts - 2 * share * products + share * share * squaredImages;
            double variance = patients / (patients - 1.0) * Math.max(0, squares) / ((double) images * images);
            double t = Quantiles.student(level, patients - 1.0);
            return share * (1 - share) / variance * (z / t) * (z / t);
        }
    }

    /**
     * The mean over patients of the share of a patient's images that count, so that no patient weighs more than another, with its
     * interval; undefined without cases. It is the chance for one image drawn from a patient drawn. With s_i = x_i / n_i and its mean q the
     * interval is Wilson's at the effective number of images
     *
     * <pre>{@code
     * q (1 - q) / v * (z / t)^2,  v = 1 / (m (m - 1)) * sum (s_i - q)^2
     * }</pre>
     *
     * and never more than m^2 / sum (1 / n_i), which is what independent images would be worth. Where q is 0 or 1 each patient counts once.
     */
    public Estimate meanOverPatients(double level) {
        int patients = counts.size();
        if (patients == 0) {
            return Estimate.undefined("there are no cases");
        }
        // a fixed order, so that sums round alike whatever the order of the images
        double[] shares = counts.values().stream()
                .mapToDouble(count -> (double) count[0] / count[1])
                .sorted()
                .toArray();
        double mean = Math.min(1, Arrays.stream(shares).sum() / patients);
        if (patients < 2) {
            return Estimate.of(mean);
        }
        double z = Quantiles.normal(level);
        double effective = patients;
        if (counted > 0 && counted < images) {
            double squares = 0;
            for (double share : shares) {
                squares += (share - mean) * (share - mean);
            }
            double[] numbers = counts.values().stream()
                    .mapToDouble(count -> count[1])
                    .sorted()
                    .toArray();
            double independent = (double) patients
                    * patients
                    / Arrays.stream(numbers).map(number -> 1 / number).sum();
            double t = Quantiles.student(level, patients - 1.0);
            double variance = squares / patients / (patients - 1.0);
            effective = Math.min(independent, mean * (1 - mean) / variance * (z / t) * (z / t));
        }
        return new Estimate(mean, Proportion.wilson(mean, effective, level, MEAN_METHOD), null);
    }
}
