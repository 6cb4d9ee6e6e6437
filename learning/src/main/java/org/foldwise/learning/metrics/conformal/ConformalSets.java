package org.foldwise.learning.metrics.conformal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;

/**
 * Split conformal prediction sets for exclusive classes: a class is in the set where 1 less its probability is at or below the
 * class's limit (Sadinle, Lei and Wasserman 2019, Least Ambiguous Set-Valued Classifiers with Bounded Error Levels). A set may hold
 * several classes, and none where an image is unlike those the limits come from.
 *
 * <p>The promise rests on new patients coming as the calibration patients did, in no meaningful order. Images do not: those of one
 * patient are alike. So the patient is the unit, in one of two ways ({@link Unit}).
 *
 * <p>With K calibration patients no level above K / (K + 1) can be promised; then every set holds every class, which {@link Limit}
 * tells.
 *
 * @param level the promised coverage, in (0, 1), such as 0.9
 * @param unit what the promise speaks of
 * @param conditioning whether the promise holds for each class or for all classes together
 * @param limits of each class, in order; two at least
 */
public record ConformalSets(double level, Unit unit, Conditioning conditioning, List<Limit> limits) {
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
     * @param patients it was calibrated on
     * @param attainable whether they are enough for the level; otherwise the class is in every set
     * @param score the largest 1 less probability with which the class is in the set, in [0, 1]; 1 where not attainable
     */
    public record Limit(int patients, boolean attainable, double score) {
        public Limit {
            if (patients < 0 || !(score >= 0 && score <= 1) || (!attainable && score != 1)) {
                throw new IllegalArgumentException("a limit must be in [0, 1], and 1 where it is not attainable, was "
                        + score + " from " + patients + " patients");
            }
        }
    }

    public ConformalSets {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("level must be in (0, 1), was " + level);
        }
        limits = List.copyOf(limits);
        if (limits.size() < 2) {
            throw new IllegalArgumentException("limits must be of two classes or more, were " + limits.size());
        }
    }

    /**
     * Calibrates the limits.
     *
     * @param classes how many there are, 2 or more
     * @param cases of patients that the model was not fitted on; validation patients have chosen its epoch, so out-of-fold cases are
     *     better
     */
    public static ConformalSets calibrate(
            int classes, List<ClassifiedCase> cases, double level, Unit unit, Conditioning conditioning) {
        for (ClassifiedCase one : cases) {
            if (one.probabilities().size() != classes) {
                throw new IllegalArgumentException("image '" + one.image() + "' must have " + classes
                        + " probabilities, had " + one.probabilities().size());
            }
        }
        List<Limit> limits = new ArrayList<>();
        for (int k = 0; k < classes; k++) {
            int index = k;
            limits.add(
                    conditioning == Conditioning.MARGINAL && k > 0
                            ? limits.get(0)
                            : limit(
                                    cases.stream()
                                            .filter(one ->
                                                    conditioning == Conditioning.MARGINAL || one.truth() == index)
                                            .toList(),
                                    level,
                                    unit));
        }
        return new ConformalSets(level, unit, conditioning, limits);
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

    private static Limit limit(List<ClassifiedCase> cases, double level, Unit unit) {
        Map<PatientId, List<Double>> scoresOf = new HashMap<>();
        for (ClassifiedCase one : cases) {
            scoresOf.computeIfAbsent(one.patient(), absent -> new ArrayList<>())
                    .add(score(one.probabilities().get(one.truth())));
        }
        List<Weighted> rising = new ArrayList<>();
        for (List<Double> scores : scoresOf.values()) {
            if (unit == Unit.ALL_IMAGES_OF_NEW_PATIENT) {
                double worst = scores.stream().mapToDouble(score -> score).max().orElse(0);
                rising.add(new Weighted(worst, 1));
            } else {
                scores.forEach(score -> rising.add(new Weighted(score, 1.0 / scores.size())));
            }
        }
        rising.sort(Comparator.comparingDouble(Weighted::score));
        int patients = scoresOf.size();
        // weights add up to the patients; the new patient counts as one more, with an infinite score
        double needed = level * (patients + 1.0) * (1 - 1e-12);
        double reached = 0;
        for (Weighted one : rising) {
            reached += one.weight();
            if (reached >= needed) {
                return new Limit(patients, true, one.score());
            }
        }
        return new Limit(patients, false, 1);
    }

    private record Weighted(double score, double weight) {}
}
