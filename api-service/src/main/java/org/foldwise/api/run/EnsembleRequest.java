package org.foldwise.api.run;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.json.SeenName;
import org.foldwise.learning.metrics.scored.EnsembleMean;

@Schema(description = "An ensemble to be made.")
record EnsembleRequest(
        @NotBlank @SeenName @Size(max = 100) @Schema(description = "Of its experiment.", example = "mean of five folds")
                String name,
        Members members) {

    @Schema(name = "EnsembleMembers", description = "The trainings whose probabilities are averaged.")
    sealed interface Members {}

    @Schema(
            name = "FoldsMembers",
            description =
                    "All runs of a cross-validation. The ensemble's validation images are those that each fold held out, scored by"
                            + " networks that had not seen their patient.")
    record Folds(@Schema(description = "A cross-validation that has succeeded.") UUID experimentId)
            implements Members {}

    @Schema(
            name = "RunsMembers",
            description =
                    "Runs of trainings on one split, such as the members of a balanced ensemble. They have the same validation images.")
    record Runs(
            @Size(min = 2, max = EnsembleMean.MAXIMUM_MEMBERS)
                    @Schema(
                            description =
                                    "Runs on everything outside the test subset that have succeeded, with equal image and network.")
                    List<UUID> runIds)
            implements Members {}
}
