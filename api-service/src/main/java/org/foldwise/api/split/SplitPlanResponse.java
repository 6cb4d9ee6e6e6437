package org.foldwise.api.split;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.experiment.SplitOutlook;
import org.foldwise.learning.metrics.ExpectedArea;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PlannedCases;
import org.foldwise.learning.split.Role;
import org.jspecify.annotations.Nullable;

@Schema(name = "SplitPlan", description = "What a split would be and what could be learnt from it. Nothing was stored.")
record SplitPlanResponse(
        SplitSpec spec,
        @Schema(description = "SHA-256 that the split would have.") String digest,
        @Schema(
                        description =
                                "Assumed correlation of the scores of one patient's images; 0.5 where nothing is known of it.",
                        example = "0.5")
                double correlation,
        @Schema(description = "Each role of each fold, fold -1 first.") List<RolePlan> roles,
        List<PlanFindingResponse> findings) {

    @Schema(name = "RolePlan", description = "What a role would hold.")
    record RolePlan(
            @Schema(description = "-1 is the fold that trains on everything outside the test subset.", example = "0")
                    int fold,
            Role role,
            @Schema(
                            description =
                                    "The class that counts as positive; where there are several, each is asked about by itself.",
                            example = "ill")
                    String label,
            Cases negatives,
            Cases positives,
            @Schema(
                            description =
                                    "How wide the 95 % interval of a ROC AUC would be, by the model's true AUC; empty for training"
                                            + " images, and where a class is missing; without ends where a class is of one"
                                            + " patient.")
                    List<ExpectedInterval> expectedIntervals) {
        private static RolePlan of(SplitOutlook.RoleOutlook role) {
            return new RolePlan(
                    role.fold(),
                    role.role(),
                    role.label(),
                    Cases.of(role.negatives()),
                    Cases.of(role.positives()),
                    role.role() == Role.TRAIN
                            ? List.of()
                            : role.areas().stream()
                                    .map(area -> ExpectedInterval.of(area, role))
                                    .toList());
        }
    }

    @Schema(name = "PlannedCases", description = "Images of one class.")
    record Cases(
            @Schema(example = "40") int images,
            @Schema(description = "Of how many patients.", example = "16") int patients,
            @Schema(description = "How many single images of different patients tell as much.", example = "24.5")
                    double effectiveImages) {
        private static Cases of(PlannedCases cases) {
            return new Cases(cases.images(), cases.patients(), cases.effectiveImages());
        }
    }

    @Schema(
            name = "ExpectedInterval",
            description =
                    "What is to be expected of the interval of a ROC AUC: Hanley and McNeil 1982, with a design effect for"
                            + " patients with several images, and Student's distribution with the degrees of freedom that the"
                            + " report will have.")
    record ExpectedInterval(
            @Schema(description = "The assumed AUC.", example = "0.9") double rocAuc,
            @Schema(example = "0.03") double standardError,
            @Schema(description = "Absent where reports will have no interval.", example = "0.82") @Nullable
                    Double lower,
            @Schema(description = "Absent where reports will have no interval.", example = "0.95") @Nullable
                    Double upper,
            @Schema(
                            description = "Why there is no interval; absent where there is one.",
                            example = "images of this class are of 1 patient, and an interval needs 2")
                    @Nullable
                    String undefinedBecause) {
        private static ExpectedInterval of(ExpectedArea area, SplitOutlook.RoleOutlook role) {
            Interval interval = area.interval();
            return interval == null
                    ? new ExpectedInterval(area.area(), area.standardError(), null, null, undefinedBecause(role))
                    : new ExpectedInterval(area.area(), area.standardError(), interval.lower(), interval.upper(), null);
        }

        private static String undefinedBecause(SplitOutlook.RoleOutlook role) {
            String kind = role.positives().patients() < role.negatives().patients()
                    ? "images of this class"
                    : "the other images";
            return kind + " are of 1 patient, and an interval needs 2";
        }
    }

    static SplitPlanResponse of(
            SplitSpec spec, String digest, SplitOutlook outlook, List<PlanFindingResponse> findings) {
        return new SplitPlanResponse(
                spec,
                digest,
                outlook.correlation(),
                outlook.roles().stream().map(RolePlan::of).toList(),
                findings);
    }
}
