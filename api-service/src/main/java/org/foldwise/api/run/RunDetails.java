package org.foldwise.api.run;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.foldwise.learning.metrics.ValidationFigures;
import org.foldwise.learning.metrics.ValidationFigures.ClassFigures;
import org.foldwise.registry.run.RunArtifact;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunEpoch;
import org.jspecify.annotations.Nullable;

/** The lists that hang on a run: all of its epochs, all of its artifacts. */
final class RunDetails {
    private RunDetails() {}

    @Schema(name = "Epochs", description = "A run's finished epochs in order.")
    record EpochsResponse(List<EpochResponse> epochs) {}

    @Schema(name = "Epoch", description = "A finished epoch. Figures are absent where they are undefined.")
    record EpochResponse(
            @Schema(description = "0 for the first.", example = "7") int epoch,
            @Schema(example = "0.21") double trainLoss,
            @Schema(example = "0.27") double validationLoss,
            @Schema(
                            description =
                                    "Of more than two classes, and of labels, this and the following figures are means over those"
                                            + " that some validation images show and others do not. Absent where there is none.",
                            example = "0.95")
                    @Nullable
                    Double validationRocAuc,
            @Schema(description = "Absent without positive validation images.", example = "0.93") @Nullable
                    Double validationAveragePrecision,
            @Schema(
                            description =
                                    "Share of decisions at 0.5 that are right, of labels the mean over them. Absent in epochs"
                                            + " from before it was counted.",
                            example = "0.91")
                    @Nullable
                    Double validationAccuracy,
            @Schema(description = "At 0.5. Absent where the validation images show one class only.", example = "0.88")
                    @Nullable
                    Double validationBalancedAccuracy,
            @Schema(
                            description =
                                    "At 0.5, in [-1, 1]. Absent where all decisions are the same, or all images of one class.",
                            example = "0.74")
                    @Nullable
                    Double validationMatthewsCorrelation,
            @Schema(description = "Of a binary task first the negative, then the positive class.")
                    List<ClassFiguresResponse> validationClasses,
            @Schema(
                            description =
                                    "Validation loss minus training loss, which is measured with dropout and augmentation.",
                            example = "0.06")
                    double overfittingGap,
            @Schema(
                            description =
                                    "The first of two or more epochs in a row, this one the last, in which the training loss was"
                                            + " the lowest so far and the validation loss above its lowest.",
                            example = "4")
                    @Nullable
                    Integer overfittingSince,
            @Schema(example = "0.001") double learningRate,
            @Schema(description = "Validation included.", example = "41.5") double seconds,
            @Schema(example = "98.3") double imagesPerSecond) {
        static EpochResponse of(RunEpoch epoch) {
            ValidationFigures validation = epoch.validation();
            return new EpochResponse(
                    epoch.epoch(),
                    epoch.trainLoss(),
                    validation.loss(),
                    validation.rocAuc(),
                    validation.averagePrecision(),
                    validation.accuracy(),
                    validation.balancedAccuracy(),
                    validation.matthewsCorrelation(),
                    validation.classes().stream().map(ClassFiguresResponse::of).toList(),
                    validation.loss() - epoch.trainLoss(),
                    epoch.overfittingSince(),
                    epoch.learningRate(),
                    epoch.seconds(),
                    epoch.imagesPerSecond());
        }
    }

    @Schema(
            name = "ClassFigures",
            description =
                    "One class against the others on the validation images, decided at 0.5, and of several exclusive classes by"
                            + " the highest probability.")
    record ClassFiguresResponse(
            @Schema(example = "pneumonia") String name,
            @Schema(description = "Number of its images.", example = "120") long support,
            @Schema(description = "Absent where no image is called so.", example = "0.91") @Nullable Double precision,
            @Schema(description = "Absent without images of the class.", example = "0.87") @Nullable Double recall,
            @Schema(description = "Absent without images of other classes.", example = "0.89") @Nullable
                    Double specificity,
            @Schema(description = "Absent where no image is of the class nor called so.", example = "0.89") @Nullable
                    Double f1,
            @Schema(
                            description =
                                    "Area under its ROC curve. Absent of a binary task, where it is that of both, and where only one"
                                            + " sort of images is there.",
                            example = "0.93")
                    @Nullable
                    Double rocAuc) {
        static ClassFiguresResponse of(ClassFigures figures) {
            return new ClassFiguresResponse(
                    figures.name(),
                    figures.support(),
                    figures.precision(),
                    figures.recall(),
                    figures.specificity(),
                    figures.f1(),
                    figures.rocAuc());
        }
    }

    @Schema(name = "RunArtifacts", description = "What a run has stored.")
    record ArtifactsResponse(List<ArtifactResponse> artifacts) {}

    @Schema(name = "RunArtifact", description = "A file that a run has stored.")
    record ArtifactResponse(
            RunArtifactKind kind,
            @Schema(description = "SHA-256 of the file.") String digest,
            @Schema(example = "44780000") long sizeBytes,
            Instant createdAt) {
        static ArtifactResponse of(RunArtifact artifact) {
            return new ArtifactResponse(
                    artifact.kind(), artifact.key().digest().hex(), artifact.sizeBytes(), artifact.createdAt());
        }
    }

    @Schema(name = "Runs", description = "The runs of an experiment in the order of their folds.")
    record RunsResponse(List<RunResponse> runs) {}
}
