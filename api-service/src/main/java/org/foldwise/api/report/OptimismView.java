package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.comparison.OptimismCheck;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.Subset;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "OptimismCheck",
        description =
                "Whether the test patients confirm the area under the ROC curve that development had promised; of several classes and of"
                        + " labels their mean area, over those that both sides judge.")
public record OptimismView(
        @Schema(
                        description =
                                "The newest cross-validation on the same split of the same plan; if there is none, of the same plan with"
                                        + " another seed; if there is none, a nested one whose search had the plan among its candidates.")
                @Nullable
                UUID crossValidationId,
        @Schema(description = "Otherwise the evaluation of the run's validation patients.") @Nullable UUID validationId,
        @Schema(
                        description =
                                "Given beside validationId where the run's probabilities go through an isotonic map: the experiment whose report has the"
                                        + " area of the network's own probabilities on these patients, which is what was promised. The map was"
                                        + " fitted to their images and raises the area that the evaluation has.")
                @Nullable
                UUID trainingId,
        @Schema(description = "The evaluation of the test subset, or of another dataset.") UUID testId,
        @Schema(description = "Which of the two.") Subset subset,
        @Schema(description = "What development promised.") Estimate expected,
        @Schema(description = "What these patients showed.") Estimate found,
        @Schema(description = "Expected less found, with both intervals combined.") Estimate difference,
        OptimismCheck.Verdict verdict,
        @Schema(
                        description =
                                "Of several classes and of labels, those that both sides judge, over which both means are: some images"
                                        + " show them and others do not. Of a binary task none.")
                List<String> classes,
        @Schema(description = "Classes that development judged and these images cannot, left out of both means.")
                List<String> promisedOnly,
        @Schema(description = "Classes that these images judge and development could not, left out of both means.")
                List<String> foundOnly,
        @Schema(description = "The verdict in words.") String message) {
    private static final String ACROSS_PLANS =
            " What was promised is the area of all held-out images of the search together, not the mean of its outer folds, and models"
                    + " of different plans need not score on one scale.";

    private static final String BOTH_OWN = " Both areas are of the network's own probabilities, ";
    private static final String FOUND_RECALIBRATED =
            " What was found is of recalibrated ones, as this evaluation has no others: by the ties of an isotonic map it may be a little"
                    + " lower.";

    /**
     * @param isPooledOfSearch whether the promise is the area of all held-out images of a search, across the plans of its folds
     * @param isIsotonic whether the tested run's probabilities go through an isotonic map
     * @param isFoundOwn whether, where they do, what was found is of the network's own probabilities all the same
     */
    static OptimismView againstCrossValidation(
            UUID crossValidationId,
            Evaluation test,
            OptimismCheck check,
            boolean isPooledOfSearch,
            boolean isIsotonic,
            boolean isFoundOwn) {
        String own = isFoundOwn
                ? BOTH_OWN + "as an isotonic map, which the tested run's go through, ties images."
                : " What was promised is of networks' own probabilities." + FOUND_RECALIBRATED;
        return of(
                crossValidationId,
                null,
                null,
                test,
                check,
                (isPooledOfSearch ? ACROSS_PLANS : "") + (isIsotonic ? own : ""),
                false);
    }

    static OptimismView againstValidation(UUID validationId, Evaluation test, OptimismCheck check, boolean isEnsemble) {
        return of(null, validationId, null, test, check, "", isEnsemble);
    }

    /** Against what a training, or an ensemble, came to on the validation patients before an isotonic map was fitted to their images. */
    static OptimismView againstTraining(
            UUID trainingId,
            UUID validationId,
            Evaluation test,
            OptimismCheck check,
            boolean isEnsemble,
            boolean isFoundOwn) {
        String reason = "as the isotonic map was fitted to the validation images and raises the area on them.";
        return of(
                null,
                validationId,
                trainingId,
                test,
                check,
                isFoundOwn
                        ? BOTH_OWN + reason
                        : " What was promised is of the network's own probabilities, " + reason + FOUND_RECALIBRATED,
                isEnsemble);
    }

    private static OptimismView of(
            @Nullable UUID crossValidationId,
            @Nullable UUID validationId,
            @Nullable UUID trainingId,
            Evaluation test,
            OptimismCheck check,
            String ofThePromise,
            boolean isEnsemble) {
        return new OptimismView(
                crossValidationId,
                validationId,
                trainingId,
                test.id(),
                test.subset(),
                check.expected(),
                check.found(),
                check.difference(),
                check.verdict(),
                check.classes().compared(),
                check.classes().promisedOnly(),
                check.classes().foundOnly(),
                message(check, test.subset() == Subset.EXTERNAL, isEnsemble) + ofThePromise + leftOut(check.classes()));
    }

    private static String message(OptimismCheck check, boolean isExternal, boolean isEnsemble) {
        String patients = isExternal ? "the patients of the other dataset" : "the test patients";
        return switch (check.verdict()) {
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
            case UNDECIDED -> "Undecided: " + check.undecidedBecause() + ".";
        };
    }

    private static String leftOut(OptimismCheck.Classes classes) {
        if (!classes.leavesOut()) {
            return "";
        }
        StringBuilder words = new StringBuilder();
        if (!classes.compared().isEmpty()) {
            words.append(" Both means are over ")
                    .append(named(classes.compared()))
                    .append(
                            ", which both sides judge; a mean over some classes of a report is given the average of their intervals,")
                    .append(" wide enough however they hang together.");
        }
        if (!classes.promisedOnly().isEmpty()) {
            words.append(" Left out, as these images cannot judge it: ")
                    .append(named(classes.promisedOnly()))
                    .append('.');
        }
        if (!classes.foundOnly().isEmpty()) {
            words.append(" Left out, as development could not judge it: ")
                    .append(named(classes.foundOnly()))
                    .append('.');
        }
        return words.toString();
    }

    private static String named(List<String> classes) {
        return classes.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    }
}
