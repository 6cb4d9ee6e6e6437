package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

@Schema(name = "LabelSetReport", description = "What the prediction sets of a label do on these images.")
public record LabelSetReportView(
        @Schema(example = "Effusion") String label,
        @Schema(description = "Of images without the label and with it, which are its classes.") @Nullable
                PredictionSetReportView report,
        @Schema(description = "Why the label has no sets.") @Nullable String undefinedBecause) {}
