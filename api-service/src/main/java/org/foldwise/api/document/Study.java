package org.foldwise.api.document;

import java.util.List;
import java.util.UUID;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.SplitSpec;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of an experiment and all that it stands on.
 *
 * @param data the dataset it was trained on
 * @param division how its patients were divided
 * @param recipe what was trained
 * @param trainings its runs, in the order of their folds; of an ensemble the runs of its members, in their order
 * @param judgements its evaluations that succeeded, in the order in which they were asked for
 * @param openings every opening of the split's test subset, whoever asked for it
 */
record Study(
        Data data,
        Division division,
        Recipe recipe,
        List<RecordSections.Training> trainings,
        List<Judgement> judgements,
        List<RecordSections.Opening> openings) {
    Study {
        trainings = List.copyOf(trainings);
        judgements = List.copyOf(judgements);
        openings = List.copyOf(openings);
    }

    /**
     * A frozen dataset.
     *
     * @param path its address
     * @param classes the negative and the positive class
     * @param patientLabelRule how a patient's label follows from those of the images
     * @param withdrawals how many patients were withdrawn since it was frozen
     */
    record Data(
            String path,
            String name,
            @Nullable String modality,
            @Nullable String bodyPart,
            int images,
            int patients,
            List<String> classes,
            String patientLabelRule,
            String digest,
            int withdrawals) {
        Data {
            classes = List.copyOf(classes);
        }
    }

    /**
     * A patient split.
     *
     * @param path its address
     */
    record Division(String path, SplitSpec spec, long seed, String digest, LeakageAudit audit) {}

    /**
     * An experiment's plan and procedure.
     *
     * @param path the experiment's address
     * @param isCrossValidation whether it was trained on every fold, rather than once on all development patients
     * @param ensemble the run that is made of other experiments' runs; absent where the experiment trained
     */
    record Recipe(
            String path,
            String name,
            boolean isCrossValidation,
            @Nullable UUID ensemble,
            ExperimentPlan plan,
            String planDigest) {}

    /** What is trained, in words. */
    String procedure() {
        if (recipe.ensemble() != null) {
            return "ensemble: the mean of the probabilities of " + trainings.size() + " trainings"
                    + (isOfFolds() ? ", one for each fold of a cross-validation" : " on the same patients");
        }
        return recipe.isCrossValidation()
                ? "cross-validation, one training for each fold"
                : "one training on the patients outside the test subset";
    }

    /** Whether it is an ensemble whose members each left other patients out. */
    boolean isOfFolds() {
        return recipe.ensemble() != null
                && trainings.stream().anyMatch(training -> training.fold() != Fold.DEVELOPMENT);
    }

    /** The trainings behind the answers of a run: itself, or the members of an ensemble. */
    List<RecordSections.Training> trainingsOf(UUID run) {
        return run.equals(recipe.ensemble())
                ? trainings
                : trainings.stream()
                        .filter(training -> training.id().equals(run))
                        .toList();
    }

    /**
     * A judgement.
     *
     * @param path the evaluation's address
     * @param run the run that was judged; absent for a cross-validation as a whole
     * @param subset of which images
     * @param images how many
     * @param patients whose images they are
     * @param rocAuc the area with its interval, in words
     * @param recall at the threshold used
     * @param specificity at the threshold used
     * @param threshold that was used
     */
    record Judgement(
            String path,
            @Nullable UUID run,
            String subset,
            int images,
            int patients,
            long positives,
            String rocAuc,
            String recall,
            String specificity,
            String threshold) {}

    /** The same with one of the trainings only, and its judgements. */
    Study ofRun(UUID run) {
        return new Study(
                data,
                division,
                recipe,
                trainingsOf(run),
                judgements.stream()
                        .filter(judgement -> run.equals(judgement.run()))
                        .toList(),
                openings);
    }

    /** Whether images of that subset were judged. */
    boolean wasJudgedOn(String subset) {
        return judgements.stream().anyMatch(judgement -> judgement.subset().equals(subset));
    }
}
