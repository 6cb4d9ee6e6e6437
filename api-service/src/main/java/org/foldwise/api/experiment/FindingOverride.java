package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.foldwise.api.json.Reason;
import org.foldwise.learning.experiment.PlanFinding;

@Schema(
        name = "FindingOverride",
        description = "Why an experiment is started in spite of a blocking finding. It is kept for ever.")
public record FindingOverride(
        PlanFinding.Code code,
        @NotBlank
                @Reason
                @Size(max = 1000)
                @Schema(
                        description = "No patient data.",
                        example = "Situs inversus is what the study is about; the label follows the flip.")
                String reason) {}
