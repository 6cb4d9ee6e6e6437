package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.conformal.ConformalSets;
import org.foldwise.learning.metrics.conformal.LabelSets;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.jspecify.annotations.Nullable;

@Schema(name = "ScoredCases", description = "The cases behind an evaluation's figures.")
record CasesResponse(
        @Schema(
                        description = "Of a binary task: a probability of at least that much is called positive.",
                        example = "0.43")
                @Nullable
                Double threshold,
        @Schema(description = "Of other tasks: the dataset's classes, in whose order probabilities are.") @Nullable
                List<String> classes,
        @Schema(
                        description =
                                "How often a prediction set is promised to hold the truth; absent where the run has none, and of a"
                                        + " cross-validation.",
                        example = "0.9")
                @Nullable
                Double coverage,
        List<Case> cases)
        implements Tabular {

    @Schema(name = "ScoredCase", description = "One image, what it shows in truth, and what the model said.")
    record Case(
            @Schema(description = "Name within its dataset.", example = "ILL/p1_0.png") String image,
            @Schema(description = "The patient's key within the dataset.", example = "p1") String patient,
            @Schema(description = "In truth, of a binary task.") @Nullable Boolean positive,
            @Schema(description = "Of the positive class of a binary task.", example = "0.87") @Nullable
                    Double probability,
            @Schema(description = "At the threshold of a binary task.") @Nullable Boolean calledPositive,
            @Schema(description = "In truth, of other tasks: the classes that the image shows.") @Nullable
                    List<String> shown,
            @Schema(description = "Of other tasks: of each class.") @Nullable List<Double> probabilities,
            @Schema(description = "Of other tasks: what the image was called.") @Nullable List<String> called,
            @Schema(description = "The classes that may be right; absent where there are no prediction sets.") @Nullable
                    PredictionSet predictionSet,
            @Schema(
                            description =
                                    "Of a multi-label task for each label, in the order of the classes, what may be right; absent where there"
                                            + " are no prediction sets.")
                    @Nullable
                    List<PredictionSet> labelPredictionSets) {}

    @Schema(name = "CasePredictionSet", description = "What may be right of an image.")
    record PredictionSet(
            @Schema(
                            description =
                                    "In the order of the classes; of a label 'without' it, and the label. Absent of a label without sets.")
                    @Nullable
                    List<String> classes,
            @Schema(description = "Whether the answer is left open: no class, or several. Absent likewise.") @Nullable
                    Boolean abstains) {
        private static final PredictionSet NONE = new PredictionSet(null, null);

        static PredictionSet of(ConformalSets sets, List<String> classes, List<Double> probabilities) {
            List<String> set =
                    sets.set(probabilities).stream().map(classes::get).toList();
            return new PredictionSet(set, set.size() != 1);
        }

        static @Nullable PredictionSet ofClasses(
                PredictionSets sets, List<String> classes, List<Double> probabilities) {
            return sets instanceof ConformalSets conformal ? of(conformal, classes, probabilities) : null;
        }

        static @Nullable List<PredictionSet> ofLabels(
                PredictionSets sets, List<String> labels, List<Double> probabilities) {
            if (!(sets instanceof LabelSets ofLabels)) {
                return null;
            }
            List<PredictionSet> each = new ArrayList<>();
            for (int k = 0; k < labels.size(); k++) {
                each.add(
                        ofLabels.labels().get(k) instanceof ConformalSets label
                                ? of(
                                        label,
                                        LabelSets.answers(labels.get(k)),
                                        ScoredImages.Binary.ofBothClasses(probabilities.get(k)))
                                : NONE);
            }
            return each;
        }
    }

    private static @Nullable Double coverage(PredictionSets sets) {
        return sets instanceof ConformalSets conformal
                ? (Double) conformal.coverage()
                : sets instanceof LabelSets ofLabels ? (Double) ofLabels.coverage() : null;
    }

    /**
     * The cases of a binary task.
     *
     * @param sets that were frozen with the threshold
     */
    static CasesResponse of(ScoredImages.Binary images, double threshold, PredictionSets sets) {
        return new CasesResponse(
                threshold,
                null,
                coverage(sets),
                images.cases().stream()
                        .map(scored -> new Case(
                                scored.image(),
                                scored.patient().value(),
                                scored.positive(),
                                scored.probability(),
                                scored.probability() >= threshold,
                                null,
                                null,
                                null,
                                PredictionSet.ofClasses(
                                        sets,
                                        images.classes(),
                                        ScoredImages.Binary.ofBothClasses(scored.probability())),
                                null))
                        .toList());
    }

    /**
     * The cases of several classes, or of labels.
     *
     * @param report what was made of them
     * @param sets that were frozen with it
     */
    static CasesResponse of(ScoredImages images, TaskReport report, PredictionSets sets) {
        List<String> classes = images.classes();
        List<Case> cases = new ArrayList<>();
        if (images instanceof ScoredImages.Multiclass several) {
            for (ClassifiedCase one : several.cases()) {
                cases.add(ofClasses(
                        one.image(),
                        one.patient().value(),
                        List.of(classes.get(one.truth())),
                        one.probabilities(),
                        List.of(classes.get(one.predicted())),
                        PredictionSet.ofClasses(sets, classes, one.probabilities()),
                        null));
            }
        } else if (images instanceof ScoredImages.Multilabel labelled) {
            for (LabelledCase one : labelled.cases()) {
                cases.add(ofClasses(
                        one.image(),
                        one.patient().value(),
                        IntStream.range(0, classes.size())
                                .filter(one.truth()::get)
                                .mapToObj(classes::get)
                                .toList(),
                        one.probabilities(),
                        IntStream.range(0, classes.size())
                                .filter(k -> isCalled(
                                        report.classes().get(k),
                                        one.probabilities().get(k)))
                                .mapToObj(classes::get)
                                .toList(),
                        null,
                        PredictionSet.ofLabels(sets, classes, one.probabilities())));
            }
        }
        return new CasesResponse(null, classes, coverage(sets), cases);
    }

    private static boolean isCalled(ClassReport label, double probability) {
        ThresholdChoice threshold = label.threshold();
        return threshold != null && probability >= threshold.threshold();
    }

    private static Case ofClasses(
            String image,
            String patient,
            List<String> shown,
            List<Double> probabilities,
            List<String> called,
            @Nullable PredictionSet set,
            @Nullable List<PredictionSet> labelSets) {
        return new Case(image, patient, null, null, null, shown, probabilities, called, set, labelSets);
    }

    /** One image a row; of several classes one image and class. Of a label the set is its own. */
    @Override
    public CsvTable csv() {
        List<List<Object>> rows = new ArrayList<>();
        if (classes == null) {
            for (Case one : cases) {
                rows.add(List.of(
                        one.image(),
                        one.patient(),
                        cell(one.positive()),
                        cell(one.probability()),
                        cell(one.calledPositive()),
                        classesOf(one.predictionSet()),
                        abstains(one.predictionSet())));
            }
            return new CsvTable(
                    List.of(
                            "image",
                            "patient",
                            "positive",
                            "probability",
                            "calledPositive",
                            "predictionSet",
                            "abstains"),
                    rows);
        }
        for (Case one : cases) {
            for (int k = 0; k < classes.size(); k++) {
                String name = classes.get(k);
                rows.add(List.of(
                        one.image(),
                        one.patient(),
                        name,
                        one.shown() != null && one.shown().contains(name),
                        cell(
                                one.probabilities() == null
                                        ? null
                                        : one.probabilities().get(k)),
                        one.called() != null && one.called().contains(name),
                        classesOf(set(one, k)),
                        abstains(set(one, k))));
            }
        }
        return new CsvTable(
                List.of("image", "patient", "class", "shown", "probability", "called", "predictionSet", "abstains"),
                rows);
    }

    private static @Nullable PredictionSet set(Case one, int index) {
        return one.labelPredictionSets() == null
                ? one.predictionSet()
                : one.labelPredictionSets().get(index);
    }

    /** An empty set and no set are both empty; {@link #abstains} tells them apart. */
    private static Object classesOf(@Nullable PredictionSet set) {
        return set == null || set.classes() == null ? "" : String.join("|", set.classes());
    }

    private static Object abstains(@Nullable PredictionSet set) {
        return set == null ? "" : cell(set.abstains());
    }

    private static Object cell(@Nullable Object value) {
        return value == null ? "" : value;
    }
}
