package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.UUID;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.comparison.OptimismCheck;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.Subset;
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
        @Schema(description = "The evaluation of the test subset, or of another dataset.") UUID testId,
        @Schema(description = "Which of the two.") Subset subset,
        @Schema(description = "What development promised.") Estimate expected,
        @Schema(description = "What these patients showed.") Estimate found,
        @Schema(description = "Expected less found, with both intervals combined.") Estimate difference,
        OptimismCheck.Verdict verdict,
        @Schema(description = "The verdict in words.") String message) {
    static OptimismView againstCrossValidation(UUID crossValidationId, Evaluation test, OptimismCheck check) {
        return of(crossValidationId, null, test, check, false);
    }

    static OptimismView againstValidation(UUID validationId, Evaluation test, OptimismCheck check, boolean isEnsemble) {
        return of(null, validationId, test, check, isEnsemble);
    }

    private static OptimismView of(
            @Nullable UUID crossValidationId,
            @Nullable UUID validationId,
            Evaluation test,
            OptimismCheck check,
            boolean isEnsemble) {
        return new OptimismView(
                crossValidationId,
                validationId,
                test.id(),
                test.subset(),
                check.expected(),
                check.found(),
                check.difference(),
                check.verdict(),
                message(check.verdict(), test.subset() == Subset.EXTERNAL, isEnsemble));
    }

    private static String message(OptimismCheck.Verdict verdict, boolean isExternal, boolean isEnsemble) {
        String patients = isExternal ? "the patients of the other dataset" : "the test patients";
        return switch (verdict) {
            case OPTIMISTIC ->
                "Development promised more than " + patients + " show, beyond both intervals. Report "
                        + (isExternal ? "what is found there" : "the test figure")
                        + ", and look for leakage, for shortcuts and for a difference between the patients.";
            case CONSISTENT ->
                "No difference beyond both intervals, which does not show that there is none: few patients seldom contradict.";
            case PESSIMISTIC ->
                (isExternal ? "The patients of the other dataset" : "The test patients")
                        + " show more than development promised, beyond both intervals. Look for what makes them"
                        + " easier, or for a mark that gives the label away."
                        + (isEnsemble
                                ? " Of an ensemble of folds, development tells what its single networks are worth: their mean is"
                                        + " usually better, so a part of this is no surprise."
                                : "");
            case UNDECIDED -> "A figure or its interval is missing.";
        };
    }
}
