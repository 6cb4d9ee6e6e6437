package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.api.split.PlanFindingResponse;

@Schema(name = "DryRun", description = "What an experiment would be. Nothing was stored or started.")
record DryRunResponse(
        Plan plan,
        @Schema(description = "SHA-256 of the plan's canonical JSON.") String planDigest,
        @Schema(description = "How many runs it would have.", example = "5") int runs,
        @Schema(
                        description =
                                "What a person should know before starting it. What is blocking needs an override with a reason.")
                List<PlanFindingResponse> findings) {}
