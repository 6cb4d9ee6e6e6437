package org.foldwise.api.prediction;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.explanation.Target;
import org.foldwise.learning.prediction.Prediction;
import org.jspecify.annotations.Nullable;

/**
 * What of an answer is to be explained.
 *
 * @param explainedClass what speaks for this class is asked for; absent for {@link #classOf the usual one}
 * @param overlay whether a picture is wanted
 */
record ExplanationQuery(ExplanationMethod method, @Nullable String explainedClass, boolean overlay) {
    /**
     * What a request asks for.
     *
     * @throws RefusedException if it asks for details of no explanation
     */
    static Optional<ExplanationQuery> of(
            @Nullable ExplanationMethod explain, @Nullable String explainedClass, boolean overlay) {
        if (explain != null) {
            return Optional.of(new ExplanationQuery(explain, explainedClass, overlay));
        }
        List<Mistake> mistakes = new ArrayList<>();
        if (explainedClass != null) {
            mistakes.add(new Mistake("/explainedClass", "needs explain=gradCam"));
        }
        if (overlay) {
            mistakes.add(new Mistake("/overlay", "needs explain=gradCam"));
        }
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
        return Optional.empty();
    }

    /** Refuses a class that is none of the model's. */
    void requireKnown(List<String> classes) {
        if (explainedClass != null && !classes.contains(explainedClass)) {
            throw RefusedException.invalid("/explainedClass", "must be one of " + classes);
        }
    }

    /** The class to explain: without a wish the positive class of a binary task, and the most probable one of another. */
    String classOf(Prediction prediction) {
        if (explainedClass != null) {
            return explainedClass;
        }
        return prediction.task() == Task.BINARY
                ? prediction.positiveClass()
                : Collections.max(prediction.probabilities().entrySet(), Map.Entry.comparingByValue())
                        .getKey();
    }

    Target target(Prediction prediction) {
        List<String> classes = List.copyOf(prediction.probabilities().keySet());
        return Target.of(prediction.task(), classes, classOf(prediction));
    }
}
