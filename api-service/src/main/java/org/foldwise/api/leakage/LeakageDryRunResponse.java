package org.foldwise.api.leakage;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.api.experiment.Plan;
import org.foldwise.api.split.PlanFindingResponse;

@Schema(name = "LeakageDryRun", description = "What a leakage experiment would be. Nothing was stored or started.")
record LeakageDryRunResponse(
        Plan plan,
        @Schema(description = "SHA-256 of the plan's canonical JSON.") String planDigest,
        @Schema(description = "How often the plan would be trained.", example = "10") int trainings,
        @Schema(description = "Images that both divisions deal out.", example = "5216") int images,
        @Schema(description = "Patients whose images those are.", example = "2846") int patients,
        @Schema(
                        description =
                                "Patients who would be left out of both, as splits of the dataset lock them away.",
                        example = "569")
                int withheldPatients,
        @Schema(
                        description =
                                "What a person should know before starting it. What is blocking needs an override with a reason.")
                List<PlanFindingResponse> findings) {}
