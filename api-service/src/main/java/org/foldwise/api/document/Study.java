package org.foldwise.api.document;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foldwise.api.report.OptimismView;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.metrics.conformal.SetReport;
import org.foldwise.learning.metrics.scored.RecalibrationEffect;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.registry.experiment.Procedure;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of an experiment and all that it stands on.
 *
 * @param data the dataset it was trained on
 * @param division how its patients were divided
 * @param recipe what was trained
 * @param trainings its runs, in the order of their folds; of a search the outer ones alone, of an ensemble the runs of its members
 * @param judgements its evaluations that succeeded, in the order in which they were asked for
 * @param openings every opening of the split's test subset, whoever asked for it
 * @param promises what development had promised, held against every test that was made of it
 * @param explanations of each of the evaluations the newest check of its heat maps, where one was made
 * @param versions the model versions that were made of its runs
 */
record Study(
        Data data,
        Division division,
        Recipe recipe,
        List<RecordSections.Training> trainings,
        List<Judgement> judgements,
        List<RecordSections.Opening> openings,
        List<OptimismView> promises,
        List<Explained> explanations,
        List<Version> versions) {
    Study {
        trainings = List.copyOf(trainings);
        judgements = List.copyOf(judgements);
        openings = List.copyOf(openings);
        promises = List.copyOf(promises);
        explanations = List.copyOf(explanations);
        versions = List.copyOf(versions);
    }

    /**
     * A frozen dataset.
     *
     * @param path its address
     * @param task what is asked of its images
     * @param classes in order; of a binary task the negative and the positive one
     * @param patientLabelRule how a patient's label follows from those of the images
     * @param frames in words, which frames of a file are images; absent where a file stands for one image
     * @param withdrawals how many patients were withdrawn since it was frozen
     * @param known what else is known of its images
     */
    record Data(
            String path,
            String name,
            @Nullable String modality,
            @Nullable String bodyPart,
            int images,
            int patients,
            Task task,
            List<String> classes,
            String patientLabelRule,
            @Nullable String frames,
            String digest,
            int withdrawals,
            Known known) {
        Data {
            classes = List.copyOf(classes);
        }

        /** The classes in words. */
        String classesInWords() {
            return String.join(", ", classes)
                    + switch (task) {
                        case BINARY -> " (the last is positive)";
                        case MULTICLASS -> " (each image shows one)";
                        case MULTILABEL -> " (an image shows any number of them, or none)";
                    };
        }
    }

    /**
     * What is known of a dataset's images beside patient and label.
     *
     * @param dicomFiles how many were read off DICOM files
     * @param deidentifiedOnly whether only DICOM files that say that they are de-identified were taken
     * @param years in which they were acquired; absent where no day is known
     * @param attributes what manifest and files say, in the order of the profile
     */
    record Known(int dicomFiles, boolean deidentifiedOnly, @Nullable Years years, List<Attribute> attributes) {
        /** Of images of which nothing is known. */
        static final Known NOTHING = new Known(0, false, null, List.of());

        /** What the files of a device say of how an image was taken; the names are those of the profile. */
        private static final List<String> OF_ACQUISITION = List.of(
                "modality", "bodyPart", "viewPosition", "laterality", "manufacturer", "station", "pixelSpacingMm");

        Known {
            attributes = List.copyOf(attributes);
        }

        /** What is known of how the images were taken. */
        List<Attribute> acquisition() {
            return attributes.stream()
                    .filter(attribute -> OF_ACQUISITION.contains(attribute.name()))
                    .toList();
        }

        /** Where they were taken, if that is known. */
        Optional<Attribute> site() {
            return attributes.stream()
                    .filter(attribute -> attribute.name().equals("site"))
                    .findFirst();
        }
    }

    /**
     * From the first year to the last; days would tell more of patients than a report needs.
     *
     * @param images of which the day is known
     */
    record Years(int first, int last, int images) {}

    /**
     * One thing that is known.
     *
     * @param name as in the profile
     * @param distinct how many different values there are
     * @param values the values and how many images have each, the most frequent first; none where there are too many to list
     * @param imagesWithout how many images say nothing
     */
    record Attribute(String name, int distinct, List<String> values, int imagesWithout) {
        Attribute {
            values = List.copyOf(values);
        }
    }

    /**
     * A check of the heat maps that explain an evaluation's answers.
     *
     * @param evaluation the address of the evaluation
     * @param path its own address
     * @param images whose maps were looked at
     * @param border the share of the heat in a frame along the edges, in words, and what it would be of a map that shows nothing
     */
    record Explained(String evaluation, String path, int images, String border) {}

    /**
     * A version of a model.
     *
     * @param run of which it was made
     * @param path its address
     */
    record Version(UUID run, String path, String model, int number) {}

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
     * @param procedure what was trained
     * @param ensemble the run that is made of other experiments' runs; absent where the experiment trained
     * @param plan as it was asked for; of a search that from which candidates differ
     * @param candidates how many plans a search compared; absent where nothing was searched for
     */
    record Recipe(
            String path,
            String name,
            Procedure procedure,
            @Nullable UUID ensemble,
            ExperimentPlan plan,
            String planDigest,
            @Nullable Integer candidates) {
        /** Whether it was trained on every fold, rather than once on all development patients. */
        boolean isCrossValidation() {
            return procedure.isCrossValidation();
        }

        private String procedureInWords(int trainings) {
            return switch (procedure) {
                case TRAIN -> "one training on the patients outside the test subset";
                case CROSS_VALIDATION -> "cross-validation over " + trainings + " folds of patients";
                case NESTED_CROSS_VALIDATION ->
                    "nested cross-validation over " + trainings + " outer folds of patients, in each of which "
                            + candidates + " candidates for the plan were compared on inner folds";
                case ENSEMBLE -> "ensemble: the mean of the probabilities of " + trainings + " trainings";
            };
        }
    }

    /** What was done, for the trainings that are shown. */
    String procedureInWords() {
        String words = recipe.procedureInWords(trainings.size());
        if (recipe.ensemble() == null) {
            return words;
        }
        return words + (isOfFolds() ? ", one for each fold of a cross-validation" : " on the same patients");
    }

    /** Whether it is an ensemble whose members each left other patients out. */
    boolean isOfFolds() {
        return recipe.ensemble() != null
                && trainings.stream().anyMatch(training -> training.fold() != Fold.DEVELOPMENT);
    }

    /** Of a cross-validation the trainings of the first repeat: each patient was held out by one of them, so that each image counts once. */
    List<RecordSections.Training> firstRepeat() {
        return trainings.subList(0, trainings.size() / division.spec().repeats());
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
     * @param rocAuc the area with its interval, or the mean one over several classes, in words
     * @param decision how decisions were made: the threshold of a binary task
     * @param figures of these decisions, the same ones for all judgements of a task
     * @param predictionSets what the run's prediction sets did; absent where it has none, or they were calibrated on the images
     * @param recalibration what the run's recalibration did; absent where it has none, or it was fitted to the images
     * @param groups figures of groups of patients, by attribute; none where nothing is known of the images
     * @param overlap what another dataset has in common with that which was trained on; absent of the same one
     */
    record Judgement(
            String path,
            @Nullable UUID run,
            String subset,
            int images,
            int patients,
            String rocAuc,
            String decision,
            List<Figure> figures,
            @Nullable SetReport predictionSets,
            @Nullable RecalibrationEffect recalibration,
            List<Grouping> groups,
            @Nullable Overlap overlap) {
        Judgement {
            figures = List.copyOf(figures);
            groups = List.copyOf(groups);
        }

        /** The same of another dataset. */
        Judgement with(Overlap other) {
            return new Judgement(
                    path,
                    run,
                    subset,
                    images,
                    patients,
                    rocAuc,
                    decision,
                    figures,
                    predictionSets,
                    recalibration,
                    groups,
                    other);
        }
    }

    /**
     * The groups by one attribute.
     *
     * @param attribute such as {@code site}
     * @param figure which of each group is told
     * @param groups in their order
     * @param imagesWithout images of which it is not known
     * @param lowest the group with the lowest figure; absent where fewer than two have it
     */
    record Grouping(String attribute, String figure, List<Group> groups, int imagesWithout, @Nullable String lowest) {
        Grouping {
            groups = List.copyOf(groups);
        }
    }

    /**
     * A group.
     *
     * @param figure in words, or why there is none
     */
    record Group(String name, int images, int patients, String figure) {}

    /**
     * What another dataset has in common with that which was trained on.
     *
     * @param dataset the address of the other one
     * @param name of the other one
     * @param patients number of equal patient ids
     * @param contents number of byte-identical images
     * @param policy what was done about equal ids, in words
     */
    record Overlap(String dataset, String name, int patients, int contents, String policy) {
        String words() {
            return Words.count(patients, "equal patient id") + ", " + Words.count(contents, "byte-identical image")
                    + "; " + policy;
        }
    }

    /** The newest judgement that has figures of groups: of held-out or test images where there is one, else of others. */
    Optional<Judgement> grouped() {
        return Stream.of("outOfFold", "test", "external", "validation")
                .flatMap(subset -> judgements.stream()
                        .filter(judgement -> judgement.subset().equals(subset)
                                && !judgement.groups().isEmpty())
                        .reduce((earlier, later) -> later)
                        .stream())
                .findFirst();
    }

    /** A figure in words. */
    record Figure(String name, String value) {}

    /** The same with one of the trainings only, and its judgements. */
    Study ofRun(UUID run) {
        Set<String> tests = judgements.stream()
                .filter(judgement -> run.equals(judgement.run()))
                .map(Judgement::path)
                .collect(Collectors.toSet());
        return new Study(
                data,
                division,
                recipe,
                trainingsOf(run),
                judgements.stream()
                        .filter(judgement -> run.equals(judgement.run()))
                        .toList(),
                openings,
                promises.stream()
                        .filter(promise -> tests.contains(address(promise)))
                        .toList(),
                explanations.stream()
                        .filter(explained -> tests.contains(explained.evaluation()))
                        .toList(),
                versions.stream().filter(version -> version.run().equals(run)).toList());
    }

    private static String address(OptimismView promise) {
        return "/api/v1/evaluations/" + promise.testId();
    }

    /** Whether images of that subset were judged. */
    boolean wasJudgedOn(String subset) {
        return judgements.stream().anyMatch(judgement -> judgement.subset().equals(subset));
    }
}
