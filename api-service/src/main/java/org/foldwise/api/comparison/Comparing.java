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
import org.foldwise.learning.metrics.comparison.RecipeComparison;
import org.foldwise.learning.metrics.comparison.RecipeComparison.CrossValidated;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunArtifact;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Compares two experiments by what is stored of them. */
@Component
class Comparing {
    private final PatientSplits splits;
    private final Datasets datasets;
    private final Runs runs;
    private final RunProgress progress;
    private final ArtifactStore artifacts;
    private final JsonMapper mapper;

    Comparing(
            PatientSplits splits,
            Datasets datasets,
            Runs runs,
            RunProgress progress,
            ArtifactStore artifacts,
            JsonMapper mapper) {
        this.splits = splits;
        this.datasets = datasets;
        this.runs = runs;
        this.progress = progress;
        this.artifacts = artifacts;
        this.mapper = mapper;
    }

    /**
     * The comparison.
     *
     * @throws RefusedException unless both are cross-validations of two classes on the same split that succeeded
     */
    ComparisonResponse compare(Experiment first, Experiment second) {
        if (!first.splitId().equals(second.splitId())) {
            throw conflict("The experiments have different splits; only on the same folds can recipes be compared.");
        }
        PatientSplit split = splits.find(first.splitId()).orElseThrow();
        Task task =
                datasets.findById(split.datasetId()).orElseThrow().description().task();
        if (task != Task.BINARY) {
            throw conflict("Recipes are compared on tasks with two classes; this one is " + WireNames.of(task) + ".");
        }
        CrossValidated one = crossValidated(first);
        CrossValidated other = crossValidated(second);
        double testToTrain = mapper.readValue(split.audit(), LeakageAudit.class).testToTrain();
        return ComparisonResponse.of(
                first,
                second,
                RecipeComparison.of(one, other, testToTrain),
                testToTrain,
                one.summary().pooled().bootstrap().level());
    }

    private CrossValidated crossValidated(Experiment experiment) {
        String summary = experiment.summary();
        if (experiment.procedure() != Procedure.CROSS_VALIDATION || summary == null) {
            throw conflict("Only cross-validations that succeeded can be compared; '" + experiment.name() + "' is "
                    + WireNames.of(experiment.procedure()) + " and " + WireNames.of(experiment.state()) + ".");
        }
        List<ScoredCase> cases = new ArrayList<>();
        for (Run run : runs.findByExperimentIdOrderByFold(experiment.id())) {
            RunArtifact artifact = progress.artifact(run.id(), RunArtifactKind.HELD_OUT_PREDICTIONS)
                    .orElseThrow(() -> new IllegalStateException(run + " has no held-out predictions"));
            cases.addAll(read(artifact));
        }
        return new CrossValidated(ReportJson.read(CrossValidationSummary.class, summary), cases);
    }

    private List<ScoredCase> read(RunArtifact artifact) {
        try {
            return PredictionsJson.read(artifacts.read(artifact.key()));
        } catch (CorruptArtifactException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RefusedException conflict(String detail) {
        return new RefusedException(ProblemType.CONFLICT, detail);
    }
}
