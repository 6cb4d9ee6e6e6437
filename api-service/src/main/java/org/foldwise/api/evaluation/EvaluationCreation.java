package org.foldwise.api.evaluation;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.json.Reason;
import org.foldwise.api.report.ThresholdRule;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.registry.evaluation.SharedPatients;
import org.foldwise.registry.evaluation.Subset;
import org.jspecify.annotations.Nullable;

/** The body of a request for an evaluation. What must go together is checked here; whether it may be is the registry's business. */
@Schema(name = "EvaluationRequest", description = "An evaluation to be made.")
record EvaluationCreation(
        @Schema(description = "A cross-validation, nested or not, for outOfFold, a run for every other subset.")
                Subject subject,
        @Schema(description = "The images to look at.", example = "test") Subset subset,
        @Schema(
                        description =
                                "Chooses the threshold on validation and outOfFold, of a multi-label task for each label by itself;"
                                        + " f1 if absent. The others use the run's frozen one. A multiclass task has none.")
                @Nullable
                Threshold threshold,
        @Schema(
                        description =
                                "How probabilities are recalibrated before the threshold is chosen; fitted on the same validation images and"
                                        + " frozen with the threshold, so that test, external and /predict obey it. Of a multiclass task"
                                        + " temperature divides all logits by one number, platt and isotonic map each class against all others"
                                        + " and share the sum out; of a multi-label task each label has a map of its own. none if absent."
                                        + " Belongs to the subset validation.",
                        example = "platt")
                @Nullable
                RecalibrationMethod recalibration,
        @Schema(
                        description =
                                "How often a prediction set is to hold the truth, for each class, of a multi-label task for images without"
                                        + " and with each label: 0 for no sets, or 0.5 to 0.999; 0.9 if absent. Limits are calibrated on the same validation"
                                        + " patients and frozen with the threshold, so that test, external and /predict obey them. Belongs"
                                        + " to the subset validation.",
                        example = "0.9")
                @Nullable
                Double coverage,
        @Size(min = 1, max = 20)
                @Schema(
                        description =
                                "The figures that the test subset is opened for, by their names in the report, each of the dataset's task"
                                        + " and once. Kept with the opening and shown wherever that is. Belongs to the subset test, which"
                                        + " needs it. Of a binary task: rocAuc, averagePrecision, accuracy, balancedAccuracy, precision,"
                                        + " recall, specificity, negativePredictiveValue, f1, macroF1, weightedF1 (both in f1Averages),"
                                        + " matthewsCorrelation, brierScore, logLoss,"
                                        + " expectedCalibrationError, maximumCalibrationError, kappa. Of a multiclass task: meanRocAuc,"
                                        + " oneVersusOneRocAuc, meanAveragePrecision, meanF1, accuracy, balancedAccuracy, matthewsCorrelation,"
                                        + " kappa, brierScore, logLoss, topCalibrationError, topMaximumCalibrationError. Of a multi-label"
                                        + " task: meanRocAuc, meanAveragePrecision, meanF1, microF1, subsetAccuracy, hammingLoss.",
                        example = "[\"rocAuc\", \"recall\", \"specificity\"]")
                @Nullable
                List<NamedMetric> metrics,
        @NotBlank
                @Reason
                @Size(max = 1000)
                @Schema(
                        description =
                                "Why the test subset has to be opened, or why equal patient ids are different people.")
                @Nullable
                String reason,
        @Schema(description = "The external dataset.") @Nullable UUID datasetId,
        @Schema(
                        description =
                                "What happens to patient ids of the training data in the external dataset; refuse if absent.")
                @Nullable
                SharedPatients sharedPatients) {
    private static final double LEAST_COVERAGE = 0.5;
    private static final double HIGHEST_COVERAGE = 0.999;

    @Schema(name = "EvaluationSubject", description = "What is judged: exactly one of the two.")
    record Subject(
            @Schema(description = "A run.") @Nullable UUID runId,
            @Schema(description = "A cross-validation, nested or not.") @Nullable UUID experimentId) {
        Subject {
            if ((runId == null) == (experimentId == null)) {
                throw new IllegalArgumentException("must have exactly one of runId and experimentId");
            }
        }
    }

    @Schema(name = "Threshold", description = "How the threshold is chosen.")
    record Threshold(ThresholdRule rule) {}

    EvaluationCreation {
        Demands demands = new Demands();
        boolean test = subset == Subset.TEST;
        boolean pooled = subset == Subset.OUT_OF_FOLD;
        boolean external = subset == Subset.EXTERNAL;
        demands.add(
                pooled == (subject.experimentId() != null),
                pooled ? "subset outOfFold needs subject.experimentId" : "this subset needs subject.runId");
        demands.add(
                threshold == null || pooled || subset == Subset.VALIDATION,
                "threshold belongs to the subsets validation and outOfFold; the others use the run's frozen threshold");
        demands.add(
                recalibration == null || subset == Subset.VALIDATION,
                "recalibration belongs to the subset validation; the others use what was frozen with the run's threshold");
        demands.add(
                coverage == null || subset == Subset.VALIDATION,
                "coverage belongs to the subset validation; the others use the limits that were frozen with the run's threshold");
        demands.add(
                coverage == null || coverage == 0 || (coverage >= LEAST_COVERAGE && coverage <= HIGHEST_COVERAGE),
                "coverage must be 0 for no prediction sets, or " + LEAST_COVERAGE + " to " + HIGHEST_COVERAGE + ", was "
                        + coverage);
        demands.add(external == (datasetId != null), "datasetId belongs to the subset external, which needs it");
        demands.add(external || sharedPatients == null, "sharedPatients belongs to the subset external");
        demands.add(!test || reason != null, "the subset test needs a reason");
        demands.add(
                sharedPatients != SharedPatients.DISTINCT_PATIENTS || reason != null,
                "sharedPatients distinctPatients needs a reason");
        demands.add(
                test == (metrics != null),
                test
                        ? "the subset test needs metrics, the figures that it is opened for"
                        : "metrics belongs to the subset test");
        demands.met();
    }

    ThresholdRule rule() {
        return threshold == null ? new ThresholdRule.F1() : threshold.rule();
    }

    RecalibrationMethod recalibrationMethod() {
        return recalibration == null ? RecalibrationMethod.NONE : recalibration;
    }

    /** What fields must be to each other; all that is not met is told at once. */
    private static final class Demands {
        private final List<String> unmet = new ArrayList<>();

        void add(boolean condition, String mistake) {
            if (!condition) {
                unmet.add(mistake);
            }
        }

        void met() {
            if (!unmet.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", unmet));
            }
        }
    }
}
