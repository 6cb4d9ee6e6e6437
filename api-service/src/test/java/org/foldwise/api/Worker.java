package org.foldwise.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.PatientLabels;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.ImageRules;
import org.foldwise.learning.json.PredictionSetsJson;
import org.foldwise.learning.json.PredictionsJson;
import org.foldwise.learning.json.RecalibrationJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.ErrorReview;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.SubgroupReport;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.ValidationFigures;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.ClassErrorReview;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.PatientDecisions;
import org.foldwise.learning.metrics.scored.PatientReport;
import org.foldwise.learning.metrics.scored.RecalibrationEffect;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.foldwise.learning.metrics.scored.TaskSummary;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.SafetensorsFile;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Environment;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.provenance.ReplayReport;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.evaluation.ChosenThreshold;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationReporting;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.evaluation.FrozenThreshold;
import org.foldwise.registry.evaluation.FrozenThresholds;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.registry.experiment.ExperimentReporting;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.run.FailureCode;
import org.foldwise.registry.run.ReplayReporting;
import org.foldwise.registry.run.ReplayVerdict;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunEpoch;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.RunReporting;
import org.foldwise.registry.run.Runs;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestComponent;

/** Plays a worker without training anything: its weights are those that a training would begin with. */
@TestComponent
public final class Worker {
    private static final int EPOCHS = 3;
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(100, 1, 0.95);

    private final JobQueue queue;
    private final RunReporting runs;
    private final EvaluationReporting evaluations;
    private final Evaluations stored;
    private final FrozenThresholds thresholds;
    private final Runs storedRuns;
    private final RunProgress progress;
    private final ExperimentReporting experiments;
    private final ReplayReporting replays;
    private final ArtifactStore artifacts;

    Worker(
            JobQueue queue,
            RunReporting runs,
            EvaluationReporting evaluations,
            Evaluations stored,
            FrozenThresholds thresholds,
            Runs storedRuns,
            RunProgress progress,
            ExperimentReporting experiments,
            ReplayReporting replays,
            ArtifactStore artifacts) {
        this.queue = queue;
        this.runs = runs;
        this.evaluations = evaluations;
        this.stored = stored;
        this.thresholds = thresholds;
        this.storedRuns = storedRuns;
        this.progress = progress;
        this.experiments = experiments;
        this.replays = replays;
        this.artifacts = artifacts;
    }

    public FencingToken start(UUID run) {
        FencingToken token = queue.claim(run, "a worker in a test").orElseThrow();
        runs.start(token, 0);
        return token;
    }

    public void epoch(FencingToken token, int epoch) {
        ValidationFigures validation =
                ValidationFigures.of(0.6 / (epoch + 1), cases(), List.of("healthy", "pneumonia"));
        runs.epoch(token, new RunEpoch(epoch, 0.5 / (epoch + 1), validation, null, 1e-3, 2.5, 40), EPOCHS);
    }

    /** An epoch that overfits since the first. */
    public void overfittingEpoch(FencingToken token, int epoch) {
        ValidationFigures validation =
                ValidationFigures.of(0.6 * (epoch + 1), cases(), List.of("healthy", "pneumonia"));
        runs.epoch(token, new RunEpoch(epoch, 0.5 / (epoch + 1), validation, 0, 1e-3, 2.5, 40), EPOCHS);
    }

    /** Stores a checkpoint. */
    public void checkpoint(FencingToken token) {
        byte[] content = ("checkpoint of " + token.job()).getBytes(StandardCharsets.UTF_8);
        runs.checkpoint(token, artifacts.put(content), content.length);
    }

    public void succeed(FencingToken token) {
        succeed(token, ExperimentPlan.DEFAULT);
    }

    private void succeed(FencingToken token, ExperimentPlan plan) {
        succeed(token, plan, provenance());
    }

    private void succeed(FencingToken token, ExperimentPlan plan, Provenance provenance) {
        report(token, RunArtifactKind.WEIGHTS, weights(plan));
        report(token, RunArtifactKind.VALIDATION_PREDICTIONS, PredictionsJson.write(cases()));
        runs.succeed(token, 1, ReportJson.write(provenance));
    }

    /** As a Foldwise from before an upgrade does whose decoder had other rules. */
    public void trainByOtherRules(UUID run, ExperimentPlan plan) {
        succeed(start(run), plan, provenance(Map.of("java", "17", ImageRules.LIBRARY, ImageRules.NUMBER + "0")));
    }

    /** A run of a search's inner fold from beginning to end. */
    public void trainInner(UUID run, double rocAuc) {
        FencingToken token = start(run);
        report(token, RunArtifactKind.HELD_OUT_PREDICTIONS, PredictionsJson.write(cases()));
        runs.succeedInner(token, 1, ReportJson.write(provenance()), rocAuc);
    }

    /** A run that ends because its loss is no number. */
    public void diverge(UUID run) {
        runs.fail(start(run), FailureCode.DIVERGED, "the loss was no number in epoch 1");
    }

    private static Provenance provenance() {
        return provenance(Map.of("java", "17", ImageRules.LIBRARY, ImageRules.NUMBER));
    }

    private static Provenance provenance(Map<String, String> libraries) {
        return new Provenance(
                Digest.of("dataset"),
                Digest.of("split"),
                Digest.of("plan"),
                -1,
                42,
                null,
                new TreeMap<>(libraries),
                "cpu()",
                2,
                "float32",
                "as planned",
                "kernels",
                "they compute what the blocks do",
                "float32",
                "as planned",
                new Provenance.Normalisation(List.of(0.449), List.of(0.226)),
                List.of(environment(1), environment(2)));
    }

    private static Environment environment(int threads) {
        return new Environment(
                new TreeMap<>(Map.of("java", "17", ImageRules.LIBRARY, ImageRules.NUMBER)), "cpu()", threads);
    }

    /** A run from beginning to end. */
    public void train(UUID run) {
        succeed(start(run));
    }

    /** The same of another network, or with another seed. */
    public void train(UUID run, ExperimentPlan plan) {
        succeed(start(run), plan);
    }

    /** The summary of a training or an ensemble. */
    public void judge(UUID experiment) {
        FencingToken token = queue.claim(experiment, "a worker in a test").orElseThrow();
        experiments.succeed(
                token,
                ReportJson.write(
                        EvaluationReport.of(cases(), ThresholdChoice.fixed(0.5), new BootstrapSpec(100, 1, 0.95))));
    }

    /** Every run of a cross-validation and its summary. */
    public void crossValidate(UUID experiment, List<UUID> folds) {
        List<List<ScoredCase>> heldOut = new ArrayList<>();
        for (int fold = 0; fold < folds.size(); fold++) {
            int number = fold;
            List<ScoredCase> cases = cases().stream()
                    .map(scored -> new ScoredCase(
                            scored.image() + "-" + number,
                            new PatientId(scored.patient().value() + "-" + number),
                            scored.positive(),
                            scored.probability()))
                    .toList();
            heldOut.add(cases);
            FencingToken token = start(folds.get(fold));
            epoch(token, 0);
            epoch(token, 1);
            report(token, RunArtifactKind.HELD_OUT_PREDICTIONS, PredictionsJson.write(cases));
            succeed(token);
        }
        FencingToken token = queue.claim(experiment, "a worker in a test").orElseThrow();
        List<ScoredCase> pooled = heldOut.stream().flatMap(List::stream).toList();
        experiments.succeed(
                token,
                ReportJson.write(CrossValidationSummary.of(
                        heldOut, new ThresholdRule.MaximumF1().choose(pooled), new BootstrapSpec(100, 1, 0.95))));
    }

    /** A run of a cross-validation's fold from beginning to end. */
    public void trainFold(UUID run) {
        FencingToken token = start(run);
        report(token, RunArtifactKind.HELD_OUT_PREDICTIONS, PredictionsJson.write(cases()));
        succeed(token);
    }

    /** The same of another network, and with these held-out cases. */
    public void trainFold(UUID run, ExperimentPlan plan, List<ScoredCase> heldOut) {
        FencingToken token = start(run);
        report(token, RunArtifactKind.HELD_OUT_PREDICTIONS, PredictionsJson.write(heldOut));
        succeed(token, plan);
    }

    /** An evaluation from beginning to end; {@code freezes} for that of a validation subset. */
    public void evaluate(UUID evaluation, boolean freezes) {
        evaluate(evaluation, freezes, null);
    }

    /** The same, with what became of probabilities before as a JSON document. */
    public void evaluate(UUID evaluation, boolean freezes, @Nullable String recalibration) {
        evaluate(evaluation, freezes, cases(), new ThresholdRule.MaximumF1().choose(cases()), recalibration);
    }

    /**
     * An evaluation of a cross-validation, of any task: of what its folds have stored about those whom they held out.
     *
     * @param repeats of its split, of which the first counts
     */
    public void evaluateOutOfFold(UUID evaluation, int repeats) {
        UUID experiment =
                Objects.requireNonNull(stored.findById(evaluation).orElseThrow().experimentId());
        ScoredImages images = ScoredImages.together(storedRuns.findFirstRepeat(experiment, repeats).stream()
                .map(run -> progress.artifact(run.id(), RunArtifactKind.HELD_OUT_PREDICTIONS)
                        .orElseThrow()
                        .key())
                .map(key -> PredictionsJson.readImages(content(key)))
                .toList());
        if (images instanceof ScoredImages.Binary binary) {
            evaluate(evaluation, false, binary.cases(), new ThresholdRule.MaximumF1().choose(binary.cases()), null);
        } else {
            boolean isExclusive = images.task() == Task.MULTICLASS;
            evaluate(
                    evaluation,
                    false,
                    images,
                    Decision.choose(images, isExclusive ? null : new ThresholdRule.MaximumF1()));
        }
    }

    private byte[] content(ArtifactKey key) {
        try {
            return artifacts.read(key);
        } catch (CorruptArtifactException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An evaluation of a binary task that comes to these cases, decided at that threshold. */
    public void evaluate(UUID evaluation, boolean freezes, List<ScoredCase> scored, double threshold) {
        evaluate(evaluation, freezes, scored, ThresholdChoice.fixed(threshold), null);
    }

    private void evaluate(
            UUID evaluation,
            boolean freezes,
            List<ScoredCase> scored,
            ThresholdChoice threshold,
            @Nullable String recalibration) {
        FencingToken token = queue.claim(evaluation, "a worker in a test").orElseThrow();
        evaluations.start(token);
        EvaluationReport report = EvaluationReport.of(scored, threshold, new BootstrapSpec(100, 1, 0.95));
        ScoredImages images = new ScoredImages.Binary(List.of("HEALTHY", "ILL"), scored);
        Decision decision = new Decision.AtThreshold(report.threshold());
        String sets = predictionSets(token, images, decision);
        evaluations.review(
                token,
                ReportJson.write(SubgroupReport.of(
                        scored,
                        Map.of("site", image -> image.equals("image0") ? null : image.length() > 6 ? "B" : "A"),
                        List.of(),
                        report.threshold().threshold(),
                        report.bootstrap())),
                ReportJson.write(ErrorReview.of(scored, report.threshold().threshold(), true)));
        judgePatients(token, images, decision);
        ArtifactKey cases = artifacts.put(PredictionsJson.write(scored));
        if (freezes) {
            evaluations.freeze(
                    token,
                    ReportJson.write(report),
                    cases,
                    new ChosenThreshold(report.threshold().threshold(), null, recalibration, sets));
        } else {
            evaluations.succeed(token, ReportJson.write(report), cases, null);
        }
    }

    /** Patients show what the last of their images shows, of labels or of the positive class what one of them does. */
    private void judgePatients(FencingToken token, ScoredImages images, Decision decision) {
        SortedMap<PatientId, List<String>> shown = new TreeMap<>();
        images.patients().forEach(patient -> shown.put(patient, List.of()));
        for (int k = 0; k < images.classes().size(); k++) {
            String name = images.classes().get(k);
            for (ScoredCase one : images.against(k)) {
                if (one.positive()) {
                    shown.merge(
                            one.patient(),
                            List.of(name),
                            images.task() == Task.MULTILABEL ? Worker::both : Worker::last);
                }
            }
        }
        PatientReport report = PatientReport.of(
                images,
                new PatientLabels(shown, new TreeSet<>()),
                PatientLabelRule.ANY_POSITIVE,
                PatientDecisions.choose(images, shown, decision),
                BOOTSTRAP);
        evaluations.judgePatients(token, ReportJson.write(report));
    }

    private static List<String> both(List<String> known, List<String> other) {
        return Stream.concat(known.stream(), other.stream()).distinct().toList();
    }

    private static List<String> last(List<String> known, List<String> other) {
        return other;
    }

    /** Calibrates the prediction sets that a validation asks for; of other evaluations tells what those of their run do. */
    private @Nullable String predictionSets(FencingToken token, ScoredImages images, Decision decision) {
        Evaluation evaluation = stored.findById(token.job()).orElseThrow();
        Double coverage = evaluation.coverage();
        if (coverage != null) {
            return PredictionSetsJson.write(decision.withSets(images, coverage).sets());
        }
        UUID run = evaluation.runId();
        if (run != null && evaluation.subset() != Subset.VALIDATION) {
            thresholds
                    .ofRun(run)
                    .map(FrozenThreshold::predictionSets)
                    .map(PredictionSetsJson::read)
                    .map(sets -> withFrozen(decision, sets))
                    .flatMap(frozen -> frozen.reportOfSets(images, BootstrapSpec.LEVEL))
                    .ifPresent(report -> evaluations.cover(token, ReportJson.write(report)));
        }
        return null;
    }

    private static Decision withFrozen(Decision decision, PredictionSets sets) {
        if (decision instanceof Decision.AtThreshold binary) {
            return new Decision.AtThreshold(binary.choice(), binary.recalibration(), sets);
        }
        return decision instanceof Decision.LabelThresholds labels
                ? new Decision.LabelThresholds(labels.choices(), labels.recalibration(), sets)
                : new Decision.MostProbable(decision.recalibration(), sets);
    }

    /** A run of several classes, or of labels, from beginning to end. */
    public void train(UUID run, ScoredImages validation) {
        succeed(start(run), validation);
    }

    private void succeed(FencingToken token, ScoredImages validation) {
        report(
                token,
                RunArtifactKind.WEIGHTS,
                weights(
                        ExperimentPlan.DEFAULT,
                        validation.task(),
                        validation.classes().size()));
        report(token, RunArtifactKind.VALIDATION_PREDICTIONS, PredictionsJson.write(validation));
        runs.succeed(token, 1, ReportJson.write(provenance()));
    }

    /** The summary of a training of several classes, or of labels. */
    public void summarise(UUID experiment, ScoredImages validation, Decision decision) {
        FencingToken token = queue.claim(experiment, "a worker in a test").orElseThrow();
        TaskReport report = TaskReport.of(validation, decision, BOOTSTRAP);
        experiments.succeed(token, ReportJson.write(TaskSummary.of(report)));
    }

    /** The same of a cross-validation, with all its runs. */
    public void crossValidate(UUID experiment, List<UUID> folds, List<ScoredImages> heldOut, Decision decision) {
        crossValidate(experiment, folds, heldOut, 1, decision);
    }

    /** The same of any task, and with repeats. */
    public void crossValidate(
            UUID experiment, List<UUID> folds, List<ScoredImages> heldOut, int repeats, Decision decision) {
        for (int fold = 0; fold < folds.size(); fold++) {
            FencingToken token = start(folds.get(fold));
            report(token, RunArtifactKind.HELD_OUT_PREDICTIONS, PredictionsJson.write(heldOut.get(fold)));
            succeed(token, heldOut.get(fold));
        }
        FencingToken token = queue.claim(experiment, "a worker in a test").orElseThrow();
        if (decision instanceof Decision.AtThreshold threshold) {
            List<List<ScoredCase>> cases = heldOut.stream()
                    .map(fold -> ((ScoredImages.Binary) fold).cases())
                    .toList();
            experiments.succeed(
                    token, ReportJson.write(CrossValidationSummary.of(cases, repeats, threshold.choice(), BOOTSTRAP)));
        } else {
            experiments.succeed(token, ReportJson.write(TaskSummary.of(heldOut, repeats, decision, BOOTSTRAP)));
        }
    }

    /**
     * An evaluation of several classes, or of labels; {@code freezes} for that of a validation subset.
     *
     * @param raw with the network's own probabilities, which are recalibrated as the decision does
     */
    public void evaluate(UUID evaluation, boolean freezes, ScoredImages raw, Decision decision) {
        ScoredImages images = decision.recalibrated(raw);
        FencingToken token = queue.claim(evaluation, "a worker in a test").orElseThrow();
        evaluations.start(token);
        Map<String, Function<String, @Nullable String>> known = new TreeMap<>();
        known.put("site", image -> image.endsWith("0") ? null : image.endsWith("1") ? "B" : "A");
        known.put("view", image -> "PA");
        evaluations.review(
                token,
                ReportJson.write(ClassSubgroupReport.of(images, known, List.of(), decision, BOOTSTRAP)),
                ReportJson.write(ClassErrorReview.of(images, decision, true)));
        judgePatients(token, images, decision);
        String report = ReportJson.write(TaskReport.of(images, decision, BOOTSTRAP));
        boolean isRecalibrated = !(decision.recalibration() instanceof Recalibration.None);
        String sets = predictionSets(token, images, decision);
        ArtifactKey cases = artifacts.put(PredictionsJson.write(images));
        if (freezes) {
            evaluations.freeze(
                    token,
                    report,
                    cases,
                    new ChosenThreshold(
                            null,
                            decision instanceof Decision.LabelThresholds labels ? labels.thresholds() : null,
                            isRecalibrated ? RecalibrationJson.write(decision.recalibration()) : null,
                            sets));
        } else {
            if (isRecalibrated) {
                RecalibrationEffect effect = RecalibrationEffect.of(raw, decision, BOOTSTRAP);
                evaluations.tellOfRecalibration(token, ReportJson.write(effect));
            }
            evaluations.succeed(token, report, cases, null);
        }
    }

    /** The summary of a cross-validation whose runs have all been trained. */
    public void summarise(UUID experiment) {
        FencingToken token = queue.claim(experiment, "a worker in a test").orElseThrow();
        List<List<ScoredCase>> folds = List.of(cases("one/"), cases("two/"), cases("three/"));
        experiments.succeed(
                token,
                ReportJson.write(
                        CrossValidationSummary.of(folds, ThresholdChoice.fixed(0.4), new BootstrapSpec(100, 1, 0.95))));
    }

    /** A replay that comes to other weights, with another number of threads. */
    public void replay(UUID replay) {
        FencingToken token = queue.claim(replay, "a worker in a test").orElseThrow();
        replays.start(token);
        ReplayReport report = new ReplayReport(
                List.of(new ReplayReport.Comparison("weights", Digest.of("stored"), Digest.of("replayed"))),
                EPOCHS,
                EPOCHS,
                1,
                List.of(new ReplayReport.Difference("threads", "2", "4")));
        replays.succeed(token, ReplayVerdict.OTHER_ENVIRONMENT, ReportJson.write(report));
    }

    public boolean isAskedToStop(FencingToken token) {
        return queue.isCancellationRequested(token);
    }

    private static List<ScoredCase> cases() {
        return cases("");
    }

    private static List<ScoredCase> cases(String prefix) {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            boolean positive = i % 3 == 0;
            cases.add(new ScoredCase(
                    prefix + "image" + i,
                    new PatientId(prefix + "p" + i / 2),
                    positive,
                    (positive ? 0.4 : 0.1) + i % 7 / 20.0));
        }
        return cases;
    }

    private void report(FencingToken token, RunArtifactKind kind, byte[] content) {
        runs.artifact(token, kind, artifacts.put(content), content.length);
    }

    private static byte[] weights(ExperimentPlan plan) {
        return weights(plan, Task.BINARY, 2);
    }

    private static byte[] weights(ExperimentPlan plan, Task task, int classes) {
        NetworkSpec network = NetworkSpec.of(plan, task, classes);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            new SafetensorsFile(InitialWeights.draw(network, plan.seed()), new TreeMap<>()).writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
