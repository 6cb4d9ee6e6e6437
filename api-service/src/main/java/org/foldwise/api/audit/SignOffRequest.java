package org.foldwise.api.audit;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.foldwise.api.json.Reason;
import org.foldwise.api.json.SeenName;
import org.foldwise.registry.audit.AuditVerdict;

@Schema(description = "What somebody says who has looked at the contact sheet.")
record SignOffRequest(
        @Schema(
                        description =
                                "Accepted: the views are images that a scanner could have made, and show what their labels say.")
                AuditVerdict verdict,
        @NotBlank @SeenName @Size(max = 200) @Schema(description = "Who looked.", example = "Dr. A. Weber, radiology")
                String person,
        @NotBlank
                @Reason
                @Size(max = 2000)
                @Schema(
                        description = "What the verdict rests on; stays for ever.",
                        example = "All 12 rows looked at; rotations stay within what positioning varies by.")
                String reason) {}
