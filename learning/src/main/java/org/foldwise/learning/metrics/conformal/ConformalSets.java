package org.foldwise.learning.metrics.conformal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.Quantiles;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;

/**
 * Split conformal prediction sets for exclusive classes: a class is in the set where 1 less its probability is at or below the
 * class's limit (Sadinle, Lei and Wasserman 2019, Least Ambiguous Set-Valued Classifiers with Bounded Error Levels). A set may hold
 * several classes, and none where an image is unlike those the limits come from.
 *
 * <p>The promise rests on new patients coming as the calibration patients did, in no meaningful order. Images do not: those of one
 * patient are alike. So the patient is the unit, in one of two ways ({@link Unit}). The promise is an average over calibration patients
 * as well: with few of them, the coverage of one model lies some way above or below.
 *
 * <p>With K calibration patients no coverage above K / (K + 1) can be promised; then there are {@linkplain PredictionSets.Undefined no
 * sets}, rather than some that hold every class.
 *
 * @param coverage that is promised, in (0, 1), such as 0.9
 * @param unit what the promise speaks of
 * @param conditioning whether the promise holds for each class or for all classes together
 * @param limits of each class, in order; two at least
 */
public record ConformalSets(double coverage, Unit unit, Conditioning conditioning, List<Limit> limits)
        implements PredictionSets {
    private static final String RANGE_METHOD = "betaOfRank";

    /** What a coverage is a share of. */
    public enum Unit {
        /**
         * One image drawn from a new patient. All calibration images count, each with the weight 1 / (images of its patient), so that
         * nothing depends on a draw and no patient counts more than another (Lee, Barber and Willett 2023, Distribution-Free Inference
         * with Hierarchical Data). With one image each this is the usual split conformal method.
         */
        IMAGE_OF_NEW_PATIENT,
        /**
         * A new patient, covered where the sets of all images hold the truth. A patient's score is the largest of its images', so
         * sets get larger.
         */
        ALL_IMAGES_OF_NEW_PATIENT
    }

    /** For whom the coverage is promised. */
    public enum Conditioning {
        /** On average over classes: a rare class may be covered less often. */
        MARGINAL,
        /**
         * For each class (Vovk, Lindsay, Nouretdinov and Gammerman 2003, Mondrian Confidence Machine): its limit comes from the images
         * of the class.
         */
        BY_CLASS
    }

    /**
     * The limit of a class.
     *
     * @param patients it was calibrated on, 1 or more
     * @param score the largest 1 less probability with which the class is in the set, in [0, 1]
     */
    public record Limit(int patients, double score) {
        public Limit {
            if (patients < 1) {
                throw new IllegalArgumentException("patients must be 1 or more, were " + patients);
            }
            if (!(score >= 0 && score <= 1)) {
                throw new IllegalArgumentException("score must be in [0, 1], was " + score);
            }
        }
    }

    public ConformalSets {
        PredictionSets.requireCoverage(coverage);
        limits = List.copyOf(limits);
        if (limits.size() < 2) {
            throw new IllegalArgumentException("limits must be of two classes or more, were " + limits.size());
        }
    }

    /**
     * Calibrates the limits.
     *
     * @param classes their names, 2 or more
     * @param cases of patients that the model was not fitted on; validation patients have chosen its epoch, so out-of-fold cases are
     *     better
     * @return sets, or why the patients of some classes are too few for them
     */
    public static PredictionSets calibrate(
            List<String> classes, List<ClassifiedCase> cases, double coverage, Unit unit, Conditioning conditioning) {
        PredictionSets.requireCoverage(coverage);
        for (ClassifiedCase one : cases) {
            if (one.probabilities().size() != classes.size()) {
                throw new IllegalArgumentException("image '" + one.image() + "' must have " + classes.size()
                        + " probabilities, had " + one.probabilities().size());
            }
        }
        int fewest = fewestPatients(coverage);
        List<Limit> limits = new ArrayList<>();
        List<String> few = new ArrayList<>();
        for (int k = 0; k < classes.size(); k++) {
            int index = k;
            boolean isMarginal = conditioning == Conditioning.MARGINAL;
            Map<PatientId, List<Double>> scores = scoresByPatient(cases.stream()
                    .filter(one -> isMarginal || one.truth() == index)
                    .toList());
            if (scores.size() >= fewest) {
                limits.add(limit(scores, coverage, unit));
            } else {
                few.add(isMarginal ? "there are " + scores.size() : "'" + classes.get(k) + "' has " + scores.size());
            }
        }
        return few.isEmpty()
                ? new ConformalSets(coverage, unit, conditioning, limits)
                : new Undefined(
                        coverage,
                        "a coverage of " + coverage + " takes " + fewest + " calibration patients or more"
                                + (conditioning == Conditioning.MARGINAL ? "" : " of each class") + ", "
                                + few.stream().distinct().collect(Collectors.joining(", ")));
    }

    /** The least K for which a coverage of at most K / (K + 1) can be promised. */
    public static int fewestPatients(double coverage) {
        double patients = Math.max(1, Math.floor(PredictionSets.requireCoverage(coverage) / (1 - coverage)));
        while (patients < needed(coverage, patients)) {
            patients++;
        }
        while (patients > 1 && patients - 1 >= needed(coverage, patients - 1)) {
            patients--;
        }
        return (int) Math.min(patients, Integer.MAX_VALUE);
    }

    /**
     * Where the coverage of a class of one model lies: the promise is kept on average over models, each of which had calibration
     * patients of its own. With one image a patient and scores without ties it is distributed as Beta(r, K + 1 - r) with r = ceil((K + 1)
     * coverage) (Vovk 2012, Conditional Validity of Inductive Conformal Predictors); with more images a patient it varies less.
     *
     * @param patients K, at least {@link #fewestPatients}
     * @param level share of the models, in (0, 1)
     */
    public static Interval rangeOfCoverage(int patients, double coverage, double level) {
        if (patients < fewestPatients(coverage)) {
            throw new IllegalArgumentException("patients must be " + fewestPatients(coverage)
                    + " or more for a coverage of " + coverage + ", were " + patients);
        }
        double rank = Math.ceil(needed(coverage, patients));
        double others = patients + 1 - rank;
        double tail = (1 - level) / 2;
        return new Interval(
                Quantiles.beta(tail, rank, others), Quantiles.beta(1 - tail, rank, others), level, RANGE_METHOD);
    }

    /** The new patient counts as one more, with an infinite score. */
    private static double needed(double coverage, double patients) {
        return coverage * (patients + 1) * (1 - 1e-12);
    }

    /**
     * The classes that the truth is among.
     *
     * @param probabilities of the classes
     */
    public Set<Integer> set(List<Double> probabilities) {
        if (probabilities.size() != limits.size()) {
            throw new IllegalArgumentException(
                    "there must be " + limits.size() + " probabilities, were " + probabilities.size());
        }
        Set<Integer> classes = new TreeSet<>();
        for (int k = 0; k < limits.size(); k++) {
            if (score(probabilities.get(k)) <= limits.get(k).score()) {
                classes.add(k);
            }
        }
        return classes;
    }

    private static double score(double probability) {
        return 1 - probability;
    }

    private static Map<PatientId, List<Double>> scoresByPatient(List<ClassifiedCase> cases) {
        Map<PatientId, List<Double>> scoresOf = new HashMap<>();
        for (ClassifiedCase one : cases) {
            scoresOf.computeIfAbsent(one.patient(), absent -> new ArrayList<>())
                    .add(score(one.probabilities().get(one.truth())));
        }
        return scoresOf;
    }

    /** The least score up to which the weights, which add up to the patients, come to what is needed. */
    private static Limit limit(Map<PatientId, List<Double>> scoresOf, double coverage, Unit unit) {
        List<Weighted> rising = new ArrayList<>();
        for (List<Double> scores : scoresOf.values()) {
            if (unit == Unit.ALL_IMAGES_OF_NEW_PATIENT) {
                double worst = scores.stream().mapToDouble(score -> score).max().orElse(0);
                rising.add(new Weighted(worst, 1));
            } else {
                scores.forEach(score -> rising.add(new Weighted(score, 1.0 / scores.size())));
            }
        }
        rising.sort(Comparator.comparingDouble(Weighted::score).thenComparing(Weighted::weight));
        int patients = scoresOf.size();
        double needed = needed(coverage, patients);
        double reached = 0;
        for (Weighted one : rising) {
            reached += one.weight();
            if (reached >= needed) {
                return new Limit(patients, one.score());
            }
        }
        // there are patients enough, so only rounding could have missed it
        return new Limit(patients, rising.get(rising.size() - 1).score());
    }

    private record Weighted(double score, double weight) {}
}
