package org.foldwise.learning.training;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.foldwise.learning.augmentation.Augmenter;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.LabelCounts;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.SampleStatistics;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.network.RandomStreams;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;

/** The images of a fold's training patients. Only these can be augmented; {@link ValidationImages} do not know how. */
final class TrainingImages {
    private final RoleImages images;
    private final List<RandomStep> augmentation;
    private final Set<String> minority;
    private final long seed;

    /**
     * An augmentation and what its random numbers are named by: its kind, and how many of that kind stand before it, so that
     * others may come and go around it without changing what it draws.
     *
     * @param always whether it is carried out whatever its probability
     */
    private record RandomStep(Augmentation augmentation, String kind, int earlierOfKind, boolean always) {}

    TrainingImages(ExperimentPlan plan, Cohort cohort, Fold fold, PreprocessedImages source) {
        this.images = new RoleImages(cohort, fold, Role.TRAIN, source);
        this.augmentation = randomSteps(plan.augmentation());
        this.minority = images.task().isExclusive() ? minority(images.records()) : Set.of();
        this.seed = plan.seed();
        if (images.records().size() < 2) {
            throw new IllegalArgumentException("fold " + fold.index() + " has "
                    + images.records().size() + " training images, a training needs 2 or more");
        }
    }

    private TrainingImages(RoleImages images, List<RandomStep> augmentation, Set<String> minority, long seed) {
        this.images = images;
        this.augmentation = augmentation;
        this.minority = minority;
        this.seed = seed;
    }

    /** The same images, of which features can be had as well. */
    TrainingImages with(BackboneFeatures features) {
        return new TrainingImages(images.with(features), augmentation, minority, seed);
    }

    /** The same images, changed only by the augmentations of these indices, which draw what they draw among the others. */
    TrainingImages by(List<Integer> steps) {
        return new TrainingImages(images, steps.stream().map(augmentation::get).toList(), minority, seed);
    }

    /** The same images, changed by every augmentation whatever its probability; besides, each draws what it would have drawn. */
    TrainingImages always() {
        return new TrainingImages(
                images,
                augmentation.stream()
                        .map(step -> new RandomStep(step.augmentation(), step.kind(), step.earlierOfKind(), true))
                        .toList(),
                minority,
                seed);
    }

    /** Whether any augmentation may change the image. */
    boolean concern(ImageRecord image) {
        return augmentation.stream().anyMatch(step -> concerns(step.augmentation(), image));
    }

    /** Mean and standard deviation of all these images as they are, before any augmentation, each counted once. */
    Preprocessing.Step.Normalize normalisation(int channels) {
        SampleStatistics statistics = new SampleStatistics(channels);
        images.records().forEach(image -> statistics.add(images.pixelsOf(image)));
        return statistics.normalisation();
    }

    /** What the frozen backbone makes of the image as it is. */
    FloatBuffer featuresOf(ImageRecord image) {
        return images.featuresOf(image);
    }

    private static List<RandomStep> randomSteps(List<Augmentation> augmentation) {
        List<RandomStep> steps = new ArrayList<>();
        for (Augmentation next : augmentation) {
            String kind = PlanJson.kindOf(next);
            int earlier = (int)
                    steps.stream().filter(step -> step.kind().equals(kind)).count();
            steps.add(new RandomStep(next, kind, earlier, false));
        }
        return List.copyOf(steps);
    }

    /** The classes that have fewer images than the most frequent one. */
    private static Set<String> minority(List<ImageRecord> records) {
        Map<String, Long> counts =
                records.stream().collect(Collectors.groupingBy(ImageRecord::label, Collectors.counting()));
        long most = Collections.max(counts.values());
        return counts.entrySet().stream()
                .filter(count -> count.getValue() < most)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    List<ImageRecord> records() {
        return images.records();
    }

    /** Names of the classes. */
    List<String> classes() {
        return images.classes();
    }

    /** Of each output of a network whether the image is what it tells. */
    boolean[] shown(ImageRecord image) {
        return images.shown(image);
    }

    LabelCounts counts() {
        return images.counts();
    }

    /**
     * The images as the network sees them in that epoch, asked for in the order of the epoch, by one thread: an image that is shown
     * several times is changed anew each time.
     */
    Function<ImageRecord, PixelImage> inEpoch(int epochIndex) {
        Map<String, Integer> shown = new HashMap<>();
        return image -> augmented(image, epochIndex, shown.merge(image.name(), 1, Integer::sum) - 1);
    }

    /** The image as that epoch shows it for the first time, 0, or once more, 1, ... */
    PixelImage augmented(ImageRecord image, int epochIndex, int repetition) {
        PixelImage pixels = images.pixelsOf(image);
        for (RandomStep step : augmentation) {
            if (concerns(step.augmentation(), image)) {
                SplittableRandom random = RandomStreams.of(
                        seed,
                        "augmentation",
                        step.kind(),
                        Integer.toString(step.earlierOfKind()),
                        Integer.toString(epochIndex),
                        repetition == 0 ? image.name() : image.name() + "\t" + repetition);
                pixels = step.always()
                        ? Augmenter.carryOut(step.augmentation(), pixels, random)
                        : Augmenter.apply(step.augmentation(), pixels, random);
            }
        }
        return pixels;
    }

    private boolean concerns(Augmentation augmentation, ImageRecord image) {
        return switch (augmentation.classes()) {
            case ALL -> true;
            case MINORITY -> minority.contains(image.label());
        };
    }
}
