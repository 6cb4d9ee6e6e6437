package org.foldwise.registry.run;

import org.foldwise.registry.LowerCamelCase;
import org.jspecify.annotations.Nullable;

/**
 * What a search's run has come to so far.
 *
 * @param fold the outer fold
 * @param rung absent of an outer run, as is {@code innerFold}
 * @param heldOutRocAuc absent before the run has succeeded, and where it is undefined
 */
public record RunStanding(
        short fold,
        @Nullable Integer candidate,
        @Nullable Short rung,
        @Nullable Short innerFold,
        RunStatus status,
        @Nullable FailureCode failureCode,
        @Nullable String failureDetail,
        @Nullable Double heldOutRocAuc) {
    boolean isAt(int outerFold, int ofRung) {
        return fold == outerFold && rung != null && rung == ofRung;
    }

    boolean isOuter() {
        return innerFold == null;
    }

    boolean hasFailed() {
        return status == RunStatus.FAILED;
    }

    /** Whether it failed and nothing but the candidate is to blame. */
    boolean losesAlone() {
        return !isOuter() && failureCode != null && failureCode.isOfThePlan();
    }

    /** Why its candidate has lost; absent where it has a figure. */
    @Nullable
    String lostBecause() {
        if (failureCode != null) {
            return "on inner fold " + innerFold + ": " + LowerCamelCase.of(failureCode) + ", " + failureDetail;
        }
        return heldOutRocAuc == null
                ? "on inner fold " + innerFold
                        + ": the area under the ROC curve is undefined, its held-out images show one class"
                : null;
    }
}
