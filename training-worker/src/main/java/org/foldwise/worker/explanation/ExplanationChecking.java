package org.foldwise.worker.explanation;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.explanation.AnsweringNetwork;
import org.foldwise.learning.explanation.ExplainedImage;
import org.foldwise.learning.explanation.MapCheck;
import org.foldwise.learning.explanation.Region;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.training.CachedPixels;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.explanation.ExplanationCheck;
import org.foldwise.registry.explanation.ExplanationCheckReporting;
import org.foldwise.registry.explanation.ExplanationChecks;
import org.foldwise.registry.explanation.HeatRegion;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.foldwise.worker.JobProgress;
import org.foldwise.worker.JobWork;
import org.foldwise.worker.LeaseWatch;
import org.foldwise.worker.StoppedException;
import org.foldwise.worker.Workspace;
import org.foldwise.worker.explanation.SampledCases.SampledCase;
import org.foldwise.worker.run.MaterialFailure;
import org.foldwise.worker.run.PixelCache;
import org.foldwise.worker.run.Predictions;
import org.foldwise.worker.run.RunMaterials;
import org.foldwise.worker.run.TrainedNetworks;
import org.foldwise.worker.run.TrainedNetworks.TrainedNetwork;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Checks the maps that explain an evaluation's answers, on a sample of the images that it has judged, with the networks that answered them.
 * It opens these images and no others.
 */
@Component
final class ExplanationChecking implements JobWork {
    private final ExplanationChecks checks;
    private final ExplanationCheckReporting reporting;
    private final Evaluations evaluations;
    private final Runs runs;
    private final Experiments experiments;
    private final PatientSplits splits;
    private final RunMaterials materials;
    private final TrainedNetworks networks;
    private final Predictions predictions;
    private final PixelCache pixelCache;
    private final JobProgress.Factory progress;
    private final ObjectProvider<TorchEngine> engine;

    ExplanationChecking(
            ExplanationChecks checks,
            ExplanationCheckReporting reporting,
            Evaluations evaluations,
            Runs runs,
            Experiments experiments,
            PatientSplits splits,
            RunMaterials materials,
            TrainedNetworks networks,
            Predictions predictions,
            PixelCache pixelCache,
            JobProgress.Factory progress,
            ObjectProvider<TorchEngine> engine) {
        this.checks = checks;
        this.reporting = reporting;
        this.evaluations = evaluations;
        this.runs = runs;
        this.experiments = experiments;
        this.splits = splits;
        this.materials = materials;
        this.networks = networks;
        this.predictions = predictions;
        this.pixelCache = pixelCache;
        this.progress = progress;
        this.engine = engine;
    }

    @Override
    public JobKind kind() {
        return JobKind.EXPLANATION_CHECK;
    }

    @Override
    public void carryOut(FencingToken token, LeaseWatch lease, Workspace workspace) throws InterruptedException {
        ExplanationCheck asked = checks.findById(token.job())
                .orElseThrow(() -> new NoSuchElementException("job " + token.job() + " is of no explanation check"));
        reporting.start(token);
        try {
            check(token, asked, lease);
        } catch (StoppedException | CancellationException e) {
            lease.requireCancelled(e);
            reporting.cancelled(token);
        } catch (RuntimeException e) {
            reporting.fail(token, MaterialFailure.detail(e));
        }
    }

    private void check(FencingToken token, ExplanationCheck asked, LeaseWatch lease) throws InterruptedException {
        Evaluation evaluation = evaluations.findById(asked.evaluationId()).orElseThrow();
        Experiment experiment = experimentOf(evaluation);
        PatientSplit stored = splits.find(experiment.splitId()).orElseThrow();
        Cohort trainedOn = materials.cohort(stored.datasetId());
        Split split = splits.loadProven(stored.id(), trainedOn);
        UUID external = evaluation.datasetId();
        List<TrainedNetwork> answering = networks.of(evaluation, stored);
        long seed = answering.get(0).plan().seed();
        SampledCases sample = SampledCases.of(
                predictions.images(requireNonNull(evaluation.cases())),
                requireNonNull(evaluation.report()),
                external == null ? trainedOn : materials.cohort(external),
                trainedOn.classes(),
                asked.explainedClass(),
                asked.images(),
                seed);
        Map<List<TrainedNetwork>, List<SampledCase>> byNetworks =
                sample.byNetworks(evaluation.subset(), answering, split);

        MapCheck check =
                new MapCheck(engine.getObject(), trainedOn.task(), trainedOn.classes(), region(asked.region()), seed);
        JobProgress told = progress.of(token);
        int steps = byNetworks.values().stream()
                .mapToInt(cases -> check.steps(cases.size()))
                .sum();
        int before = 0;
        for (Map.Entry<List<TrainedNetwork>, List<SampledCase>> group : byNetworks.entrySet()) {
            List<ImageRecord> images =
                    group.getValue().stream().map(SampledCase::image).toList();
            CachedPixels pixels =
                    pixelCache.open(images, group.getKey().get(0).plan().image().pixels(), done -> lease.requireKept());
            int finished = before;
            check.add(
                    group.getKey().stream()
                            .map(network -> answering(network, trainedOn))
                            .toList(),
                    group.getValue().stream()
                            .map(one -> new ExplainedImage(
                                    one.image().patient(),
                                    pixels.pixelsOf(one.image()),
                                    one.explainedClass(),
                                    one.shows()))
                            .toList(),
                    done -> {
                        lease.requireKept();
                        told.at((double) (finished + done) / steps, "checked " + (finished + done) + " of " + steps);
                    });
            before += check.steps(images.size());
        }
        lease.requireKept();
        reporting.succeed(token, ReportJson.write(check.report()));
    }

    private AnsweringNetwork answering(TrainedNetwork network, Cohort trainedOn) {
        return new AnsweringNetwork(
                NetworkSpec.of(
                        network.plan(), trainedOn.task(), trainedOn.classes().size()),
                networks.weights(network),
                network.plan().image().preprocessing(network.provenance()),
                Precision.labelled(network.provenance().predictionPrecision()));
    }

    private static @Nullable Region region(@Nullable HeatRegion asked) {
        return asked == null ? null : new Region(asked.left(), asked.top(), asked.right(), asked.bottom());
    }

    private Experiment experimentOf(Evaluation evaluation) {
        UUID run = evaluation.runId();
        UUID experiment = run == null
                ? requireNonNull(evaluation.experimentId())
                : runs.findById(run).orElseThrow().experimentId();
        return experiments.findById(experiment).orElseThrow();
    }

    @Override
    public void giveUp(FencingToken token, String reason) {
        reporting.fail(token, reason);
    }
}
