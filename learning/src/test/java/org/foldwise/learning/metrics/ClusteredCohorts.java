package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.foldwise.learning.dataset.PatientId;

/**
 * Synthetic cohorts whose truth is known. A score is normal with variance 1, half of which a patient's images share, and a mean of 0
 * for negatives and {@link #SHIFT} for positives. So the logarithm of the true odds is linear in the score, and the probability
 * given is off from it by a known slope and intercept.
 *
 * @param patients number of patients
 * @param mixed whether a patient has images of both classes; otherwise all are alike
 * @param shift how far the classes are apart, above 0
 * @param uneven whether numbers of images are log-normal with median 2 to 3 and up to 60 of a patient; otherwise 1 to 8 alike
 * @param prevalence share of positive patients, or images where patients are mixed, in (0, 1)
 */
public record ClusteredCohorts(int patients, boolean mixed, double shift, boolean uneven, double prevalence) {
    private static final int MOST_IMAGES = 8;
    private static final int MOST_IMAGES_UNEVEN = 60;
    private static final double USUAL_PREVALENCE = 0.4;
    private static final double SHARED = Math.sqrt(0.5);

    /** What logistic recalibration finds in an endless cohort. */
    public static final double SLOPE = 0.7;

    private static final double INTERCEPT = 0.2;

    /** Patients with 1 to 8 images each. */
    public ClusteredCohorts(int patients, boolean mixed, double shift) {
        this(patients, mixed, shift, false);
    }

    /** Four in ten are positive. */
    public ClusteredCohorts(int patients, boolean mixed, double shift, boolean uneven) {
        this(patients, mixed, shift, uneven, USUAL_PREVALENCE);
    }

    /** The threshold whose recall is {@link #recall()}. */
    public double threshold() {
        return probability(shift / 2);
    }

    /** The area under the ROC curve of an endless cohort. */
    public double area() {
        return NormalDistribution.of(0, 1).cumulativeProbability(shift / Math.sqrt(2));
    }

    /** Recall at {@link #threshold()} in an endless cohort. */
    public double recall() {
        return NormalDistribution.of(0, 1).cumulativeProbability(shift / 2);
    }

    /**
     * Of an endless cohort the share of a class's images to which the class is given at least so high a probability.
     *
     * @param probability of the class itself, in (0, 1)
     */
    public double shareAtLeast(boolean positive, double probability) {
        double ofPositive = positive ? probability : 1 - probability;
        double trueLogOdds = SLOPE * Math.log(ofPositive / (1 - ofPositive)) + INTERCEPT;
        double score = (trueLogOdds - Math.log(prevalence / (1 - prevalence)) + shift * shift / 2) / shift;
        NormalDistribution normal = NormalDistribution.of(0, 1);
        return positive ? normal.survivalProbability(score - shift) : normal.cumulativeProbability(score);
    }

    /** A cohort. */
    public List<ScoredCase> draw(SplittableRandom random) {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < patients; i++) {
            PatientId patient = new PatientId(String.format("p%05d", i));
            double shared = SHARED * random.nextGaussian();
            boolean positivePatient = random.nextDouble() < prevalence;
            int images = uneven
                    ? (int) Math.min(MOST_IMAGES_UNEVEN, Math.ceil(Math.exp(0.7 + 1.2 * random.nextGaussian())))
                    : 1 + random.nextInt(MOST_IMAGES);
            for (int j = 0; j < images; j++) {
                boolean positive = mixed ? random.nextDouble() < prevalence : positivePatient;
                double score = shared + SHARED * random.nextGaussian() + (positive ? shift : 0);
                cases.add(new ScoredCase(patient.value() + "-" + j, patient, positive, probability(score)));
            }
        }
        return cases;
    }

    /** The same images as if each were of a patient of its own. */
    static List<ScoredCase> ignoringPatients(List<ScoredCase> cases) {
        return cases.stream()
                .map(one -> new ScoredCase(one.image(), new PatientId(one.image()), one.positive(), one.probability()))
                .toList();
    }

    private double probability(double score) {
        double trueLogOdds = Math.log(prevalence / (1 - prevalence)) + shift * score - shift * shift / 2;
        return 1 / (1 + Math.exp(-(trueLogOdds - INTERCEPT) / SLOPE));
    }
}
