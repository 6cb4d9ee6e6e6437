package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
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
            @Schema(description = "Of other tasks: what the image was called.") @Nullable List<String> called) {}

    /** The cases of a binary task. */
    static CasesResponse of(List<ScoredCase> cases, double threshold) {
        return new CasesResponse(
                threshold,
                null,
                cases.stream()
                        .map(scored -> new Case(
                                scored.image(),
                                scored.patient().value(),
                                scored.positive(),
                                scored.probability(),
                                scored.probability() >= threshold,
                                null,
                                null,
                                null))
                        .toList());
    }

    /**
     * The cases of several classes, or of labels.
     *
     * @param report what was made of them
     */
    static CasesResponse of(ScoredImages images, TaskReport report) {
        List<String> classes = images.classes();
        List<Case> cases = new ArrayList<>();
        if (images instanceof ScoredImages.Multiclass several) {
            for (ClassifiedCase one : several.cases()) {
                cases.add(ofClasses(
                        one.image(),
                        one.patient().value(),
                        List.of(classes.get(one.truth())),
                        one.probabilities(),
                        List.of(classes.get(one.predicted()))));
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
                                .toList()));
            }
        }
        return new CasesResponse(null, classes, cases);
    }

    private static boolean isCalled(ClassReport label, double probability) {
        ThresholdChoice threshold = label.threshold();
        return threshold != null && probability >= threshold.threshold();
    }

    private static Case ofClasses(
            String image, String patient, List<String> shown, List<Double> probabilities, List<String> called) {
        return new Case(image, patient, null, null, null, shown, probabilities, called);
    }

    /** One image a row; of several classes one image and class. */
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
                        cell(one.calledPositive())));
            }
            return new CsvTable(List.of("image", "patient", "positive", "probability", "calledPositive"), rows);
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
                        one.called() != null && one.called().contains(name)));
            }
        }
        return new CsvTable(List.of("image", "patient", "class", "shown", "probability", "called"), rows);
    }

    private static Object cell(@Nullable Object value) {
        return value == null ? "" : value;
    }
}
