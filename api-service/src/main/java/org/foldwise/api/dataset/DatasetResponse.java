package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.jobs.JobView;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetDescription;
import org.foldwise.registry.dataset.DatasetState;
import org.jspecify.annotations.Nullable;

@Schema(description = "A dataset: a draft that takes uploads, then frozen for good.")
record DatasetResponse(
        UUID id,
        UUID projectId,
        @Schema(example = "pneumonia-2026") String name,
        Task task,
        @Schema(
                        description =
                                "The class of a binary task that counts as positive, once there is a cohort as its images have it; absent in a"
                                        + " draft that does not say it.",
                        example = "PNEUMONIA")
                @Nullable
                String positiveLabel,
        @Schema(example = "X-ray") @Nullable String modality,
        @Schema(example = "chest") @Nullable String bodyPart,
        Layout layout,
        PatientLabelRule patientLabelRule,
        @Schema(description = "Whether only DICOM files are taken that say they are de-identified.")
                boolean deidentifiedOnly,
        @Schema(
                        description =
                                "Which frames of a file are images; absent where a file stands for one image, that in the middle.")
                @Nullable
                Frames frames,
        DatasetState state,
        @Schema(description = "How far the freezing is, 0 to 1.", example = "0.5") double progress,
        @Schema(description = "What is being done.") @Nullable String message,
        @Schema(description = "Images: uploaded files in a draft, those of the cohort afterwards.", example = "5216")
                int imageCount,
        @Schema(description = "Patients of the cohort; 0 in a draft.", example = "2846") int patientCount,
        @Schema(description = "Of a binary task first the negative, then the positive class; absent in a draft.")
                @Nullable
                List<String> classes,
        @Schema(description = "SHA-256 of the frozen cohort; absent before.") @Nullable String digest,
        @Schema(description = "Whether a manifest was uploaded.") boolean hasManifest,
        @Schema(description = "Blocking findings that were set aside.") List<WaiverView> waivers,
        @Schema(
                        description =
                                "Patients who were withdrawn since it was frozen. Counts, digest and profile are those from before; nothing"
                                        + " new begins on a dataset that is not whole.",
                        example = "0")
                int withdrawals,
        Instant createdAt,
        @Nullable Instant frozenAt) {
    /** Once there is a cohort, that of its classes, which its digest binds. */
    private static @Nullable String positiveLabel(Dataset dataset) {
        List<String> classes = dataset.classes();
        DatasetDescription description = dataset.description();
        return classes == null || description.task() != Task.BINARY ? description.positiveLabel() : classes.get(1);
    }

    static DatasetResponse of(Dataset dataset, int uploadedImages, List<WaiverView> waivers, JobView job) {
        dataset.requireDescribedAsFrozen();
        DatasetDescription description = dataset.description();
        return new DatasetResponse(
                dataset.id(),
                dataset.projectId(),
                description.name(),
                description.task(),
                positiveLabel(dataset),
                description.modality(),
                description.bodyPart(),
                Layout.of(dataset),
                description.patientLabelRule(),
                description.deidentifiedOnly(),
                Frames.of(description.frames()),
                dataset.state(),
                dataset.state() == DatasetState.FROZEN ? 1 : job.progress(),
                job.message(),
                dataset.state() == DatasetState.DRAFT ? uploadedImages : dataset.imageCount(),
                dataset.patientCount(),
                dataset.classes(),
                dataset.digest() == null ? null : dataset.digest().hex(),
                dataset.manifestDigest() != null,
                waivers,
                dataset.withdrawals(),
                dataset.createdAt(),
                dataset.frozenAt());
    }
}
