package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.UUID;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.comparison.OptimismCheck;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "OptimismCheck",
        description =
                "Whether the test patients confirm the area under the ROC curve that development had promised; of several classes and of"
                        + " labels their mean area, over the same of them.")
public record OptimismView(
        @Schema(
                        description =
                                "The newest cross-validation on the same split of the same plan; if there is none, of the same plan with"
                                        + " another seed; if there is none, a nested one whose search had the plan among its candidates.")
                @Nullable
                UUID crossValidationId,
        @Schema(description = "Otherwise the evaluation of the run's validation patients.") @Nullable UUID validationId,
        @Schema(description = "The evaluation of the test subset.") UUID testId,
        @Schema(description = "What development promised.") Estimate expected,
        @Schema(description = "What the test patients showed.") Estimate found,
        @Schema(description = "Expected less found, with both intervals combined.") Estimate difference,
        OptimismCheck.Verdict verdict,
        @Schema(description = "The verdict in words.") String message) {
    static OptimismView againstCrossValidation(UUID crossValidationId, UUID testId, OptimismCheck check) {
        return of(crossValidationId, null, testId, check, false);
    }

    static OptimismView againstValidation(UUID validationId, UUID testId, OptimismCheck check, boolean isEnsemble) {
        return of(null, validationId, testId, check, isEnsemble);
    }

    private static OptimismView of(
            @Nullable UUID crossValidationId,
            @Nullable UUID validationId,
            UUID testId,
            OptimismCheck check,
            boolean isEnsemble) {
        return new OptimismView(
                crossValidationId,
                validationId,
                testId,
                check.expected(),
                check.found(),
                check.difference(),
                check.verdict(),
                message(check.verdict(), isEnsemble));
    }

    private static String message(OptimismCheck.Verdict verdict, boolean isEnsemble) {
        return switch (verdict) {
            case OPTIMISTIC ->
                "Development promised more than the test patients show, beyond both intervals. Report the test figure, and look"
                        + " for leakage, for shortcuts and for a difference between the patients.";
            case CONSISTENT ->
                "No difference beyond both intervals, which does not show that there is none: small test subsets seldom"
                        + " contradict.";
            case PESSIMISTIC ->
                "The test patients show more than development promised, beyond both intervals. Look for what makes them"
                        + " easier, or for a mark that gives the label away."
                        + (isEnsemble
                                ? " Of an ensemble of folds, development tells what its single networks are worth: their mean is"
                                        + " usually better, so a part of this is no surprise."
                                : "");
            case UNDECIDED -> "A figure or its interval is missing.";
        };
    }
}
