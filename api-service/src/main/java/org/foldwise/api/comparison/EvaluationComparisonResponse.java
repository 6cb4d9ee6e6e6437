package org.foldwise.api.comparison;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.evaluation.OpeningView;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.comparison.ClassModelComparison;
import org.foldwise.learning.metrics.comparison.ModelComparison;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.Subset;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "EvaluationComparison",
        description =
                "Two models on the same images, by the stored cases of an evaluation of each. Every difference is the first's figure less"
                        + " the second's; of Brier score, log loss and calibration errors less is better.")
record EvaluationComparisonResponse(
        Compared first,
        Compared second,
        Subset subset,
        @Schema(description = "The dataset whose images both have judged.") UUID datasetId,
        Task task,
        @Schema(description = "How many both have judged.", example = "624") int images,
        @Schema(description = "Whose they are.", example = "390") int patients,
        @Schema(
                        description =
                                "How many of them have more than one image. Where there are any, what is over patients is to be believed.",
                        example = "112")
                int patientsWithSeveralImages,
        @Schema(description = "Of a binary task; absent of others.")
                ComparisonResponse.@Nullable OverPatients overPatients,
        @Schema(description = "Of several classes, or of labels; absent of a binary task.")
                ComparisonResponse.@Nullable ClassesOverPatients classesOverPatients,
        @Schema(description = "The same as if every image were of a patient of its own.")
                ComparisonResponse.OverImages overImages,
        @Schema(description = "What must be known before a figure is read.") List<String> cautions,
        @Schema(description = "What these figures say, with the interval, and what they do not.") String verdict) {

    @Schema(name = "ComparedEvaluation", description = "One of the two.")
    record Compared(
            UUID evaluationId,
            @Schema(description = "The run that was judged; absent of a cross-validation.") @Nullable UUID runId,
            @Schema(description = "The experiment that trained it.") UUID experimentId,
            @Schema(description = "Name of the experiment.", example = "resnet18 from scratch") String name,
            UUID splitId,
            @Schema(description = "What scores as high is called positive, of a binary task.", example = "0.43")
                    @Nullable
                    Double threshold,
            @Schema(
                            description =
                                    "Of each label of a multi-label task, in the order of the dataset's classes. Of a multiclass task there"
                                            + " is none: the most probable class is taken.")
                    @Nullable
                    List<Double> labelThresholds,
            @Schema(description = "Which opening of the test subset it is; absent of other subsets.") @Nullable
                    OpeningView opening,
            @Schema(description = "SHA-256 of the scored cases that are compared.") @Nullable String casesDigest) {
        static Compared of(EvaluationComparison.Side side) {
            Evaluation evaluation = side.evaluation();
            ArtifactKey cases = evaluation.cases();
            return new Compared(
                    evaluation.id(),
                    evaluation.runId(),
                    side.experiment().id(),
                    side.experiment().name(),
                    side.split().id(),
                    side.decision() instanceof Decision.AtThreshold binary
                            ? binary.choice().threshold()
                            : null,
                    side.decision() instanceof Decision.LabelThresholds labels ? labels.thresholds() : null,
                    side.opening() == null ? null : OpeningView.of(side.opening()),
                    cases == null ? null : cases.digest().hex());
        }
    }

    static EvaluationComparisonResponse of(EvaluationComparison comparison) {
        ModelComparison binary = comparison.binary();
        ClassModelComparison several = comparison.several();
        double level = comparison.bootstrap().level();
        return new EvaluationComparisonResponse(
                Compared.of(comparison.first()),
                Compared.of(comparison.second()),
                comparison.first().evaluation().subset(),
                comparison.judged().id(),
                comparison.task(),
                comparison.images(),
                comparison.patients(),
                comparison.patientsWithSeveralImages(),
                binary == null ? null : ComparisonResponse.OverPatients.of(binary, level),
                several == null ? null : ComparisonResponse.ClassesOverPatients.of(several, level),
                ComparisonResponse.OverImages.of(binary, several, level),
                comparison.cautions(),
                comparison.verdict());
    }
}
