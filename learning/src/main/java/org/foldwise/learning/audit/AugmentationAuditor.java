package org.foldwise.learning.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import java.util.function.DoubleConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.AugmentationAuditReport;
import org.foldwise.learning.experiment.AugmentationAuditReport.Retest;
import org.foldwise.learning.experiment.AugmentationAuditReport.StepFigures;
import org.foldwise.learning.experiment.AugmentedClasses;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.network.RandomStreams;
import org.foldwise.learning.quality.Probe;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.training.PreprocessedImages;
import org.foldwise.learning.training.TrainingViews;
import org.jspecify.annotations.Nullable;

/**
 * Measures what a plan's augmentations make of a fold's training images. Follows from plan, cohort, fold and pixels alone; of no other
 * role is an image looked at.
 */
public final class AugmentationAuditor {
    /** No more images than these are looked at. */
    public static final int MOST_IMAGES = 200;

    /** Of no more patients two exposures are compared. */
    private static final int MOST_PAIRS = 200;

    /** Views of each image and step. */
    public static final int VIEWS = 3;

    private static final double LEVEL = 0.95;
    private static final int WHITE = 255;

    private final ExperimentPlan plan;
    private final Cohort cohort;
    private final Fold fold;
    private final List<ImageRecord> sample;
    private final PreprocessedImages source;
    private final @Nullable Answers answers;

    private AugmentationAuditor(
            ExperimentPlan plan,
            Cohort cohort,
            Fold fold,
            List<ImageRecord> sample,
            PreprocessedImages source,
            @Nullable Answers answers) {
        this.plan = plan;
        this.cohort = cohort;
        this.fold = fold;
        this.sample = List.copyOf(sample);
        this.source = source;
        this.answers = answers;
        if (!sample.stream().allMatch(image -> isLearnedFrom(fold, image))) {
            throw new IllegalArgumentException("an audit looks at training images only, the sample holds others");
        }
    }

    private static boolean isLearnedFrom(Fold fold, ImageRecord image) {
        return fold.roles().get(image.patient()) == Role.TRAIN;
    }

    /**
     * The training images that an audit looks at: at most {@value #MOST_IMAGES}, of each class or label as many, chosen by the plan's
     * seed; in the order of their names.
     */
    public static List<ImageRecord> sample(ExperimentPlan plan, Cohort cohort, Fold fold) {
        List<ImageRecord> training = cohort.images().stream()
                .filter(image -> isLearnedFrom(fold, image))
                .toList();
        List<List<ImageRecord>> queues = new ArrayList<>();
        for (String name : cohort.classes()) {
            queues.add(shuffled(
                    training.stream().filter(image -> image.shows(name)).toList(),
                    RandomStreams.of(plan.seed(), "audit", name)));
        }
        queues.add(shuffled(
                training.stream().filter(image -> image.labels().isEmpty()).toList(),
                RandomStreams.of(plan.seed(), "audit")));
        Map<String, ImageRecord> chosen = new HashMap<>();
        int longest = queues.stream().mapToInt(List::size).max().orElse(0);
        for (int turn = 0; turn < longest; turn++) {
            for (List<ImageRecord> queue : queues) {
                if (turn < queue.size() && chosen.size() < MOST_IMAGES) {
                    chosen.put(queue.get(turn).name(), queue.get(turn));
                }
            }
        }
        return chosen.values().stream()
                .sorted(Comparator.comparing(ImageRecord::name))
                .toList();
    }

    private static List<ImageRecord> shuffled(List<ImageRecord> images, SplittableRandom random) {
        List<ImageRecord> order = new ArrayList<>(images);
        for (int i = order.size() - 1; i > 0; i--) {
            Collections.swap(order, i, random.nextInt(i + 1));
        }
        return order;
    }

    /** The training images that a trained network is shown beside {@link #sample}: two of each patient who has two that show the same. */
    public static List<ImageRecord> retested(ExperimentPlan plan, Cohort cohort, Fold fold) {
        return AnswerFlips.pairs(plan, cohort, fold, MOST_PAIRS).stream()
                .flatMap(pair -> Stream.of(pair.one(), pair.other()))
                .toList();
    }

    /**
     * An audit without a trained network.
     *
     * @param sample what {@link #sample} chose
     * @param source pixels of these images, preprocessed by {@code plan.image().pixels()}
     * @param progress told a share in [0, 1] from time to time, on the caller's thread; may throw to break off
     * @throws IllegalArgumentException if the sample holds images of other roles, or the fold has fewer than 2 training images
     */
    public static Audited audit(
            ExperimentPlan plan,
            Cohort cohort,
            Fold fold,
            List<ImageRecord> sample,
            PreprocessedImages source,
            DoubleConsumer progress) {
        return audit(plan, cohort, fold, sample, source, null, progress);
    }

    /**
     * An audit.
     *
     * @param sample what {@link #sample} chose
     * @param source pixels of these images, and of those that {@link #retested} names where there are answers, preprocessed by {@code
     *     plan.image().pixels()}
     * @param answers of a network that was trained on the fold and sees such pixels; absent where there is none to look at
     * @param progress told a share in [0, 1] from time to time, on the caller's thread; may throw to break off
     * @throws IllegalArgumentException if the sample holds images of other roles, or the fold has fewer than 2 training images
     */
    public static Audited audit(
            ExperimentPlan plan,
            Cohort cohort,
            Fold fold,
            List<ImageRecord> sample,
            PreprocessedImages source,
            @Nullable Answers answers,
            DoubleConsumer progress) {
        return new AugmentationAuditor(plan, cohort, fold, sample, source, answers).audit(progress);
    }

    /**
     * An audit and its contact sheet.
     *
     * @param sheet grey or RGB
     */
    public record Audited(AugmentationAuditReport report, PixelImage sheet) {}

    private Audited audit(DoubleConsumer progress) {
        int steps = plan.augmentation().size();
        AnswerFlips flips = answers == null ? null : new AnswerFlips(answers, sample, source);
        Retest retest = flips == null ? null : flips.retest(AnswerFlips.pairs(plan, cohort, fold, MOST_PAIRS));
        List<StepFigures> figures = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            double before = (double) step / (steps + 1);
            figures.add(figures(step, flips, done -> progress.accept(before + done / (steps + 1))));
        }
        StepFigures whole =
                steps == 0 ? null : figures(null, flips, done -> progress.accept((steps + done) / (steps + 1)));
        Estimate fromOriginals = null;
        Estimate fromViews = null;
        if (plan.augmentation().stream().anyMatch(step -> step.classes() == AugmentedClasses.MINORITY)) {
            TrainingViews views = views(source);
            Set<String> meant = meantForFew(views);
            fromOriginals = classTold(meant, source);
            fromViews = classTold(meant, image -> views.view(image, 0));
        }
        ContactSheet sheet = ContactSheet.of(plan, cohort, sample, source, views(source));
        return new Audited(
                new AugmentationAuditReport(
                        sample.size(),
                        (int) sample.stream()
                                .map(ImageRecord::patient)
                                .distinct()
                                .count(),
                        (int) fold.roles().values().stream()
                                .filter(role -> role != Role.TRAIN)
                                .count(),
                        VIEWS,
                        figures,
                        whole,
                        fromOriginals,
                        fromViews,
                        retest,
                        AuditFindings.of(
                                plan.augmentation(),
                                cohort.classes(),
                                figures,
                                whole,
                                fromOriginals,
                                fromViews,
                                retest),
                        sheet.rows()),
                sheet.image());
    }

    private TrainingViews views(PreprocessedImages pixels) {
        return TrainingViews.of(plan, cohort, fold, pixels);
    }

    /** Names of the images whose classes some augmentation singles out. */
    private Set<String> meantForFew(TrainingViews views) {
        TrainingViews byThese = views.by(IntStream.range(0, plan.augmentation().size())
                .filter(step -> plan.augmentation().get(step).classes() == AugmentedClasses.MINORITY)
                .boxed()
                .toList());
        Set<String> meant = new HashSet<>();
        sample.stream().filter(byThese::concern).forEach(image -> meant.add(image.name()));
        return meant;
    }

    private Estimate classTold(Set<String> meant, PreprocessedImages shown) {
        double[][] features = sample.stream()
                .map(image -> Appearance.of(shown.pixelsOf(image)))
                .toArray(double[][]::new);
        return estimate(Probe.of(sample, features, image -> meant.contains(image.name()), LEVEL));
    }

    private static Estimate estimate(Optional<Probe> probe) {
        return probe.map(found -> new Estimate(found.auc(), found.interval(), null))
                .orElseGet(() -> Estimate.undefined(
                        "fewer than " + Probe.FEWEST_PATIENTS + " patients are on a side, or nothing varies"));
    }

    /**
     * Of one augmentation, or of all where {@code step} is absent. What one does is measured where it is carried out, in all views; which
     * of several are carried out together only the plan's own draws say, and there the views count that these change.
     */
    private StepFigures figures(@Nullable Integer step, @Nullable AnswerFlips flips, DoubleConsumer progress) {
        List<Integer> steps = step == null
                ? IntStream.range(0, plan.augmentation().size()).boxed().toList()
                : List.of(step);
        List<Integer> moving = steps.stream()
                .filter(index -> AugmentationEffect.of(plan.augmentation().get(index)) == AugmentationEffect.MOVES)
                .toList();
        TrainingViews drawn = views(source).by(steps);
        UnaryOperator<TrainingViews> carriedOut = step == null ? UnaryOperator.identity() : TrainingViews::always;
        BiPredicate<PixelImage, PixelImage> isMeasured = (image, view) -> step != null || !view.equals(image);
        TrainingViews views = carriedOut.apply(drawn);
        // a white image that is moved alone shows what is uncovered; a change of grey values would darken it
        TrainingViews moved =
                carriedOut.apply(views(image -> white(source.pixelsOf(image))).by(moving));
        Map<String, PlantedLesion> lesions = new HashMap<>();
        TrainingViews withLesions =
                carriedOut.apply(views(image -> lesion(lesions, image).on(source.pixelsOf(image)))
                        .by(steps));
        List<ImageRecord> concerned = sample.stream().filter(views::concern).toList();
        Tally tally = new Tally();
        for (int i = 0; i < concerned.size(); i++) {
            ImageRecord image = concerned.get(i);
            PixelImage original = source.pixelsOf(image);
            SplittableRandom places = RandomStreams.of(plan.seed(), "lesion", image.name());
            for (int epoch = 0; epoch < VIEWS; epoch++) {
                PixelImage view = views.view(image, epoch);
                PlantedLesion lesion = PlantedLesion.in(original, places);
                lesions.put(image.name(), lesion);
                tally.count(original, drawn.view(image, epoch));
                if (!isMeasured.test(original, view)) {
                    continue;
                }
                tally.measure(original, view, lesion.isLost(view, withLesions.view(image, epoch)));
                if (!moving.isEmpty()) {
                    tally.addUncovered(1 - Appearance.mean(moved.view(image, epoch)) / WHITE);
                }
            }
            progress.accept((i + 1.0) / concerned.size());
        }
        return tally.figures(
                step,
                step == null ? null : plan.augmentation().get(step),
                concerned.size(),
                told(concerned, drawn),
                flips == null ? null : flips.of(views, concerned, VIEWS, isMeasured));
    }

    private static PixelImage white(PixelImage like) {
        byte[] samples = new byte[like.width() * like.height()];
        Arrays.fill(samples, (byte) WHITE);
        return PixelImage.of(like.width(), like.height(), 1, samples).withChannels(like.channels());
    }

    private static PlantedLesion lesion(Map<String, PlantedLesion> lesions, ImageRecord image) {
        PlantedLesion lesion = lesions.get(image.name());
        if (lesion == null) {
            throw new IllegalStateException("an image without a lesion was asked for");
        }
        return lesion;
    }

    /** How well views are told from images; both of a patient on one side of every fold of the probe. */
    private Estimate told(List<ImageRecord> concerned, TrainingViews views) {
        List<ImageRecord> both = new ArrayList<>();
        List<double[]> features = new ArrayList<>();
        Set<String> changed = new HashSet<>();
        for (ImageRecord image : concerned) {
            both.add(image);
            features.add(Appearance.of(source.pixelsOf(image)));
            ImageRecord view = image.under(image.name() + "\tview", image.patient());
            both.add(view);
            changed.add(view.name());
            features.add(Appearance.of(views.view(image, 0)));
        }
        return estimate(
                Probe.of(both, features.toArray(double[][]::new), image -> changed.contains(image.name()), LEVEL));
    }
}
