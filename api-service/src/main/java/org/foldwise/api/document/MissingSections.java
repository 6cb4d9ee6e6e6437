package org.foldwise.api.document;

import java.util.List;
import java.util.UUID;
import org.foldwise.document.Section;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.split.Role;
import org.foldwise.registry.experiment.Procedure;

/** What the report of an experiment says in place of what nobody has asked for yet: which request makes it, or why none does. */
final class MissingSections {
    private static final String EVALUATIONS = "POST /api/v1/evaluations";
    private static final String EXPERIMENTS = "POST /api/v1/experiments";

    private MissingSections() {}

    /** In place of figures of groups of patients. */
    static Section subgroups(Study study) {
        String none = "No evaluation of this experiment has figures of groups of patients yet. ";
        String how =
                switch (study.recipe().procedure()) {
                    case CROSS_VALIDATION, NESTED_CROSS_VALIDATION ->
                        none + EVALUATIONS + " with the subject {\"experimentId\": \""
                                + id(study.recipe().path())
                                + "\"} and the subset \"outOfFold\" makes them, of the held-out images of all folds.";
                    case TRAIN, ENSEMBLE ->
                        none + ofRun(study)
                                + " and the subset \"validation\" makes them of the validation images, and freezes the threshold.";
                };
        return new Section("Subgroups", List.of(RecordSections.text(how)));
    }

    /** In place of prediction sets, where no run's threshold is frozen. */
    static Section predictionSets(Study study) {
        String words = study.recipe().isCrossValidation()
                ? "Prediction sets belong to a model that answers, and are frozen with its threshold. A cross-validation answers nobody. "
                        + (study.recipe().procedure() == Procedure.NESTED_CROSS_VALIDATION
                                ? "One training of the plan that somebody chooses from what the search has shown, by "
                                : "An ensemble of its folds, by POST /api/v1/ensembles, or one training of the plan, by ")
                        + EXPERIMENTS
                        + ", has sets once an evaluation with the subset \"validation\" and a coverage has calibrated them."
                : "No threshold of this model is frozen yet, and no prediction sets with it. " + ofRun(study)
                        + ", the subset \"validation\" and a coverage calibrates and freezes them.";
        return new Section("Prediction sets", List.of(RecordSections.text(words)));
    }

    /** In place of what the test subset made of the promise. */
    static Section promise(Study study) {
        boolean isAnybodyLocked = study.division().audit().folds().stream()
                .flatMap(fold -> fold.roles().stream())
                .anyMatch(role -> role.role() == Role.TEST && role.patients() > 0);
        String words = isAnybodyLocked
                ? "No test has been held against what development promised here. Only an evaluation of a model of this plan with the subset "
                        + "\"test\" does, by " + EVALUATIONS
                        + "; it takes a frozen threshold, and is an opening of the locked test subset, which is counted and shown on every "
                        + "report thereafter."
                : "This split locks nobody away, so no test of its own can be held against what development promised. "
                        + "Images of another dataset can: " + EVALUATIONS + " with the subset \"external\".";
        return new Section("Promised and found", List.of(RecordSections.text(words)));
    }

    /**
     * In place of doubts about labels.
     *
     * @param isOutOfFold whether there are predictions that could have told
     */
    static Section doubts(Study study, boolean isOutOfFold) {
        String words = isOutOfFold
                ? "A label can be doubted only where some images have it and others do not; of these images that is true of none."
                : "Labels are doubted by predictions of models that had not learned from the patient. One training has none of its "
                        + "training images; a cross-validation of the same plan on a split with folds has them of every development image, by "
                        + EXPERIMENTS + " with the procedure \"crossValidation\", and its report lists them.";
        return new Section(
                ReviewSections.titleOfDoubts(study.data().task() == Task.MULTICLASS),
                List.of(RecordSections.text(words)));
    }

    private static String ofRun(Study study) {
        UUID ensemble = study.recipe().ensemble();
        UUID run = ensemble == null ? study.trainings().get(0).id() : ensemble;
        return EVALUATIONS + " with the subject {\"runId\": \"" + run + "\"}";
    }

    private static String id(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
