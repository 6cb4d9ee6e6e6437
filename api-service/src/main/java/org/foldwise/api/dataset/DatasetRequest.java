package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.json.SeenName;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.dataset.layout.LayoutResolution;
import org.foldwise.registry.dataset.DatasetDescription;
import org.jspecify.annotations.Nullable;

@Schema(description = "A dataset to be made.")
record DatasetRequest(
        @NotBlank
                @SeenName
                @Size(max = 100)
                @Schema(description = "Unique within the project.", example = "pneumonia-2026")
                String name,
        @Schema(description = "The project that it belongs to.") UUID projectId,
        @Schema(description = "What is asked of an image.", example = "binary") Task task,
        @Size(min = 1, max = 200)
                @Schema(
                        description =
                                "The class of a binary task that counts as positive; absent: the later of the two in"
                                        + " alphabetical order.",
                        example = "PNEUMONIA")
                @Nullable
                String positiveLabel,
        @Size(min = 1, max = 100) @Schema(description = "How the images were taken.", example = "X-ray") @Nullable
                String modality,
        @Size(min = 1, max = 100) @Schema(description = "What they show.", example = "chest") @Nullable String bodyPart,
        @Schema(description = "Where patient and label of an image are written down.") Layout layout,
        @Schema(
                        description =
                                "How a patient's label follows from the images' labels; absent: anyPositive, of a multiclass task"
                                        + " majority.",
                        example = "anyPositive")
                @Nullable
                PatientLabelRule patientLabelRule,
        @Schema(
                        description =
                                "Whether to refuse DICOM files that say they hold burned-in text, or that do not say they are"
                                        + " de-identified; absent: as the project.",
                        example = "true")
                @Nullable
                Boolean deidentifiedOnly,
        @Schema(
                        description =
                                "Which frames, slices or pages of a file are images; absent: a file stands for one image, that in the middle.")
                @Nullable
                Frames frames) {
    /** Refuses what does not fit together, where the request is read. */
    DatasetRequest {
        new LayoutResolution(layout.resolvable(), task, positiveLabel, rule(task, patientLabelRule));
    }

    private static PatientLabelRule rule(Task task, @Nullable PatientLabelRule given) {
        if (given != null) {
            return given;
        }
        return task == Task.MULTICLASS ? PatientLabelRule.MAJORITY : PatientLabelRule.ANY_POSITIVE;
    }

    /**
     * What is stored of it.
     *
     * @param projectDemands whether the project takes only files that say they are de-identified
     * @throws RefusedException if the project does and this says that the dataset does not, or if a column of the manifest is to say two
     *     things
     */
    DatasetDescription description(boolean projectDemands) {
        if (projectDemands && Boolean.FALSE.equals(deidentifiedOnly)) {
            throw RefusedException.invalid(
                    "/deidentifiedOnly",
                    "must be true or absent: the project takes only files that say they are de-identified");
        }
        List<Mistake> mistakes = layout.repeatedColumns("/layout");
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
        return new DatasetDescription(
                name,
                task,
                positiveLabel,
                modality,
                bodyPart,
                layout.stored(),
                rule(task, patientLabelRule),
                projectDemands || Boolean.TRUE.equals(deidentifiedOnly),
                frames == null ? null : frames.selection());
    }
}
