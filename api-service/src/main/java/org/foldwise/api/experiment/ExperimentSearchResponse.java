package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.UUID;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.comparison.SelectionOptimism;
import org.foldwise.registry.experiment.ExperimentState;
import org.foldwise.registry.run.RunStatus;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "ExperimentSearch",
        description =
                "The search of a nested cross-validation: all that was looked at, what was chosen in every outer fold, and what that"
                        + " was worth on patients who had no say in it.")
record ExperimentSearchResponse(
        UUID experimentId,
        ExperimentState state,
        Search search,
        @Schema(description = "How many runs there are if no rung loses candidates before their time.", example = "95")
                int plannedRuns,
        @Schema(description = "How many of them have ended.", example = "40") int endedRuns,
        List<SearchOutline.Candidate> candidates,
        List<SearchOutline.SearchRung> rungs,
        @Schema(description = "Every outer fold.") List<OuterFold> folds,
        @Schema(
                        description =
                                "Mean of the outer areas under the ROC curve, with the interval of the corrected resampled t-test;"
                                        + " absent before the experiment has succeeded.")
                @Nullable
                Estimate meanRocAuc,
        @Schema(description = "Their sample standard deviation.") @Nullable Estimate standardDeviationRocAuc,
        @Schema(
                        description =
                                "By how much the inner figures of what was chosen flatter: inner less outer, by fold and on average.")
                @Nullable
                SelectionOptimism optimism) {

    @Schema(name = "SearchFold", description = "One outer fold of a nested cross-validation.")
    record OuterFold(
            @Schema(description = "0 for the first.", example = "0") int fold,
            @Schema(description = "The split of the patients whom it learns from, see /splits.") UUID innerSplitId,
            @Schema(description = "SHA-256 of that split.") String innerSplitDigest,
            @Schema(description = "The rungs that have ended.") List<EndedRung> rungs,
            @Schema(
                            description =
                                    "What was chosen; absent before the last rung has ended, and where all candidates lost.")
                    @Nullable
                    Chosen chosen) {}

    @Schema(name = "EndedRung", description = "How the candidates stood at the end of a rung, the best first.")
    record EndedRung(@Schema(description = "0 for the first.", example = "0") int rung, List<Standing> standings) {}

    @Schema(name = "CandidateStanding", description = "How a candidate stood at the end of a rung.")
    record Standing(
            @Schema(example = "3") int candidate,
            @Schema(description = "1 for the best; of equal ones the earlier candidate is better.", example = "1")
                    int place,
            @Schema(description = "Whether it went on; at the last rung, whether it was chosen.") boolean kept,
            @Schema(
                            description = "Mean area under the ROC curve over the inner folds' held-out patients.",
                            example = "0.91")
                    @Nullable
                    Double meanRocAuc,
            @Schema(description = "Sample standard deviation of these areas.", example = "0.03") @Nullable
                    Double standardDeviation,
            @Schema(description = "Why it lost without being compared.") @Nullable String lostBecause,
            List<InnerRun> innerRuns) {}

    @Schema(name = "InnerRun", description = "A candidate's run on one inner fold.")
    record InnerRun(
            @Schema(description = "0 for the first.", example = "0") int innerFold,
            UUID runId,
            RunStatus state,
            @Schema(description = "Area under the ROC curve on the inner fold's held-out patients.", example = "0.9")
                    @Nullable
                    Double rocAuc) {}

    @Schema(name = "ChosenCandidate", description = "What a search chose for an outer fold.")
    record Chosen(
            @Schema(example = "3") int candidate,
            List<SearchOutline.Setting> settings,
            Plan plan,
            @Schema(description = "SHA-256 of the plan's canonical JSON.") String planDigest,
            @Schema(description = "Its run on the outer fold's train and validation patients.") @Nullable UUID runId,
            @Schema(
                            description =
                                    "Area under the ROC curve on the outer fold's held-out patients; absent before the experiment has"
                                            + " succeeded.")
                    @Nullable
                    Estimate outerRocAuc) {}
}
