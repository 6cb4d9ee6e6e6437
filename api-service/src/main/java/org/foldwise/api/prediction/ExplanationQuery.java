package org.foldwise.api.prediction;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.explanation.Target;
import org.foldwise.learning.model.ModelBundle;
import org.jspecify.annotations.Nullable;

/**
 * What of an answer is to be explained.
 *
 * @param explainedClass what speaks for this class is asked for; absent for the model's positive class
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

    /** Name of the class to explain, one of the model's. */
    String classOf(ModelBundle bundle) {
        if (explainedClass == null) {
            return bundle.positiveClass();
        }
        if (!bundle.classes().contains(explainedClass)) {
            throw RefusedException.invalid("/explainedClass", "must be one of " + bundle.classes());
        }
        return explainedClass;
    }

    Target target(ModelBundle bundle) {
        return Target.of(bundle.task(), bundle.classes(), classOf(bundle));
    }
}
