package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.api.split.PlanFindingResponse;
import org.jspecify.annotations.Nullable;

@Schema(name = "DryRun", description = "What an experiment would be. Nothing was stored or started.")
record DryRunResponse(
        Plan plan,
        @Schema(description = "SHA-256 of the plan's canonical JSON.") String planDigest,
        @Schema(
                        description =
                                "How many runs it would have; of a nested cross-validation, if no rung loses candidates before their"
                                        + " time.",
                        example = "5")
                int runs,
        @Schema(description = "Of a nested cross-validation, what it would search among.") @Nullable
                SearchOutline search,
        @Schema(
                        description =
                                "What a person should know before starting it. What is blocking needs an override with a reason.")
                List<PlanFindingResponse> findings) {}
