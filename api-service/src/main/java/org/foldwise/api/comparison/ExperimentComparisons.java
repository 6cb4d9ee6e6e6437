package org.foldwise.api.comparison;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.PredictionsJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.comparison.ClassModelComparison;
import org.foldwise.learning.metrics.comparison.ClassRecipeComparison;
import org.foldwise.learning.metrics.comparison.RecipeComparison;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskSummary;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunArtifact;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;

/** Compares two experiments by what is stored of them. Nothing is kept. */
@Component
public class ExperimentComparisons {
    private static final String AREA = "area under the ROC curve";

    private final PatientSplits splits;
    private final Datasets datasets;
    private final Runs runs;
    private final RunProgress progress;
    private final ArtifactStore artifacts;

    ExperimentComparisons(
            PatientSplits splits, Datasets datasets, Runs runs, RunProgress progress, ArtifactStore artifacts) {
        this.splits = splits;
        this.datasets = datasets;
        this.runs = runs;
        this.progress = progress;
        this.artifacts = artifacts;
    }

    /**
     * The comparison.
     *
     * @throws RefusedException unless both are cross-validations, nested or not, on the same split that succeeded
     */
    public ExperimentComparison compare(Experiment first, Experiment second) {
        if (!first.splitId().equals(second.splitId())) {
            throw conflict("The experiments have different splits; only on the same folds can recipes be compared.");
        }
        PatientSplit split = splits.find(first.splitId()).orElseThrow();
        Dataset dataset = datasets.findById(split.datasetId()).orElseThrow();
        Task task = dataset.description().task();
        String summary = summary(first);
        String other = summary(second);
        double testToTrain = split.audit().testToTrain();
        if (task == Task.BINARY) {
            RecipeComparison.CrossValidated one = binary(first, summary);
            RecipeComparison.CrossValidated two = binary(second, other);
            RecipeComparison comparison = RecipeComparison.of(one, two, testToTrain);
            List<String> classes = Objects.requireNonNull(dataset.classes());
            return new ExperimentComparison(
                    side(first, one, classes),
                    side(second, two, classes),
                    split,
                    comparison,
                    null,
                    testToTrain,
                    one.summary().pooled().bootstrap(),
                    Verdict.ofRecipes(
                                    first.name(),
                                    second.name(),
                                    AREA,
                                    comparison.overFolds().difference())
                            + Verdict.ofSearches(first, second));
        }
        ClassRecipeComparison.CrossValidated one = several(first, summary, split);
        ClassRecipeComparison.CrossValidated two = several(second, other, split);
        ClassRecipeComparison comparison = ClassRecipeComparison.of(one, two, testToTrain);
        return new ExperimentComparison(
                new ExperimentComparison.Side(first, one.pooledImages(), one.decision()),
                new ExperimentComparison.Side(second, two.pooledImages(), two.decision()),
                split,
                null,
                comparison,
                testToTrain,
                one.report().bootstrap(),
                verdict(
                        first,
                        second,
                        task,
                        comparison,
                        one.report().bootstrap().level()));
    }

    private static ExperimentComparison.Side side(
            Experiment experiment, RecipeComparison.CrossValidated validated, List<String> classes) {
        return new ExperimentComparison.Side(
                experiment,
                new ScoredImages.Binary(classes, validated.cases()),
                new Decision.AtThreshold(validated.summary().pooled().threshold()));
    }

    private static String verdict(
            Experiment first, Experiment second, Task task, ClassRecipeComparison comparison, double level) {
        boolean areLabels = task == Task.MULTILABEL;
        String verdict = Verdict.ofRecipes(
                first.name(),
                second.name(),
                AREA + " over all " + (areLabels ? "labels" : "classes"),
                comparison.overFolds().difference());
        ClassModelComparison overPatients = comparison.overPatients();
        String ofClasses = overPatients == null
                ? ""
                : " " + Verdict.ofClasses(areLabels ? "label" : "class", overPatients.classes(), level);
        return verdict + ofClasses + Verdict.ofSearches(first, second);
    }

    /** The stored summary of a cross-validation. */
    private static String summary(Experiment experiment) {
        String summary = experiment.summary();
        if (!experiment.procedure().isCrossValidation() || summary == null) {
            throw conflict(
                    "Only cross-validations, nested or not, that succeeded can be compared; '" + experiment.name()
                            + "' is "
                            + WireNames.of(experiment.procedure()) + " and " + WireNames.of(experiment.state()) + ".");
        }
        return summary;
    }

    private RecipeComparison.CrossValidated binary(Experiment experiment, String summary) {
        CrossValidationSummary read = ReportJson.read(CrossValidationSummary.class, summary);
        List<List<ScoredCase>> heldOut = new ArrayList<>();
        for (Run run : runs.findOuter(experiment.id())) {
            heldOut.add(PredictionsJson.read(heldOut(run)));
        }
        return new RecipeComparison.CrossValidated(read, heldOut);
    }

    private ClassRecipeComparison.CrossValidated several(Experiment experiment, String summary, PatientSplit split) {
        List<ScoredImages> heldOut = new ArrayList<>();
        for (Run run : runs.findOuter(experiment.id())) {
            heldOut.add(PredictionsJson.readImages(heldOut(run)));
        }
        return new ClassRecipeComparison.CrossValidated(
                ReportJson.read(TaskSummary.class, summary),
                heldOut,
                split.spec().repeats());
    }

    private byte[] heldOut(Run run) {
        RunArtifact artifact = progress.artifact(run.id(), RunArtifactKind.HELD_OUT_PREDICTIONS)
                .orElseThrow(() -> new IllegalStateException(run + " has no held-out predictions"));
        try {
            return artifacts.read(artifact.key());
        } catch (CorruptArtifactException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RefusedException conflict(String detail) {
        return new RefusedException(ProblemType.CONFLICT, detail);
    }
}
