package org.foldwise.worker.run;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.provenance.ReplayReport;
import org.foldwise.learning.training.Checkpoint;
import org.foldwise.learning.training.DivergedException;
import org.foldwise.learning.training.EpochSummary;
import org.foldwise.learning.training.TrainingCancelledException;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.run.Replay;
import org.foldwise.registry.run.ReplayReporting;
import org.foldwise.registry.run.ReplayVerdict;
import org.foldwise.registry.run.Replays;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunEpoch;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.Runs;
import org.foldwise.worker.JobProgress;
import org.foldwise.worker.JobWork;
import org.foldwise.worker.LeaseWatch;
import org.foldwise.worker.StoppedException;
import org.foldwise.worker.WorkerVersion;
import org.foldwise.worker.Workspace;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Trains a run once more, from the beginning and whatever its checkpoints were, and compares what comes of it with what is stored.
 * Nothing of the run is changed.
 */
@Component
final class RunReplay implements JobWork {
    private final Replays replays;
    private final ReplayReporting reporting;
    private final Runs runs;
    private final RunProgress stored;
    private final RunMaterials materials;
    private final RunTraining training;
    private final JobProgress.Factory progress;
    private final WorkerVersion version;

    RunReplay(
            Replays replays,
            ReplayReporting reporting,
            Runs runs,
            RunProgress stored,
            RunMaterials materials,
            RunTraining training,
            JobProgress.Factory progress,
            WorkerVersion version) {
        this.replays = replays;
        this.reporting = reporting;
        this.runs = runs;
        this.stored = stored;
        this.materials = materials;
        this.training = training;
        this.progress = progress;
        this.version = version;
    }

    @Override
    public JobKind kind() {
        return JobKind.REPLAY;
    }

    @Override
    public void carryOut(FencingToken token, LeaseWatch lease, Workspace workspace) throws InterruptedException {
        Replay replay = replays.findById(token.job())
                .orElseThrow(() -> new NoSuchElementException("job " + token.job() + " is of no replay"));
        reporting.start(token);
        try {
            replay(token, replay.runId(), lease, workspace);
        } catch (StoppedException | TrainingCancelledException | CancellationException e) {
            lease.requireCancelled(e);
            reporting.cancelled(token);
        } catch (DivergedException e) {
            reporting.fail(token, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            reporting.fail(token, MaterialFailure.detail(e));
        }
    }

    private void replay(FencingToken token, UUID run, LeaseWatch lease, Workspace workspace)
            throws InterruptedException {
        RunMaterial material = materials.ofRun(run);
        Recorder recorder = new Recorder(progress.of(token), material.plan().epochs());
        RunTraining.Trained trained = training.train(material, Optional.empty(), recorder, lease, workspace);
        List<ReplayReport.Comparison> comparisons = new ArrayList<>();
        comparisons.add(comparison(
                run,
                "weights",
                RunArtifactKind.WEIGHTS,
                digest(trained.classifier().weights())));
        comparisons.add(comparison(
                run,
                "validationPredictions",
                RunArtifactKind.VALIDATION_PREDICTIONS,
                Predictions.digest(trained.validation())));
        ScoredImages heldOut = trained.heldOut();
        if (heldOut != null) {
            comparisons.add(comparison(
                    run, "heldOutPredictions", RunArtifactKind.HELD_OUT_PREDICTIONS, Predictions.digest(heldOut)));
        }
        List<RunEpoch> epochs = stored.epochs(run);
        ReplayReport report = new ReplayReport(
                comparisons,
                epochs.size(),
                recorder.epochs.size(),
                firstDifferent(epochs, recorder.epochs),
                ReplayReport.environment(
                        provenance(run),
                        trained.classifier().provenance(material.split().digest(), version.value())));
        lease.requireKept();
        reporting.succeed(token, verdict(report), ReportJson.write(report));
    }

    private static ReplayVerdict verdict(ReplayReport report) {
        if (report.agrees()) {
            return ReplayVerdict.IDENTICAL;
        }
        return report.environment().isEmpty() ? ReplayVerdict.DIFFERENT : ReplayVerdict.OTHER_ENVIRONMENT;
    }

    private Provenance provenance(UUID run) {
        return ReportJson.read(
                Provenance.class,
                requireNonNull(runs.findById(run).orElseThrow().provenance()));
    }

    private ReplayReport.Comparison comparison(UUID run, String of, RunArtifactKind kind, Digest replayed) {
        Digest ofRun = stored.artifact(run, kind)
                .orElseThrow(() -> new IllegalArgumentException("run " + run + " has no " + of + " to compare with"))
                .key()
                .digest();
        return new ReplayReport.Comparison(of, ofRun, replayed);
    }

    private static Digest digest(Weights weights) {
        MessageDigest sha256 = Digest.newMessageDigest();
        try (DigestOutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
            RunWeights.write(weights, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Digest.finish(sha256);
    }

    private static @Nullable Integer firstDifferent(List<RunEpoch> stored, List<RunEpoch> replayed) {
        int both = Math.min(stored.size(), replayed.size());
        for (int epoch = 0; epoch < both; epoch++) {
            if (!isSame(stored.get(epoch), replayed.get(epoch))) {
                return epoch;
            }
        }
        return stored.size() == replayed.size() ? null : both;
    }

    /** Whatever the time it took. */
    private static boolean isSame(RunEpoch one, RunEpoch other) {
        return one.trainLoss() == other.trainLoss()
                && one.learningRate() == other.learningRate()
                && one.validation().equals(other.validation());
    }

    @Override
    public void giveUp(FencingToken token, String reason) {
        reporting.fail(token, reason);
    }

    /** Keeps the epochs to compare. */
    private static final class Recorder extends Narration {
        private final List<RunEpoch> epochs = new ArrayList<>();

        Recorder(JobProgress report, int planned) {
            super(report, planned);
        }

        @Override
        public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
            epochs.add(RunTraining.row(summary));
            remember(summary);
        }
    }
}
