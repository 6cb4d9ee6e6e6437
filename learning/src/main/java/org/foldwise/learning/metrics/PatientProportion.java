package org.foldwise.learning.metrics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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
 * p (1 - p) / v * (z / t)^2,  v = (m - 1) / m * sum ((x_i - p n_i) / (n - n_i))^2
 * }</pre>
 *
 * with the quantiles z of the normal and t of Student's distribution, m - 1 degrees of freedom where patients are of one size and fewer
 * elsewhere ({@link PatientJackknife}), and never more than n. Where p is 0 or 1 the images say nothing of how alike a patient's images are,
 * and it is n^2 / sum n_i^2, by which of patients of one size each counts once. So the interval never shrinks to a point, which that of a bootstrap
 * does there.
 */
public final class PatientProportion {
    /** What {@link Interval#method()} says of these intervals. */
    public static final String METHOD = "patientClusteredWilson";

    /** What {@link Interval#method()} says of intervals of {@link #meanOverPatients}. */
    public static final String MEAN_METHOD = "patientMeanWilson";

    /** Per patient: images counted, and images. */
    private final Map<PatientId, int[]> counts = new HashMap<>();

    private final Totals totals = new Totals();

    /** A share to which images are {@linkplain #add added}. */
    public PatientProportion() {}

    /** Adds an image of a patient. */
    public void add(PatientId patient, boolean isCounted) {
        int[] known = counts.computeIfAbsent(patient, absent -> new int[2]);
        totals.remove(known[0], known[1]);
        known[0] += isCounted ? 1 : 0;
        known[1]++;
        totals.add(known[0], known[1]);
    }

    /** Counts one more of a patient's images, which was added as one that does not count. */
    void count(PatientId patient) {
        int[] known = counts.get(patient);
        if (known == null || known[0] == known[1]) {
            throw new IllegalStateException("all images added of the patient are counted already");
        }
        totals.remove(known[0], known[1]);
        known[0]++;
        totals.add(known[0], known[1]);
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
        return (double) totals.counted / totals.images;
    }

    /** The share with its interval; undefined without cases. */
    public Estimate estimate(double level) {
        return totals.images == 0
                ? Estimate.undefined("there are no cases")
                : Estimate.of(share()).with(interval(level));
    }

    /** The interval; none for fewer than 2 patients. */
    public Optional<Interval> interval(double level) {
        return totals.interval(level);
    }

    /**
     * The interval of such a share whose images were counted by patient; none for fewer than 2 patients who have images.
     *
     * @param counted images that count, by patient
     * @param images images, by patient
     */
    public static Optional<Interval> interval(int[] counted, int[] images, double level) {
        Totals totals = new Totals();
        for (int i = 0; i < images.length; i++) {
            totals.add(counted[i], images[i]);
        }
        return totals.interval(level);
    }

    /** What the interval follows from: whole numbers, whose sums do not depend on the order of the patients. */
    private static final class Totals {
        private int patients;
        private long counted;
        private long images;
        /** By number of images of a patient, rising. */
        private final SortedMap<Integer, Alike> bySize = new TreeMap<>();

        /** Adds a patient; nothing without images. */
        void add(int ofPatient, int imagesOfPatient) {
            if (imagesOfPatient > 0) {
                patients++;
                counted += ofPatient;
                images += imagesOfPatient;
                bySize.computeIfAbsent(imagesOfPatient, absent -> new Alike()).add(ofPatient);
            }
        }

        void remove(int ofPatient, int imagesOfPatient) {
            Alike alike = bySize.get(imagesOfPatient);
            if (alike != null) {
                patients--;
                counted -= ofPatient;
                images -= imagesOfPatient;
                alike.remove(ofPatient);
                if (alike.patients == 0) {
                    bySize.remove(imagesOfPatient);
                }
            }
        }

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
            PatientJackknife jackknife = new PatientJackknife();
            bySize.forEach((size, alike) -> jackknife.add(size, (double) alike.patients));
            if (counted == 0 || counted == images) {
                return jackknife.effectivePatients();
            }
            double variance = 0;
            for (Map.Entry<Integer, Alike> alike : bySize.entrySet()) {
                double size = alike.getKey();
                double factor = jackknife.factor(size) / images;
                variance += alike.getValue().squares(size, share) * factor * factor;
            }
            double t = Quantiles.student(level, jackknife.degreesOfFreedom());
            return share * (1 - share) / variance * (z / t) * (z / t);
        }
    }

    /** Patients with as many images. */
    private static final class Alike {
        private long patients;
        private long counted;
        private long squaresOfCounted;

        void add(long ofPatient) {
            patients++;
            counted += ofPatient;
            squaresOfCounted += ofPatient * ofPatient;
        }

        void remove(long ofPatient) {
            patients--;
            counted -= ofPatient;
            squaresOfCounted -= ofPatient * ofPatient;
        }

        /** The sum over patients of the squared difference between what counts of {@code size} images and what would by the share. */
        double squares(double size, double share) {
            double expected = share * size;
            return Math.max(0, squaresOfCounted - 2 * expected * counted + expected * expected * patients);
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
        if (totals.counted > 0 && totals.counted < totals.images) {
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
