package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.DeLong;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.ScoredCase;

/**
 * How well one thing can be told from another: the area under the ROC curve of a {@linkplain RidgeLogistic small model}, every image
 * scored by one that has seen none of its patient's images, with an interval over patients.
 *
 * @param auc in [0, 1]; 0.5 is guessing, less is bad luck
 * @param interval by {@link DeLong} over patients
 */
public record Probe(double auc, Interval interval) {
    private static final int FOLDS = 5;
    private static final double RIDGE = 10;
    /** Fewer patients with or without what is to be told say nothing. */
    public static final int FEWEST_PATIENTS = 10;

    /**
     * Cross-validates a model. None where either side has fewer than 10 patients, or nothing varies.
     *
     * @param images whose patients are kept together
     * @param features of the images
     * @param isPositive which images have what is to be told
     * @param level of the interval
     */
    public static Optional<Probe> of(
            List<ImageRecord> images, double[][] features, Predicate<ImageRecord> isPositive, double level) {
        boolean[] positive = new boolean[images.size()];
        for (int i = 0; i < positive.length; i++) {
            positive[i] = isPositive.test(images.get(i));
        }
        Map<PatientId, List<Integer>> byPatient = new TreeMap<>();
        for (int i = 0; i < images.size(); i++) {
            byPatient
                    .computeIfAbsent(images.get(i).patient(), patient -> new ArrayList<>())
                    .add(i);
        }
        List<List<Integer>> with = new ArrayList<>();
        List<List<Integer>> without = new ArrayList<>();
        int withNegatives = 0;
        for (List<Integer> ofPatient : byPatient.values()) {
            (ofPatient.stream().anyMatch(i -> positive[i]) ? with : without).add(ofPatient);
            withNegatives += ofPatient.stream().anyMatch(i -> !positive[i]) ? 1 : 0;
        }
        if (with.size() < FEWEST_PATIENTS || withNegatives < FEWEST_PATIENTS) {
            return Optional.empty();
        }
        int[] folds = new int[images.size()];
        deal(with, folds);
        deal(without, folds);
        List<ScoredCase> cases = new ArrayList<>();
        for (int fold = 0; fold < FOLDS; fold++) {
            score(images, features, positive, folds, fold, cases);
        }
        if (cases.size() != images.size()) {
            return Optional.empty();
        }
        DeLong area = DeLong.ofPatients(cases);
        return area.patientInterval(level).map(interval -> new Probe(area.area(), interval));
    }

    /** Deals patients out to folds in an order that is drawn once for all cohorts: equal cohorts give equal probes. */
    private static void deal(List<List<Integer>> patients, int[] folds) {
        List<List<Integer>> order = new ArrayList<>(patients);
        SplittableRandom random = new SplittableRandom(patients.size());
        for (int i = order.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            List<Integer> moved = order.get(i);
            order.set(i, order.get(other));
            order.set(other, moved);
        }
        for (int i = 0; i < order.size(); i++) {
            for (int image : order.get(i)) {
                folds[image] = i % FOLDS;
            }
        }
    }

    private static void score(
            List<ImageRecord> images,
            double[][] features,
            boolean[] positive,
            int[] folds,
            int fold,
            List<ScoredCase> cases) {
        int[] members =
                IntStream.range(0, folds.length).filter(i -> folds[i] != fold).toArray();
        long positives = Arrays.stream(members).filter(i -> positive[i]).count();
        if (positives == 0 || positives == members.length) {
            return;
        }
        RidgeLogistic model = RidgeLogistic.fit(features, positive, members, RIDGE);
        for (int i = 0; i < folds.length; i++) {
            if (folds[i] == fold) {
                cases.add(new ScoredCase(
                        images.get(i).name(), images.get(i).patient(), positive[i], model.tendency(features[i])));
            }
        }
    }
}
