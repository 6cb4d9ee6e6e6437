package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.foldwise.api.json.Reason;

@Schema(description = "A blocking finding to be set aside.")
record WaiverRequest(
        @NotBlank @Size(max = 100) @Schema(description = "Code of the finding.", example = "duplicatesAcrossPatients")
                String code,
        @NotBlank
                @Reason
                @Size(max = 2000)
                @Schema(
                        description = "Why; printed on every report.",
                        example = "Twins filed under one film, checked in the archive on 2026-03-02.")
                String reason) {}
