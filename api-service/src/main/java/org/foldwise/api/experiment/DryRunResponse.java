package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.api.split.PlanFindingResponse;
import org.foldwise.learning.network.ParameterCount;
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
        @Schema(description = "How many parameters the network has; running statistics are none.")
                Parameters parameters,
        @Schema(description = "Of a nested cross-validation, what it would search among.") @Nullable
                SearchOutline search,
        @Schema(
                        description =
                                "What a person should know before starting it. What is blocking needs an override with a reason.")
                List<PlanFindingResponse> findings) {
    @Schema(name = "Parameters")
    record Parameters(
            @Schema(example = "11308097") long total,
            @Schema(
                            description =
                                    "Those that the first epoch trains; stages that are unfrozen later add theirs.",
                            example = "131585")
                    long trainable) {
        static Parameters of(ParameterCount count) {
            return new Parameters(count.total(), count.trainable());
        }
    }
}
