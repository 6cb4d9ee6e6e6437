package org.foldwise.api.comparison;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.PredictionsJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.comparison.ClassRecipeComparison;
import org.foldwise.learning.metrics.comparison.RecipeComparison;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskSummary;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
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

/** Compares two experiments by what is stored of them. */
@Component
class Comparing {
    private final PatientSplits splits;
    private final Datasets datasets;
    private final Runs runs;
    private final RunProgress progress;
    private final ArtifactStore artifacts;

    Comparing(PatientSplits splits, Datasets datasets, Runs runs, RunProgress progress, ArtifactStore artifacts) {
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
    ComparisonResponse compare(Experiment first, Experiment second) {
        if (!first.splitId().equals(second.splitId())) {
            throw conflict("The experiments have different splits; only on the same folds can recipes be compared.");
        }
        PatientSplit split = splits.find(first.splitId()).orElseThrow();
        Task task =
                datasets.findById(split.datasetId()).orElseThrow().description().task();
        String summary = summary(first);
        String other = summary(second);
        double testToTrain = split.audit().testToTrain();
        if (task == Task.BINARY) {
            RecipeComparison.CrossValidated one = binary(first, summary);
            return ComparisonResponse.of(
                    first,
                    second,
                    RecipeComparison.of(one, binary(second, other), testToTrain),
                    testToTrain,
                    one.summary().pooled().bootstrap().level());
        }
        ClassRecipeComparison.CrossValidated one = several(first, summary, split);
        return ComparisonResponse.of(
                first,
                second,
                task,
                ClassRecipeComparison.of(one, several(second, other, split), testToTrain),
                testToTrain,
                one.report().bootstrap().level());
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
        List<ScoredCase> cases = new ArrayList<>();
        // of several repeats the first, in which each image counts once
        for (Run run : runs.findFirstRepeat(experiment.id(), read.repeats())) {
            cases.addAll(PredictionsJson.read(heldOut(run)));
        }
        return new RecipeComparison.CrossValidated(read, cases);
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
