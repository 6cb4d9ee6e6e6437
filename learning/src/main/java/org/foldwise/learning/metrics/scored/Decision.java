package org.foldwise.learning.metrics.scored;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.conformal.ConformalSets;
import org.foldwise.learning.metrics.conformal.ConformalSets.Conditioning;
import org.foldwise.learning.metrics.conformal.ConformalSets.Unit;
import org.foldwise.learning.metrics.conformal.LabelSetReport;
import org.foldwise.learning.metrics.conformal.LabelSets;
import org.foldwise.learning.metrics.conformal.PredictionSetReport;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.conformal.SetReport;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelScores;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.jspecify.annotations.Nullable;

/** How probabilities become decisions. What there is to choose is chosen on validation or out-of-fold images, and then frozen. */
public sealed interface Decision {
    /** The task whose probabilities it decides on. */
    Task task();

    /** Whether it decides on so many classes. */
    boolean fits(Task other, int classes);

    /**
     * The names of the images that are called a class.
     *
     * @param images of its task
     * @param index of the class
     */
    Set<String> called(ScoredImages images, int index);

    /** The names of the images of which everything is decided rightly: the class, or every label. */
    default Set<String> right(ScoredImages images) {
        Set<String> wrong = new HashSet<>();
        Set<String> right = new HashSet<>();
        for (int k = 0; k < images.classes().size(); k++) {
            Set<String> called = called(images, k);
            for (ScoredCase one : images.against(k)) {
                boolean isRight = one.positive() == called.contains(one.image());
                (isRight ? right : wrong).add(one.image());
            }
        }
        right.removeAll(wrong);
        return right;
    }

    /** What becomes of probabilities before it decides on them. */
    Recalibration recalibration();

    /** The sets of classes that it answers with beside what it decides. */
    PredictionSets sets();

    /**
     * The same decision with prediction sets, whose coverage is promised for each class.
     *
     * @param images with the probabilities that it decides on, of patients that the model was not fitted on
     * @param coverage in (0, 1)
     */
    default Decision withSets(ScoredImages images, double coverage) {
        if (this instanceof AtThreshold binary && images instanceof ScoredImages.Binary scored) {
            return new AtThreshold(
                    binary.choice(),
                    binary.recalibration(),
                    calibrated(scored.classes(), scored.classified(), coverage));
        }
        if (this instanceof LabelThresholds labels && images instanceof ScoredImages.Multilabel scored) {
            List<PredictionSets> ofLabels = new ArrayList<>();
            for (LabelThresholds.Label label : labels.each(scored)) {
                ofLabels.add(label.decision().withSets(label.images(), coverage).sets());
            }
            return new LabelThresholds(labels.choices(), labels.recalibration(), new LabelSets(coverage, ofLabels));
        }
        if (this instanceof MostProbable most && images instanceof ScoredImages.Multiclass scored) {
            return new MostProbable(most.recalibration(), calibrated(scored.classes(), scored.cases(), coverage));
        }
        throw new IllegalArgumentException("images of " + images.task().words() + " cannot be decided by " + this);
    }

    private static PredictionSets calibrated(List<String> classes, List<ClassifiedCase> cases, double coverage) {
        return ConformalSets.calibrate(classes, cases, coverage, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.BY_CLASS);
    }

    /**
     * What its prediction sets do on other images; empty where it has none.
     *
     * @param images with the probabilities that it decides on
     * @param level nominal coverage of the intervals, in (0, 1)
     */
    default Optional<SetReport> reportOfSets(ScoredImages images, double level) {
        if (this instanceof LabelThresholds labels
                && images instanceof ScoredImages.Multilabel scored
                && labels.sets() instanceof LabelSets sets) {
            return Optional.of(new LabelSetReport(
                    sets.coverage(),
                    labels.each(scored).stream()
                            .map(label -> label.report(level))
                            .toList()));
        }
        if (!(sets() instanceof ConformalSets sets)) {
            return Optional.empty();
        }
        if (this instanceof AtThreshold binary && images instanceof ScoredImages.Binary scored) {
            double threshold = binary.choice().threshold();
            return Optional.of(PredictionSetReport.of(
                    sets,
                    scored.classes(),
                    scored.classified(),
                    one -> one.probabilities().get(1) >= threshold ? 1 : 0,
                    level));
        }
        if (images instanceof ScoredImages.Multiclass scored) {
            return Optional.of(
                    PredictionSetReport.of(sets, scored.classes(), scored.cases(), ClassifiedCase::predicted, level));
        }
        throw new IllegalArgumentException("images of " + images.task().words() + " have no such prediction sets");
    }

    /** Images with the probabilities that it decides on. */
    default ScoredImages recalibrated(ScoredImages images) {
        return images.with(recalibration()::applyToOutputs);
    }

    /**
     * The decision that a rule comes to on images whose probabilities are recalibrated first.
     *
     * @param rule for the threshold, of labels for each by itself; absent exactly where exclusive classes are several, of which the
     *     most probable is taken and nothing is to be chosen
     * @param method fitted to the same images
     * @throws IllegalArgumentException if the images lack a class that the rule needs, or allow no recalibration; of labels, if they do so
     *     for every one: beside others, a label without a threshold takes one half and tells why
     */
    static Decision choose(ScoredImages images, @Nullable ThresholdRule rule, RecalibrationMethod method) {
        if ((rule == null) != (images.task() == Task.MULTICLASS)) {
            throw new IllegalArgumentException(
                    images.task() == Task.MULTICLASS
                            ? "the most probable of several classes is taken, there is no threshold to choose"
                            : images.task().words() + " needs a rule for its threshold");
        }
        Recalibration recalibration = fit(images, method);
        ScoredImages recalibrated = images.with(recalibration::applyToOutputs);
        if (rule == null) {
            return new MostProbable(recalibration, new PredictionSets.None());
        }
        if (recalibrated instanceof ScoredImages.Multilabel labelled) {
            return LabelThresholds.choose(labelled, rule, recalibration);
        }
        return new AtThreshold(rule.choose(((ScoredImages.Binary) recalibrated).cases()), recalibration);
    }

    private static Recalibration fit(ScoredImages images, RecalibrationMethod method) {
        if (images instanceof ScoredImages.Binary binary) {
            return method.fit(binary.cases());
        }
        if (images instanceof ScoredImages.Multiclass several) {
            return method.fitToClasses(several.classes(), several.cases());
        }
        return method.fitToLabels(
                images.classes(),
                IntStream.range(0, images.classes().size())
                        .mapToObj(images::against)
                        .toList());
    }

    /** The same with the probabilities that the network gives. */
    static Decision choose(ScoredImages images, @Nullable ThresholdRule rule) {
        return choose(images, rule, RecalibrationMethod.NONE);
    }

    private static void require(Decision decision, ScoredImages images) {
        if (!decision.fits(images.task(), images.classes().size())) {
            throw new IllegalArgumentException(images.task().words() + " of "
                    + images.classes().size() + " classes cannot be decided by " + decision);
        }
    }

    private static Set<String> named(List<ScoredCase> cases, Predicate<ScoredCase> which) {
        Set<String> names = new HashSet<>();
        cases.stream().filter(which).forEach(one -> names.add(one.image()));
        return names;
    }

    /**
     * Of a binary task: positive at or above a threshold.
     *
     * @param choice the threshold, of recalibrated probabilities
     * @param recalibration what becomes of the network's probabilities first
     * @param sets of recalibrated probabilities
     */
    record AtThreshold(ThresholdChoice choice, Recalibration recalibration, PredictionSets sets) implements Decision {
        /** Without prediction sets. */
        public AtThreshold(ThresholdChoice choice, Recalibration recalibration) {
            this(choice, recalibration, new PredictionSets.None());
        }

        /** The network's own probabilities decide, without prediction sets. */
        public AtThreshold(ThresholdChoice choice) {
            this(choice, new Recalibration.None());
        }

        @Override
        public Task task() {
            return Task.BINARY;
        }

        @Override
        public boolean fits(Task other, int classes) {
            return other == Task.BINARY && recalibration.fits(other, classes) && fitsSets(sets, 2);
        }

        @Override
        public Set<String> called(ScoredImages images, int index) {
            Decision.require(this, images);
            // the negative class is called where the positive one is not
            return Decision.named(images.against(1), one -> (one.probability() >= choice.threshold()) == (index == 1));
        }
    }

    /**
     * Of a multi-label task: each label at or above its own threshold.
     *
     * @param choices one for each label, in the order of the classes, of recalibrated probabilities
     * @param recalibration what becomes of the network's probabilities first
     * @param sets of recalibrated probabilities
     */
    record LabelThresholds(List<ThresholdChoice> choices, Recalibration recalibration, PredictionSets sets)
            implements Decision {
        /** The network's own probabilities decide, without prediction sets. */
        public LabelThresholds(List<ThresholdChoice> choices) {
            this(choices, new Recalibration.None(), new PredictionSets.None());
        }

        public LabelThresholds {
            choices = List.copyOf(choices);
            Task.MULTILABEL.requireClasses(choices.size());
        }

        /** A label as a binary question of its own. */
        private record Label(String name, AtThreshold decision, ScoredImages.Binary images) {
            LabelSetReport.OfLabel report(double level) {
                return decision.sets() instanceof PredictionSets.Undefined undefined
                        ? new LabelSetReport.OfLabel(name, null, undefined.because())
                        : new LabelSetReport.OfLabel(
                                name,
                                (PredictionSetReport)
                                        decision.reportOfSets(images, level).orElseThrow(),
                                null);
            }
        }

        private List<Label> each(ScoredImages.Multilabel images) {
            LabelScores scores = LabelScores.of(images.classes().size(), images.cases());
            List<Label> each = new ArrayList<>();
            for (int k = 0; k < choices.size(); k++) {
                String name = images.classes().get(k);
                each.add(new Label(
                        name,
                        new AtThreshold(
                                choices.get(k),
                                new Recalibration.None(),
                                sets instanceof LabelSets ofLabels
                                        ? ofLabels.labels().get(k)
                                        : new PredictionSets.None()),
                        new ScoredImages.Binary(LabelSets.answers(name), scores.ofLabel(k))));
            }
            return each;
        }

        private static LabelThresholds choose(
                ScoredImages.Multilabel images, ThresholdRule rule, Recalibration recalibration) {
            LabelScores scores = LabelScores.of(images.classes().size(), images.cases());
            List<ThresholdChoice> choices = new ArrayList<>();
            List<String> failures = new ArrayList<>();
            for (int k = 0; k < images.classes().size(); k++) {
                List<ScoredCase> ofLabel = scores.ofLabel(k);
                try {
                    choices.add(rule.choose(ofLabel));
                } catch (IllegalArgumentException e) {
                    String because = String.valueOf(e.getMessage());
                    choices.add(ThresholdChoice.even(because));
                    failures.add("'" + images.classes().get(k) + "': " + because);
                }
            }
            if (failures.size() == choices.size()) {
                throw new IllegalArgumentException(
                        "no threshold can be chosen for these labels: " + String.join("; ", failures));
            }
            return new LabelThresholds(choices, recalibration, new PredictionSets.None());
        }

        /** The thresholds, in the order of the classes. */
        public List<Double> thresholds() {
            return choices.stream().map(ThresholdChoice::threshold).toList();
        }

        @Override
        public Task task() {
            return Task.MULTILABEL;
        }

        @Override
        public boolean fits(Task other, int classes) {
            return other == Task.MULTILABEL
                    && classes == choices.size()
                    && recalibration.fits(other, classes)
                    && (sets instanceof PredictionSets.None
                            || (sets instanceof LabelSets ofLabels
                                    && ofLabels.labels().size() == classes));
        }

        @Override
        public Set<String> called(ScoredImages images, int index) {
            Decision.require(this, images);
            double threshold = choices.get(index).threshold();
            return Decision.named(images.against(index), one -> one.probability() >= threshold);
        }
    }

    /**
     * Of several exclusive classes: the one with the highest probability, the first of equal ones.
     *
     * @param recalibration what becomes of the network's probabilities first
     * @param sets of recalibrated probabilities
     */
    record MostProbable(Recalibration recalibration, PredictionSets sets) implements Decision {
        /** The network's own probabilities decide, without prediction sets. */
        public MostProbable() {
            this(new Recalibration.None(), new PredictionSets.None());
        }

        @Override
        public Task task() {
            return Task.MULTICLASS;
        }

        @Override
        public boolean fits(Task other, int classes) {
            return other == Task.MULTICLASS && recalibration.fits(other, classes) && fitsSets(sets, classes);
        }

        @Override
        public Set<String> called(ScoredImages images, int index) {
            Decision.require(this, images);
            Set<String> called = new HashSet<>();
            for (ClassifiedCase one : ((ScoredImages.Multiclass) images).cases()) {
                if (one.predicted() == index) {
                    called.add(one.image());
                }
            }
            return called;
        }
    }

    private static boolean fitsSets(PredictionSets sets, int classes) {
        return sets instanceof ConformalSets conformal
                ? conformal.limits().size() == classes
                : !(sets instanceof LabelSets);
    }
}
