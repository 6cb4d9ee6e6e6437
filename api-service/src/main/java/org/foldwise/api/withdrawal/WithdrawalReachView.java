package org.foldwise.api.withdrawal;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.UUID;
import org.foldwise.learning.split.Role;
import org.foldwise.registry.model.ModelVersionState;
import org.foldwise.registry.withdrawal.WithdrawalReach;

@Schema(name = "WithdrawalReach", description = "All that a patient's data were part of.")
record WithdrawalReachView(
        @Schema(description = "Frozen datasets. They are not whole any more, and nothing new begins on them.")
                List<Dataset> datasets,
        @Schema(description = "All splits of those datasets.") List<UUID> splits,
        @Schema(description = "Runs in whose fold the patient had a role.") List<Run> runs,
        @Schema(description = "Evaluations whose figures rest on images of the patient.") List<Evaluation> evaluations,
        @Schema(description = "Model versions whose weights learned from the patient, in training or in validation.")
                List<Version> modelVersions,
        @Schema(description = "Images taken out of drafts.", example = "0") int draftImages,
        @Schema(
                        description =
                                "Drafts whose manifest speaks of the patient where it cannot be read, and which may have further images"
                                        + " of the patient. The manifest is left as it is: look at it, upload one that can be read, and"
                                        + " withdraw the patient again.")
                List<UUID> unreadDrafts,
        @Schema(description = "Recorded answers to images that are erased.", example = "2") int predictions,
        @Schema(
                        description =
                                "How many files held data of the patient and are needed by nothing else: images, documents of scored"
                                        + " cases, manifests. Their digests are not told: whoever knows the other rows of a manifest"
                                        + " could try out keys until one fits.",
                        example = "4")
                int contents) {

    @Schema(name = "WithdrawnDataset", description = "A frozen dataset that the patient was part of.")
    record Dataset(
            UUID id,
            @Schema(description = "1, unless it knew the patient under several keys.", example = "1") int patients,
            @Schema(description = "Images of the patient.", example = "3") int images) {}

    @Schema(name = "WithdrawnRun", description = "A run that the patient was part of.")
    record Run(UUID id, @Schema(description = "What the patient was in its fold.") List<Role> roles) {}

    @Schema(name = "WithdrawnEvaluation", description = "An evaluation that the patient was part of.")
    record Evaluation(UUID id, @Schema(description = "Stored cases of the patient.", example = "3") int cases) {}

    @Schema(name = "WithdrawnModelVersion", description = "A model version that learned from the patient.")
    record Version(
            UUID id,
            @Schema(example = "pneumonia") String model,
            @Schema(example = "1") int version,
            @Schema(description = "Its state now.") ModelVersionState state) {}

    static WithdrawalReachView of(WithdrawalReach reach) {
        return new WithdrawalReachView(
                reach.datasets().stream()
                        .map(dataset -> new Dataset(dataset.id(), dataset.patients(), dataset.images()))
                        .toList(),
                reach.splits(),
                reach.runs().stream()
                        .map(run -> new Run(run.id(), List.copyOf(run.roles())))
                        .toList(),
                reach.evaluations().stream()
                        .map(evaluation -> new Evaluation(evaluation.id(), evaluation.cases()))
                        .toList(),
                reach.versions().stream()
                        .map(version -> new Version(version.id(), version.model(), version.version(), version.state()))
                        .toList(),
                reach.draftImages(),
                reach.unreadDrafts(),
                reach.predictions(),
                reach.contents().size());
    }
}
