package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.LocalDate;
import org.foldwise.learning.dataset.ImageMetadata;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "ImageMetadata",
        description =
                "What a DICOM file said of patient, examination and device when it was uploaded. Identifiers are keyed"
                        + " pseudonyms: equal where the identifiers were.")
record ImageMetadataResponse(
        @Schema(description = "Pseudonym of the patient's key.", example = "5f0a2f4f6c3f9d0e8b7a6c5d4e3f2a1b") @Nullable
                String patient,
        @Schema(description = "Pseudonym of the image's own identifier.", example = "0b1c2d3e4f5a69788796a5b4c3d2e1f0")
                @Nullable
                String instance,
        @Schema(description = "Day of the examination.") @Nullable LocalDate studyDate,
        @Schema(description = "F, M, or O for other.", example = "F") @Nullable String sex,
        @Schema(description = "Completed years of age at the examination; 89 stands for 89 and older.", example = "58")
                @Nullable
                Integer ageYears,
        @Schema(example = "DX") @Nullable String modality,
        @Schema(example = "CHEST") @Nullable String bodyPart,
        @Schema(example = "AP") @Nullable String viewPosition,
        @Schema(example = "L") @Nullable String laterality,
        @Schema(example = "Maker") @Nullable String manufacturer,
        @Schema(description = "The device's name.", example = "ROOM1") @Nullable String station,
        @Schema(description = "Distance of rows in millimetres.", example = "0.143") @Nullable Double rowSpacingMm,
        @Schema(description = "Distance of columns in millimetres.", example = "0.143") @Nullable
                Double columnSpacingMm,
        @Schema(description = "Whether the file says that its pixels hold text.") @Nullable Boolean burnedInAnnotation,
        @Schema(description = "Whether the file says that it is de-identified.") @Nullable
                Boolean patientIdentityRemoved,
        @Schema(description = "How the file is encoded, as a DICOM identifier.", example = "1.2.840.10008.1.2.4.70")
                @Nullable
                String transferSyntax,
        @Schema(description = "What its samples mean.", example = "MONOCHROME2") @Nullable
                String photometricInterpretation) {
    static @Nullable ImageMetadataResponse of(@Nullable ImageMetadata metadata) {
        return metadata == null
                ? null
                : new ImageMetadataResponse(
                        metadata.patient(),
                        metadata.instance(),
                        metadata.studyDate(),
                        metadata.sex(),
                        metadata.ageYears(),
                        metadata.modality(),
                        metadata.bodyPart(),
                        metadata.viewPosition(),
                        metadata.laterality(),
                        metadata.manufacturer(),
                        metadata.station(),
                        metadata.rowSpacingMm(),
                        metadata.columnSpacingMm(),
                        metadata.burnedInAnnotation(),
                        metadata.patientIdentityRemoved(),
                        metadata.transferSyntax(),
                        metadata.photometricInterpretation());
    }
}
