package org.foldwise.api.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.json.PredictionSetsJson;
import org.foldwise.learning.json.RecalibrationJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.MultilabelReport;
import org.foldwise.learning.model.BundleWriter;
import org.foldwise.learning.model.ModelBundle;
import org.foldwise.learning.network.SafetensorsFile;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.registry.RecordTamperedException;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.StagedArtifact;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.evaluation.ChosenThreshold;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.evaluation.FrozenThreshold;
import org.foldwise.registry.evaluation.FrozenThresholds;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.run.EnsembleMember;
import org.foldwise.registry.run.Ensembles;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes the bundle of a run: its weights, of an ensemble those of its members, and everything that gives them a meaning. */
@Component
class Bundling {
    private final Runs runs;
    private final RunProgress progress;
    private final Ensembles ensembles;
    private final Experiments experiments;
    private final PatientSplits splits;
    private final Datasets datasets;
    private final FrozenThresholds thresholds;
    private final Evaluations evaluations;
    private final ArtifactStore artifacts;

    Bundling(
            Runs runs,
            RunProgress progress,
            Ensembles ensembles,
            Experiments experiments,
            PatientSplits splits,
            Datasets datasets,
            FrozenThresholds thresholds,
            Evaluations evaluations,
            ArtifactStore artifacts) {
        this.runs = runs;
        this.progress = progress;
        this.ensembles = ensembles;
        this.experiments = experiments;
        this.splits = splits;
        this.datasets = datasets;
        this.thresholds = thresholds;
        this.evaluations = evaluations;
        this.artifacts = artifacts;
    }

    /**
     * Stores the bundle of a run that has succeeded and has a frozen threshold.
     *
     * @throws IOException if the run's weights are damaged
     */
    ArtifactKey bundle(UUID runId) throws IOException {
        Run run = runs.findById(runId).orElseThrow();
        Experiment experiment = experiments.findById(run.experimentId()).orElseThrow();
        Dataset dataset = splits.find(experiment.splitId())
                .flatMap(split -> datasets.findById(split.datasetId()))
                .orElseThrow();
        List<EnsembleMember> members = ensembles.members(runId);
        List<ModelBundle.Member> networks = new ArrayList<>();
        for (EnsembleMember member : members) {
            Run trained = runs.findById(member.run()).orElseThrow();
            networks.add(network(trained, trained.id(), member.artifact()));
        }
        if (members.isEmpty()) {
            networks.add(network(
                    run,
                    null,
                    progress.artifact(runId, RunArtifactKind.WEIGHTS)
                            .orElseThrow()
                            .key()));
        }
        ModelBundle bundle = new ModelBundle(
                dataset.description().task(),
                present(dataset.classes(), "a frozen dataset has classes"),
                decision(run, dataset.description().task()),
                networks);
        try (StagedArtifact staged = artifacts.stage()) {
            BundleWriter.write(bundle, staged.stream());
            return staged.commit();
        }
    }

    /** @param name of a member of an ensemble its run */
    private ModelBundle.Member network(Run run, @Nullable UUID name, ArtifactKey weights) throws IOException {
        ExperimentPlan plan = PlanJson.read(
                experiments.findById(run.experimentId()).orElseThrow().plan());
        Provenance provenance =
                ReportJson.read(Provenance.class, present(run.provenance(), "a succeeded training has a provenance"));
        return new ModelBundle.Member(
                name,
                plan,
                plan.image().preprocessing(provenance),
                provenance,
                SafetensorsFile.read(ByteBuffer.wrap(artifacts.read(weights))).weights());
    }

    private Decision decision(Run run, Task task) {
        FrozenThreshold frozen = thresholds.ofRun(run.id()).orElseThrow();
        Evaluation validation = evaluations.findById(frozen.evaluationId()).orElseThrow();
        String report = present(validation.report(), "a succeeded evaluation has a report");
        return switch (task) {
            case BINARY -> {
                ThresholdChoice chosen =
                        ReportJson.read(EvaluationReport.class, report).threshold();
                requireFrozen(run, frozen, chosen.threshold(), null);
                yield new Decision.AtThreshold(chosen, recalibration(frozen), predictionSets(frozen));
            }
            case MULTICLASS -> {
                requireFrozen(run, frozen, null, null);
                yield new Decision.MostProbable(recalibration(frozen), predictionSets(frozen));
            }
            case MULTILABEL -> {
                Decision.LabelThresholds chosen =
                        ReportJson.read(MultilabelReport.class, report).decision();
                requireFrozen(run, frozen, null, chosen.thresholds());
                yield new Decision.LabelThresholds(chosen.choices(), recalibration(frozen), predictionSets(frozen));
            }
        };
    }

    private static Recalibration recalibration(FrozenThreshold frozen) {
        String document = frozen.recalibration();
        return document == null ? new Recalibration.None() : RecalibrationJson.read(document);
    }

    private static PredictionSets predictionSets(FrozenThreshold frozen) {
        String document = frozen.predictionSets();
        return document == null ? new PredictionSets.None() : PredictionSetsJson.read(document);
    }

    private static void requireFrozen(
            Run run, FrozenThreshold frozen, @Nullable Double threshold, @Nullable List<Double> ofLabels) {
        ChosenThreshold reported =
                new ChosenThreshold(threshold, ofLabels, frozen.recalibration(), frozen.predictionSets());
        if (!reported.equals(frozen.chosen())) {
            throw new RecordTamperedException(
                    "The frozen threshold of run " + run.id(),
                    "it is " + frozen.chosen() + ", and its validation reports " + reported);
        }
    }

    private static <T> T present(@Nullable T value, String promise) {
        if (value == null) {
            throw new IllegalStateException(promise);
        }
        return value;
    }
}
