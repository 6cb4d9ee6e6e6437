package org.foldwise.learning.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
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
final class PatientProportion {
    /** What {@link Interval#method()} says of these intervals. */
    static final String METHOD = "patientClusteredWilson";

    /** Per patient: images counted, and images. */
    private final Map<PatientId, int[]> counts = new HashMap<>();

    private long counted;
    private long images;

    private PatientProportion() {}

    /**
     * The share of {@code counted} among {@code of}.
     *
     * @param of which cases there are
     * @param counted which of these count
     */
    static PatientProportion of(List<ScoredCase> cases, Predicate<ScoredCase> of, Predicate<ScoredCase> counted) {
        PatientProportion proportion = new PatientProportion();
        for (ScoredCase scored : cases) {
            if (of.test(scored)) {
                int[] patient = proportion.counts.computeIfAbsent(scored.patient(), absent -> new int[2]);
                patient[1]++;
                proportion.images++;
                if (counted.test(scored)) {
                    patient[0]++;
                    proportion.counted++;
                }
            }
        }
        return proportion;
    }

    /** The interval; none for fewer than 2 patients. */
    Optional<Interval> interval(double level) {
        int patients = counts.size();
        if (patients < 2) {
            return Optional.empty();
        }
        double share = (double) counted / images;
        double z = NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - level) / 2);
        double effective = Math.min((double) images, effectiveImages(share, z, level));
        double centre = share + z * z / (2 * effective);
        double halfWidth = z * Math.sqrt(share * (1 - share) / effective + z * z / (4 * effective * effective));
        double scale = 1 + z * z / effective;
        // the ends at 0 and 1 are exact; only rounding could miss them
        double lower = counted == 0 ? 0 : (centre - halfWidth) / scale;
        double upper = counted == images ? 1 : (centre + halfWidth) / scale;
        return Optional.of(new Interval(Math.max(0, lower), Math.min(1, upper), level, METHOD));
    }

    private double effectiveImages(double share, double z, double level) {
        int patients = counts.size();
        if (counted == 0 || counted == images) {
            return patients;
        }
        // sums of integers do not depend on the order of the patients
        long sumOfSquaredCounts = 0;
        long sumOfProducts = 0;
        long sumOfSquaredImages = 0;
        for (int[] patient : counts.values()) {
            sumOfSquaredCounts += (long) patient[0] * patient[0];
            sumOfProducts += (long) patient[0] * patient[1];
            sumOfSquaredImages += (long) patient[1] * patient[1];
        }
        double squares = sumOfSquaredCounts - 2 * share * sumOfProducts + share * share * sumOfSquaredImages;
        double variance = patients / (patients - 1.0) * Math.max(0, squares) / ((double) images * images);
        double t = TDistribution.of(patients - 1.0).inverseSurvivalProbability((1 - level) / 2);
        return share * (1 - share) / variance * (z / t) * (z / t);
    }
}
