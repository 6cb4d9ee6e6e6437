package org.foldwise.learning.audit;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.experiment.AugmentationAuditReport.Retest;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PatientProportion;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.network.RandomStreams;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.training.PreprocessedImages;
import org.foldwise.learning.training.TrainingViews;
import org.jspecify.annotations.Nullable;

/**
 * How often a trained network decides otherwise about a view than about its image, and how often about two images of one patient that
 * show the same. Of several exclusive classes the decision is the most probable one. A label, or the positive class, is said of as many
 * images of the sample as show it, of the most probable ones: no threshold is needed for that, and none of an evaluation is used up.
 */
final class AnswerFlips {
    private static final double LEVEL = 0.95;
    /** Between two exposures that may count as such of one state of health. */
    private static final int MOST_DAYS = 30;

    private final Answers answers;
    private final PreprocessedImages source;
    /** By output; of exclusive classes not needed. */
    private final double[] thresholds;

    private final Map<String, List<Integer>> decisions = new HashMap<>();

    AnswerFlips(Answers answers, List<ImageRecord> sample, PreprocessedImages source) {
        this.answers = answers;
        this.source = source;
        ScoredImages originals = answers.of(sample, source);
        this.thresholds = thresholds(originals);
        List<List<Integer>> decided = decisions(originals);
        for (int i = 0; i < sample.size(); i++) {
            decisions.put(sample.get(i).name(), decided.get(i));
        }
    }

    /**
     * Two images of one patient that show the same and are not copies, the nearest in time and at most {@value #MOST_DAYS} days apart
     * where days are known.
     *
     * @param one the earlier by name
     */
    record Pair(ImageRecord one, ImageRecord other) {}

    /** One pair of each training patient who has one, of at most so many patients, chosen by the plan's seed. */
    static List<Pair> pairs(ExperimentPlan plan, Cohort cohort, Fold fold, int most) {
        Map<PatientId, List<ImageRecord>> byPatient = new TreeMap<>();
        cohort.images().stream()
                .filter(image -> fold.roles().get(image.patient()) == Role.TRAIN)
                .forEach(image -> byPatient
                        .computeIfAbsent(image.patient(), patient -> new ArrayList<>())
                        .add(image));
        List<Pair> pairs = new ArrayList<>();
        for (List<ImageRecord> images : byPatient.values()) {
            nearest(images).ifPresent(pairs::add);
        }
        SplittableRandom random = RandomStreams.of(plan.seed(), "audit", "retest");
        for (int i = pairs.size() - 1; i > 0; i--) {
            Collections.swap(pairs, i, random.nextInt(i + 1));
        }
        return List.copyOf(pairs.subList(0, Math.min(most, pairs.size())));
    }

    private static Optional<Pair> nearest(List<ImageRecord> images) {
        Pair nearest = null;
        long fewest = MOST_DAYS + 1;
        for (int i = 0; i < images.size(); i++) {
            for (int j = i + 1; j < images.size(); j++) {
                ImageRecord one = images.get(i);
                ImageRecord other = images.get(j);
                long days = days(one.acquiredOn(), other.acquiredOn());
                if (days < fewest
                        && one.labels().equals(other.labels())
                        && !one.content().equals(other.content())) {
                    nearest = new Pair(one, other);
                    fewest = days;
                }
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** Between two images; none where no day is known, too many where one is. */
    private static long days(@Nullable LocalDate one, @Nullable LocalDate other) {
        if (one == null || other == null) {
            return one == null && other == null ? 0 : Long.MAX_VALUE;
        }
        return Math.abs(ChronoUnit.DAYS.between(one, other));
    }

    /** How often the two of a pair are decided otherwise. */
    Retest retest(List<Pair> pairs) {
        List<List<Integer>> ones =
                decisions(answers.of(pairs.stream().map(Pair::one).toList(), source));
        List<List<Integer>> others =
                decisions(answers.of(pairs.stream().map(Pair::other).toList(), source));
        PatientProportion flips = new PatientProportion();
        for (int i = 0; i < pairs.size(); i++) {
            flips.add(pairs.get(i).one().patient(), !ones.get(i).equals(others.get(i)));
        }
        return new Retest(pairs.size(), estimate(flips, "no training patient has two images that show the same"));
    }

    /**
     * How often a view is decided otherwise than its image.
     *
     * @param images of the sample
     * @param epochs how many views of each
     * @param isMeasured of an image and its view
     */
    Estimate of(
            TrainingViews views, List<ImageRecord> images, int epochs, BiPredicate<PixelImage, PixelImage> isMeasured) {
        PatientProportion flips = new PatientProportion();
        for (int epoch = 0; epoch < epochs; epoch++) {
            int shown = epoch;
            List<ImageRecord> asked = images.stream()
                    .filter(image -> isMeasured.test(source.pixelsOf(image), views.view(image, shown)))
                    .toList();
            if (asked.isEmpty()) {
                continue;
            }
            List<List<Integer>> decided = decisions(answers.of(asked, image -> views.view(image, shown)));
            for (int i = 0; i < asked.size(); i++) {
                flips.add(
                        asked.get(i).patient(),
                        !decided.get(i).equals(decisions.get(asked.get(i).name())));
            }
        }
        return estimate(flips, "no view is changed");
    }

    private static Estimate estimate(PatientProportion flips, String whyNone) {
        return flips.patients() == 0 ? Estimate.undefined(whyNone) : flips.estimate(LEVEL);
    }

    private List<List<Integer>> decisions(ScoredImages scored) {
        List<List<Integer>> decisions = new ArrayList<>();
        if (scored instanceof ScoredImages.Binary binary) {
            binary.cases().forEach(one -> decisions.add(List.of(one.probability() >= thresholds[0] ? 1 : 0)));
        } else if (scored instanceof ScoredImages.Multiclass several) {
            several.cases().forEach(one -> decisions.add(List.of(mostProbable(one.probabilities()))));
        } else {
            ((ScoredImages.Multilabel) scored).cases().forEach(one -> decisions.add(said(one.probabilities())));
        }
        return decisions;
    }

    private List<Integer> said(List<Double> probabilities) {
        List<Integer> said = new ArrayList<>();
        for (int label = 0; label < thresholds.length; label++) {
            said.add(probabilities.get(label) >= thresholds[label] ? 1 : 0);
        }
        return said;
    }

    private static int mostProbable(List<Double> probabilities) {
        int best = 0;
        for (int i = 1; i < probabilities.size(); i++) {
            best = probabilities.get(i) > probabilities.get(best) ? i : best;
        }
        return best;
    }

    /** Of each output: above it are as many images as show the class, as far as their probabilities differ. */
    private static double[] thresholds(ScoredImages originals) {
        int classes = originals.classes().size();
        return switch (originals.task()) {
            case BINARY -> new double[] {threshold(originals, 1)};
            case MULTICLASS -> new double[0];
            case MULTILABEL -> {
                double[] each = new double[classes];
                for (int label = 0; label < classes; label++) {
                    each[label] = threshold(originals, label);
                }
                yield each;
            }
        };
    }

    private static double threshold(ScoredImages originals, int index) {
        double[] falling = originals.against(index).stream()
                .mapToDouble(one -> -one.probability())
                .sorted()
                .toArray();
        int positives = (int)
                originals.against(index).stream().filter(one -> one.positive()).count();
        if (positives == 0) {
            return Double.POSITIVE_INFINITY;
        }
        return positives == falling.length
                ? Double.NEGATIVE_INFINITY
                : -(falling[positives - 1] + falling[positives]) / 2;
    }
}
