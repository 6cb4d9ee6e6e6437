package org.foldwise.learning.metrics.scored;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.Averages;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PatientAggregation;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ValidationFigures;
import org.foldwise.learning.metrics.ValidationFigures.ClassFigures;
import org.foldwise.learning.metrics.multiclass.ClassMatrix;
import org.foldwise.learning.metrics.multiclass.ClassScores;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelDecisions;
import org.foldwise.learning.metrics.multilabel.LabelScores;
import org.foldwise.learning.metrics.multilabel.LabelledCase;

/** What a model said of images, and what they show. */
public sealed interface ScoredImages {
    /** What is asked of an image. */
    Task task();

    /** Names of the classes; of a binary task first the negative one. */
    List<String> classes();

    /** Number of images. */
    int size();

    /** Whose each image is. */
    List<PatientId> patients();

    /** Each image by whether it shows the class of that index, with the probability of that: for its curves. */
    List<ScoredCase> against(int index);

    /** The images with such names, in the same order. */
    ScoredImages only(Predicate<String> named);

    /**
     * The same images with other probabilities.
     *
     * @param outputs from the probabilities of an image, of a binary task that of the positive class alone, to as many others
     */
    ScoredImages with(UnaryOperator<List<Double>> outputs);

    /**
     * One case for each patient, in the order of ids; it bears the patient's id in place of an image's name.
     *
     * @param aggregation how the probabilities of a patient's images become the patient's; of exclusive classes they are scaled to a sum of 1
     *     afterwards
     * @param shown the classes that each patient shows, one at least of exclusive ones
     * @throws IllegalArgumentException if nothing is known of a patient
     */
    default ScoredImages perPatient(PatientAggregation aggregation, Map<PatientId, List<String>> shown) {
        if (this instanceof Binary binary) {
            String positive = binary.classes().get(1);
            return new Binary(classes(), aggregation.perPatient(binary.cases(), patient -> shownBy(patient, shown)
                    .contains(positive)));
        }
        if (this instanceof Multiclass several) {
            return new Multiclass(
                    classes(), ClassifiedCase.perPatient(several.cases(), aggregation, patient -> classes()
                            .indexOf(shownBy(patient, shown).get(0))));
        }
        return new Multilabel(classes(), LabelledCase.perPatient(((Multilabel) this).cases(), aggregation, patient -> {
            List<String> labels = shownBy(patient, shown);
            return classes().stream().map(labels::contains).toList();
        }));
    }

    private static List<String> shownBy(PatientId patient, Map<PatientId, List<String>> shown) {
        List<String> labels = shown.get(patient);
        if (labels == null) {
            throw new IllegalArgumentException("nothing is known of what a patient shows");
        }
        return labels;
    }

    /** Images of one task and of the same classes, in one. */
    static ScoredImages together(List<ScoredImages> parts) {
        ScoredImages first = parts.get(0);
        for (ScoredImages part : parts) {
            if (part.task() != first.task() || !part.classes().equals(first.classes())) {
                throw new IllegalArgumentException("only images of one task and of the same classes go together");
            }
        }
        return switch (first.task()) {
            case BINARY -> new Binary(first.classes(), all(parts, part -> ((Binary) part).cases()));
            case MULTICLASS -> new Multiclass(first.classes(), all(parts, part -> ((Multiclass) part).cases()));
            case MULTILABEL -> new Multilabel(first.classes(), all(parts, part -> ((Multilabel) part).cases()));
        };
    }

    private static <C> List<C> all(List<ScoredImages> parts, Function<ScoredImages, List<C>> cases) {
        return parts.stream().flatMap(part -> cases.apply(part).stream()).toList();
    }

    /**
     * Figures to follow a training by.
     *
     * @param loss mean of what the training minimises
     */
    ValidationFigures figures(double loss);

    /**
     * Scored images of a task.
     *
     * @param scores one for each image, in the order that the result has
     */
    static ScoredImages of(Task task, List<String> classes, List<ImageScore> scores) {
        return switch (task) {
            case BINARY ->
                new Binary(
                        classes,
                        scores.stream().map(score -> binary(classes, score)).toList());
            case MULTICLASS ->
                new Multiclass(
                        classes,
                        scores.stream()
                                .map(score -> new ClassifiedCase(
                                        score.image().name(),
                                        score.image().patient(),
                                        classes.indexOf(score.image().label()),
                                        score.probabilities()))
                                .toList());
            case MULTILABEL ->
                new Multilabel(
                        classes,
                        scores.stream()
                                .map(score -> new LabelledCase(
                                        score.image().name(),
                                        score.image().patient(),
                                        classes.stream()
                                                .map(score.image()::shows)
                                                .toList(),
                                        score.probabilities()))
                                .toList());
        };
    }

    private static ScoredCase binary(List<String> classes, ImageScore score) {
        return new ScoredCase(
                score.image().name(),
                score.image().patient(),
                score.image().shows(classes.get(1)),
                score.probabilities().get(0));
    }

    /** Images of a binary task. */
    record Binary(List<String> classes, List<ScoredCase> cases) implements ScoredImages {
        public Binary {
            classes = List.copyOf(classes);
            cases = List.copyOf(cases);
            Task.BINARY.requireClasses(classes.size());
        }

        @Override
        public Task task() {
            return Task.BINARY;
        }

        @Override
        public int size() {
            return cases.size();
        }

        @Override
        public List<PatientId> patients() {
            return cases.stream().map(ScoredCase::patient).toList();
        }

        /** Of the positive class the cases themselves. */
        @Override
        public List<ScoredCase> against(int index) {
            return index == 1
                    ? cases
                    : cases.stream()
                            .map(one ->
                                    new ScoredCase(one.image(), one.patient(), !one.positive(), 1 - one.probability()))
                            .toList();
        }

        @Override
        public ScoredImages only(Predicate<String> named) {
            return new Binary(
                    classes,
                    cases.stream().filter(one -> named.test(one.image())).toList());
        }

        @Override
        public Binary with(UnaryOperator<List<Double>> outputs) {
            return new Binary(
                    classes,
                    cases.stream()
                            .map(one -> new ScoredCase(
                                    one.image(),
                                    one.patient(),
                                    one.positive(),
                                    outputs.apply(List.of(one.probability())).get(0)))
                            .toList());
        }

        @Override
        public ValidationFigures figures(double loss) {
            return ValidationFigures.of(loss, cases, classes);
        }

        /** The same images with the probabilities of both classes. */
        public List<ClassifiedCase> classified() {
            return cases.stream()
                    .map(one -> new ClassifiedCase(
                            one.image(), one.patient(), one.positive() ? 1 : 0, ofBothClasses(one.probability())))
                    .toList();
        }

        /**
         * The probabilities of the negative and the positive class.
         *
         * @param probability of the positive class, in [0, 1]
         */
        public static List<Double> ofBothClasses(double probability) {
            return List.of(1 - probability, probability);
        }
    }

    /** Images of one class each among several; decided by the highest probability. */
    record Multiclass(List<String> classes, List<ClassifiedCase> cases) implements ScoredImages {
        public Multiclass {
            classes = List.copyOf(classes);
            cases = List.copyOf(cases);
            Task.MULTICLASS.requireClasses(classes.size());
        }

        @Override
        public Task task() {
            return Task.MULTICLASS;
        }

        @Override
        public int size() {
            return cases.size();
        }

        @Override
        public List<PatientId> patients() {
            return cases.stream().map(ClassifiedCase::patient).toList();
        }

        @Override
        public List<ScoredCase> against(int index) {
            return ClassScores.of(classes.size(), cases).against(index);
        }

        @Override
        public ScoredImages only(Predicate<String> named) {
            return new Multiclass(
                    classes,
                    cases.stream().filter(one -> named.test(one.image())).toList());
        }

        @Override
        public Multiclass with(UnaryOperator<List<Double>> outputs) {
            return new Multiclass(
                    classes,
                    cases.stream()
                            .map(one -> new ClassifiedCase(
                                    one.image(), one.patient(), one.truth(), outputs.apply(one.probabilities())))
                            .toList());
        }

        @Override
        public ValidationFigures figures(double loss) {
            ClassMatrix matrix = ClassMatrix.of(classes.size(), cases);
            ClassScores scores = ClassScores.of(classes.size(), cases);
            List<ConfusionMatrix> each = new ArrayList<>();
            for (int k = 0; k < classes.size(); k++) {
                each.add(matrix.against(k));
            }
            List<ClassFigures> figures = classFigures(classes, each, scores.oneVersusRestRocAuc());
            return new ValidationFigures(
                    loss,
                    ValidationFigures.mean(figures, ClassFigures::rocAuc),
                    Judged.of(classes, each)
                            .mean(scores.oneVersusRestAveragePrecision().each())
                            .value(),
                    matrix.accuracy().value(),
                    ValidationFigures.mean(figures, ClassFigures::recall),
                    matrix.matthewsCorrelation().value(),
                    figures);
        }
    }

    /** Images of any number of labels; each label is decided by itself. */
    record Multilabel(List<String> classes, List<LabelledCase> cases) implements ScoredImages {
        public Multilabel {
            classes = List.copyOf(classes);
            cases = List.copyOf(cases);
            Task.MULTILABEL.requireClasses(classes.size());
        }

        @Override
        public Task task() {
            return Task.MULTILABEL;
        }

        @Override
        public int size() {
            return cases.size();
        }

        @Override
        public List<PatientId> patients() {
            return cases.stream().map(LabelledCase::patient).toList();
        }

        @Override
        public List<ScoredCase> against(int index) {
            return LabelScores.of(classes.size(), cases).ofLabel(index);
        }

        @Override
        public ScoredImages only(Predicate<String> named) {
            return new Multilabel(
                    classes,
                    cases.stream().filter(one -> named.test(one.image())).toList());
        }

        @Override
        public Multilabel with(UnaryOperator<List<Double>> outputs) {
            return new Multilabel(
                    classes,
                    cases.stream()
                            .map(one -> new LabelledCase(
                                    one.image(), one.patient(), one.truth(), outputs.apply(one.probabilities())))
                            .toList());
        }

        @Override
        public ValidationFigures figures(double loss) {
            List<ConfusionMatrix> each =
                    LabelDecisions.at(ValidationFigures.THRESHOLD, cases).ofLabels();
            LabelScores scores = LabelScores.of(classes.size(), cases);
            List<ClassFigures> figures = classFigures(classes, each, scores.rocAuc());
            Judged judged = Judged.of(classes, each);
            return new ValidationFigures(
                    loss,
                    ValidationFigures.mean(figures, ClassFigures::rocAuc),
                    judged.mean(scores.averagePrecision().each()).value(),
                    judged.meanOf(ConfusionMatrix::accuracy).value(),
                    judged.meanOf(ConfusionMatrix::balancedAccuracy).value(),
                    judged.meanOf(ConfusionMatrix::matthewsCorrelation).value(),
                    figures);
        }
    }

    private static List<ClassFigures> classFigures(
            List<String> classes, List<ConfusionMatrix> matrices, Averages areas) {
        List<ClassFigures> figures = new ArrayList<>();
        for (int k = 0; k < classes.size(); k++) {
            Estimate area = areas.each().get(k);
            figures.add(ClassFigures.of(classes.get(k), matrices.get(k), area.value()));
        }
        return figures;
    }
}
