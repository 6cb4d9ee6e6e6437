package org.foldwise.learning.metrics.comparison;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.Quantiles;
import org.foldwise.learning.metrics.ScoredCase;

/**
 * Whether two models are right equally often where patients have several images. For patient k, b_k images are right with the
 * first model only, c_k with the second only, and n_k there are.
 *
 * @param patients their counts, those without disagreement included
 */
public record ClusteredMcNemar(List<Patient> patients) {
    private static final String ONE_PATIENT = "needs images of two patients or more";
    private static final String AGREE = "both models are right on the same images";
    private static final String METHOD = "patientSandwich";
    /** A smaller variance is rounding. */
    private static final double SMALLEST_VARIANCE = 1e-24;

    public ClusteredMcNemar {
        patients = List.copyOf(patients);
    }

    /**
     * Counts each patient's images.
     *
     * @param images all of them
     * @param first names of those that the first model gets right
     * @param second names of those that the second model gets right
     */
    static ClusteredMcNemar of(List<ScoredCase> images, Set<String> first, Set<String> second) {
        Map<PatientId, int[]> counts = new LinkedHashMap<>();
        for (ScoredCase one : images) {
            int[] patient = counts.computeIfAbsent(one.patient(), absent -> new int[3]);
            boolean firstIsRight = first.contains(one.image());
            boolean secondIsRight = second.contains(one.image());
            patient[0] += firstIsRight && !secondIsRight ? 1 : 0;
            patient[1] += secondIsRight && !firstIsRight ? 1 : 0;
            patient[2]++;
        }
        return new ClusteredMcNemar(counts.values().stream()
                .map(patient -> new Patient(patient[0], patient[1], patient[2]))
                .toList());
    }

    /**
     * One patient's images.
     *
     * @param onlyFirst images that only the first model gets right
     * @param onlySecond images that only the second model gets right
     * @param images all images of the patient, 1 or more
     */
    public record Patient(int onlyFirst, int onlySecond, int images) {
        public Patient {
            if (onlyFirst < 0 || onlySecond < 0 || images < 1 || onlyFirst + onlySecond > images) {
                throw new IllegalArgumentException("a patient's disagreements must be among the images, were "
                        + onlyFirst + " and " + onlySecond + " of " + images);
            }
        }

        private int difference() {
            return onlyFirst - onlySecond;
        }
    }

    /**
     * Each patient with equal weight: (sum d_k / n_k)^2 / sum (d_k / n_k)^2 with d_k = b_k - c_k (Durkalski, Palesch, Lipsitz and
     * Rust 2003, Analysis of Clustered Matched-Pair Data). With one image each it is McNemar's statistic. Undefined of one patient.
     */
    public ChiSquared durkalski() {
        double sum = 0;
        double squares = 0;
        for (Patient patient : patients) {
            double share = (double) patient.difference() / patient.images();
            sum += share;
            squares += share * share;
        }
        return squares == 0 || patients.size() < 2 ? none(squares) : ChiSquared.of(sum * sum / squares);
    }

    /**
     * Each image with equal weight: (K - 1) / K (sum d_k)^2 / sum d_k^2 for K patients (Obuchowski 1998, On the Comparison of
     * Correlated Proportions for Clustered Data, with the pooled share in both variances, where it cancels). Undefined of one patient.
     */
    public ChiSquared obuchowski() {
        double sum = 0;
        double squares = 0;
        for (Patient patient : patients) {
            sum += patient.difference();
            squares += (double) patient.difference() * patient.difference();
        }
        return squares == 0 || patients.size() < 2
                ? none(squares)
                : ChiSquared.of((patients.size() - 1.0) / patients.size() * sum * sum / squares);
    }

    private static ChiSquared none(double squares) {
        return ChiSquared.undefined(squares == 0 ? AGREE : ONE_PATIENT);
    }

    /**
     * The first model's share of right images less the second's, with a cluster-robust interval by Student's distribution, cut at
     * -1 and 1. No interval for fewer than 2 patients, nor where all patients differ alike.
     */
    public Estimate difference(double level) {
        double images = 0;
        double sum = 0;
        for (Patient patient : patients) {
            images += patient.images();
            sum += patient.difference();
        }
        if (images == 0) {
            return Estimate.undefined("there are no images");
        }
        double difference = sum / images;
        double squares = 0;
        for (Patient patient : patients) {
            double residual = patient.difference() - difference * patient.images();
            squares += residual * residual;
        }
        int count = patients.size();
        double variance = count / (count - 1.0) * squares / (images * images);
        if (count < 2 || !(variance > SMALLEST_VARIANCE)) {
            return Estimate.of(difference);
        }
        double half = Quantiles.student(level, count - 1.0) * Math.sqrt(variance);
        return new Estimate(
                difference,
                new Interval(Math.max(-1, difference - half), Math.min(1, difference + half), level, METHOD),
                null);
    }
}
