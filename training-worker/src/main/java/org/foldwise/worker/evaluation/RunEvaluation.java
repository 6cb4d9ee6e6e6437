package org.foldwise.worker.evaluation;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageGroups;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabels;
import org.foldwise.learning.evaluation.Evaluator;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.json.PredictionSetsJson;
import org.foldwise.learning.json.RecalibrationJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.json.ThresholdRuleJson;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ErrorReview;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.SubgroupReport;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.ClassErrorReview;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.EnsembleMean;
import org.foldwise.learning.metrics.scored.PatientDecisions;
import org.foldwise.learning.metrics.scored.PatientReport;
import org.foldwise.learning.metrics.scored.RecalibrationEffect;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.training.CachedPixels;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.dataset.KnownAttributes;
import org.foldwise.registry.evaluation.ChosenThreshold;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationReporting;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.evaluation.FrozenThreshold;
import org.foldwise.registry.evaluation.FrozenThresholds;
import org.foldwise.registry.evaluation.SharedPatients;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.run.Ensembles;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.foldwise.worker.JobProgress;
import org.foldwise.worker.JobWork;
import org.foldwise.worker.LeaseWatch;
import org.foldwise.worker.StoredImages;
import org.foldwise.worker.WorkerDocuments;
import org.foldwise.worker.Workspace;
import org.foldwise.worker.run.MaterialFailure;
import org.foldwise.worker.run.PixelCache;
import org.foldwise.worker.run.Predictions;
import org.foldwise.worker.run.RunMaterial;
import org.foldwise.worker.run.RunMaterials;
import org.foldwise.worker.run.TrainedNetworks;
import org.foldwise.worker.run.TrainedNetworks.TrainedNetwork;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Carries out an evaluation. Thresholds are chosen on validation or out-of-fold cases only; test and external images meet the
 * threshold that was frozen before.
 */
@Component
final class RunEvaluation implements JobWork {
    /** The attribute that layouts name apart from the others. */
    private static final String SITE = "site";

    private final Evaluations evaluations;
    private final EvaluationReporting reporting;
    private final FrozenThresholds thresholds;
    private final Runs runs;
    private final Ensembles ensembles;
    private final Experiments experiments;
    private final PatientSplits splits;
    private final Datasets datasets;
    private final DatasetImages datasetImages;
    private final KnownAttributes attributes;
    private final RunMaterials materials;
    private final Predictions predictions;
    private final PixelCache pixelCache;
    private final TrainedNetworks networks;
    private final JobProgress.Factory progress;
    private final ObjectProvider<TorchEngine> engine;

    RunEvaluation(
            Evaluations evaluations,
            EvaluationReporting reporting,
            FrozenThresholds thresholds,
            Runs runs,
            Ensembles ensembles,
            Experiments experiments,
            PatientSplits splits,
            Datasets datasets,
            DatasetImages datasetImages,
            KnownAttributes attributes,
            RunMaterials materials,
            Predictions predictions,
            PixelCache pixelCache,
            TrainedNetworks networks,
            JobProgress.Factory progress,
            ObjectProvider<TorchEngine> engine) {
        this.evaluations = evaluations;
        this.reporting = reporting;
        this.thresholds = thresholds;
        this.runs = runs;
        this.ensembles = ensembles;
        this.experiments = experiments;
        this.splits = splits;
        this.datasets = datasets;
        this.datasetImages = datasetImages;
        this.attributes = attributes;
        this.materials = materials;
        this.predictions = predictions;
        this.pixelCache = pixelCache;
        this.networks = networks;
        this.progress = progress;
        this.engine = engine;
    }

    @Override
    public JobKind kind() {
        return JobKind.EVALUATE;
    }

    @Override
    public void carryOut(FencingToken token, LeaseWatch lease, Workspace workspace) throws InterruptedException {
        Evaluation evaluation = evaluations
                .findById(token.job())
                .orElseThrow(() -> new NoSuchElementException("job " + token.job() + " is of no evaluation"));
        reporting.start(token);
        try {
            switch (evaluation.subset()) {
                case VALIDATION -> validation(token, evaluation);
                case OUT_OF_FOLD -> outOfFold(token, evaluation);
                case TEST -> test(token, evaluation, lease);
                case EXTERNAL -> external(token, evaluation, lease);
            }
        } catch (CancellationException e) {
            lease.requireKept();
            throw e;
        } catch (RuntimeException e) {
            reporting.fail(token, MaterialFailure.detail(e));
        }
    }

    private void validation(FencingToken token, Evaluation evaluation) {
        UUID run = requireNonNull(evaluation.runId());
        Cohort cohort = materials.ofRun(run).cohort();
        ScoredImages raw = predictions.imagesOfRun(run, RunArtifactKind.VALIDATION_PREDICTIONS, cohort.classes());
        ThresholdRule rule = ruleOf(evaluation);
        Decision chosen = Decision.choose(raw, rule, evaluation.recalibrationMethod());
        ScoredImages images = chosen.recalibrated(raw);
        Double coverage = evaluation.coverage();
        Decision decision = coverage == null ? chosen : chosen.withSets(images, coverage);
        review(token, evaluation, images, decision, cohort, seed(experimentOf(run)));
        judgePatients(token, images, cohort, chosenOnPatients(images, cohort, decision), seed(experimentOf(run)));
        String report = report(images, decision, seed(experimentOf(run)));
        reporting.freeze(token, report, predictions.store(images), chosen(decision));
    }

    /**
     * Of several repeats the first is judged, as the experiment's summary pools it: each image counts once. Of a nested cross-validation the
     * runs of its outer folds are, which trained what the search had chosen.
     */
    private void outOfFold(FencingToken token, Evaluation evaluation) {
        Experiment experiment =
                experiments.findById(requireNonNull(evaluation.experimentId())).orElseThrow();
        PatientSplit split = splits.find(experiment.splitId()).orElseThrow();
        Cohort cohort = materials.cohort(split.datasetId());
        HeldOutImages heldOut = new HeldOutImages(splits.loadProven(split.id(), cohort));
        for (Run run : runs.findFirstRepeat(experiment.id(), split.spec().repeats())) {
            heldOut.add(
                    run.fold(),
                    predictions.imagesOfRun(run.id(), RunArtifactKind.HELD_OUT_PREDICTIONS, cohort.classes()));
        }
        ScoredImages images = heldOut.together();
        Decision decision = Decision.choose(images, ruleOf(evaluation));
        review(token, evaluation, images, decision, cohort, seed(experiment));
        judgePatients(token, images, cohort, chosenOnPatients(images, cohort, decision), seed(experiment));
        succeed(token, images, decision, seed(experiment));
    }

    private static @Nullable ThresholdRule ruleOf(Evaluation evaluation) {
        String rule = evaluation.thresholdRule();
        return rule == null ? null : rule(rule);
    }

    private static ChosenThreshold chosen(Decision decision) {
        String sets = decision.sets() instanceof PredictionSets.None ? null : PredictionSetsJson.write(decision.sets());
        String recalibration = decision.recalibration() instanceof Recalibration.None
                ? null
                : RecalibrationJson.write(decision.recalibration());
        return new ChosenThreshold(
                decision instanceof Decision.AtThreshold binary
                        ? binary.choice().threshold()
                        : null,
                decision instanceof Decision.LabelThresholds labels ? labels.thresholds() : null,
                recalibration,
                sets);
    }

    private void test(FencingToken token, Evaluation evaluation, LeaseWatch lease) throws InterruptedException {
        evaluation.requireOpened();
        UUID run = requireNonNull(evaluation.runId());
        RunMaterial material = materials.ofRun(run);
        Decision decision = frozen(run);
        ScoredImages raw = score(token, run, material, material.cohort(), material.images(Role.TEST), lease);
        ScoredImages images = decision.recalibrated(raw);
        tellOfRecalibration(token, raw, decision, material.plan().seed());
        cover(token, images, decision);
        review(
                token,
                evaluation,
                images,
                decision,
                material.cohort(),
                material.plan().seed());
        judgePatients(
                token,
                images,
                material.cohort(),
                frozenForPatients(run, decision),
                material.plan().seed());
        succeed(token, images, decision, material.plan().seed());
    }

    private void external(FencingToken token, Evaluation evaluation, LeaseWatch lease) throws InterruptedException {
        UUID run = requireNonNull(evaluation.runId());
        UUID external = requireNonNull(evaluation.datasetId());
        UUID training = splits.find(experimentOf(run).splitId()).orElseThrow().datasetId();
        RunMaterial material = materials.ofRun(run);
        Cohort cohort = materials.cohort(external);
        if (!cohort.classes().equals(material.cohort().classes())
                || cohort.task() != material.cohort().task()) {
            throw new IllegalArgumentException(
                    "the external dataset is for " + cohort.task().words() + " of the classes "
                            + cohort.classes() + ", the run was trained for "
                            + material.cohort().task().words() + " of "
                            + material.cohort().classes());
        }
        Set<PatientId> shared = datasetImages.sharedPatients(training, external);
        List<ImageRecord> images = judged(cohort, shared, requireNonNull(evaluation.sharedPatients()));
        Decision decision = frozen(run);
        ScoredImages raw = score(token, run, material, cohort, images, lease);
        ScoredImages scored = decision.recalibrated(raw);
        tellOfRecalibration(token, raw, decision, material.plan().seed());
        cover(token, scored, decision);
        review(token, evaluation, scored, decision, cohort, material.plan().seed());
        judgePatients(
                token,
                scored,
                cohort,
                frozenForPatients(run, decision),
                material.plan().seed());
        succeed(token, scored, decision, material.plan().seed());
    }

    private static List<ImageRecord> judged(Cohort cohort, Set<PatientId> shared, SharedPatients policy) {
        return switch (policy) {
            case DISTINCT_PATIENTS -> cohort.images();
            case REFUSE -> {
                if (!shared.isEmpty()) {
                    throw new IllegalArgumentException(
                            shared.size() + " patients of the external dataset are in the training dataset too");
                }
                yield cohort.images();
            }
            case EXCLUDE -> {
                List<ImageRecord> others = cohort.images().stream()
                        .filter(image -> !shared.contains(image.patient()))
                        .toList();
                if (others.isEmpty()) {
                    throw new IllegalArgumentException(
                            "every patient of the external dataset occurs in the training dataset");
                }
                yield others;
            }
        };
    }

    private ScoredImages score(
            FencingToken token,
            UUID run,
            RunMaterial material,
            Cohort cohort,
            List<ImageRecord> images,
            LeaseWatch lease)
            throws InterruptedException {
        JobProgress report = progress.of(token);
        StoredImages.Progress decoding = done -> {
            lease.requireKept();
            report.at((double) done / images.size() / 2, "preparing image " + done + " of " + images.size());
        };
        CachedPixels pixels = pixelCache.open(images, material.plan().image().pixels(), decoding);
        List<ScoredImages> each = new ArrayList<>();
        for (TrainedNetwork network : networks.of(run)) {
            try (Evaluator<PixelImage> evaluator = Evaluator.open(
                    engine.getObject(), network.plan(), cohort, network.provenance(), networks.weights(network))) {
                each.add(evaluator.answers(cohort, images, pixels::pixelsOf, lease));
            }
        }
        return each.size() == 1 ? each.get(0) : EnsembleMean.of(each);
    }

    private Decision frozen(UUID run) {
        FrozenThreshold threshold = thresholds
                .ofRun(run)
                .orElseThrow(() -> new IllegalArgumentException("run " + run + " has no frozen threshold"));
        Recalibration recalibration = recalibration(threshold.recalibration());
        PredictionSets sets = predictionSets(threshold.predictionSets());
        String document = threshold.rule();
        if (document == null) {
            return new Decision.MostProbable(recalibration, sets);
        }
        ThresholdRule rule = rule(document);
        List<Double> ofLabels = threshold.labelValues();
        return ofLabels == null
                ? new Decision.AtThreshold(frozen(rule, requireNonNull(threshold.value())), recalibration, sets)
                : new Decision.LabelThresholds(
                        ofLabels.stream().map(value -> frozen(rule, value)).toList(), recalibration, sets);
    }

    private static Recalibration recalibration(@Nullable String document) {
        return document == null ? new Recalibration.None() : RecalibrationJson.read(document);
    }

    private static PredictionSets predictionSets(@Nullable String document) {
        return document == null ? new PredictionSets.None() : PredictionSetsJson.read(document);
    }

    private static ThresholdChoice frozen(ThresholdRule rule, double value) {
        return new ThresholdChoice(
                rule, value, Estimate.undefined("the threshold was chosen on the validation images, not on these"));
    }

    private static ThresholdRule rule(String document) {
        return ThresholdRuleJson.read(WorkerDocuments.tree(document), "");
    }

    private Experiment experimentOf(UUID run) {
        return experiments
                .findById(runs.findById(run).orElseThrow().experimentId())
                .orElseThrow();
    }

    private static long seed(Experiment experiment) {
        return PlanJson.read(experiment.plan()).seed();
    }

    /** What there is to say beside the report. */
    private void review(
            FencingToken token,
            Evaluation evaluation,
            ScoredImages images,
            Decision decision,
            Cohort cohort,
            long seed) {
        BootstrapSpec bootstrap = BootstrapSpec.seeded(seed);
        ImageGroups groups = attributes
                .of(datasets.findById(judged(evaluation)).orElseThrow(), cohort)
                .groups();
        Map<String, Function<String, @Nullable String>> known = known(groups, cohort);
        boolean isOutOfFold = isOutOfFold(evaluation);
        if (images instanceof ScoredImages.Binary binary && decision instanceof Decision.AtThreshold chosen) {
            double threshold = chosen.choice().threshold();
            SubgroupReport subgroups = SubgroupReport.of(binary.cases(), known, groups.leftOut(), threshold, bootstrap);
            ErrorReview errors = ErrorReview.of(binary.cases(), threshold, isOutOfFold);
            reporting.review(token, ReportJson.write(subgroups), ReportJson.write(errors));
        } else {
            ClassSubgroupReport subgroups =
                    ClassSubgroupReport.of(images, known, groups.leftOut(), decision, bootstrap);
            ClassErrorReview errors = ClassErrorReview.of(images, decision, isOutOfFold);
            reporting.review(token, ReportJson.write(subgroups), ReportJson.write(errors));
        }
    }

    /** What the model is worth where patients are counted. */
    private void judgePatients(
            FencingToken token, ScoredImages images, Cohort cohort, PatientDecisions decisions, long seed) {
        PatientReport report = PatientReport.of(
                named(images, cohort),
                PatientLabels.of(cohort),
                cohort.patientLabelRule(),
                decisions,
                BootstrapSpec.seeded(seed));
        reporting.judgePatients(token, ReportJson.write(report));
    }

    private static PatientDecisions chosenOnPatients(ScoredImages images, Cohort cohort, Decision ofImages) {
        return PatientDecisions.choose(
                named(images, cohort), PatientLabels.of(cohort).shown(), ofImages);
    }

    /** The thresholds for patients that the validation chose when it froze the run's. */
    private PatientDecisions frozenForPatients(UUID run, Decision ofImages) {
        String ofValidation = thresholds
                .ofRun(run)
                .flatMap(threshold -> evaluations.findById(threshold.evaluationId()))
                .map(Evaluation::patientReport)
                .orElse(null);
        return ofValidation == null
                ? PatientDecisions.ofImages(ofImages, "the run's was frozen before patients had one of their own")
                : PatientDecisions.frozen(ReportJson.read(PatientReport.class, ofValidation));
    }

    /** Stored images of a binary task have stand-in names for its classes. */
    private static ScoredImages named(ScoredImages images, Cohort cohort) {
        return images instanceof ScoredImages.Binary binary
                ? new ScoredImages.Binary(cohort.classes(), binary.cases())
                : images;
    }

    /** What the run's recalibration does on images that it was not fitted to. */
    private void tellOfRecalibration(FencingToken token, ScoredImages raw, Decision decision, long seed) {
        if (!(decision.recalibration() instanceof Recalibration.None)) {
            RecalibrationEffect effect = RecalibrationEffect.of(raw, decision, BootstrapSpec.seeded(seed));
            reporting.tellOfRecalibration(token, ReportJson.write(effect));
        }
    }

    /** What the run's prediction sets do on images that they were not calibrated on. */
    private void cover(FencingToken token, ScoredImages images, Decision decision) {
        decision.reportOfSets(images, BootstrapSpec.LEVEL)
                .ifPresent(report -> reporting.cover(token, ReportJson.write(report)));
    }

    /** The validation images of an ensemble of folds are those that each fold held out. */
    private boolean isOutOfFold(Evaluation evaluation) {
        UUID run = evaluation.runId();
        return evaluation.subset() == Subset.OUT_OF_FOLD
                || (evaluation.subset() == Subset.VALIDATION
                        && run != null
                        && ensembles.members(run).stream()
                                .anyMatch(member -> runs.findById(member.run())
                                                .orElseThrow()
                                                .fold()
                                        != Fold.DEVELOPMENT));
    }

    private void succeed(FencingToken token, ScoredImages images, Decision decision, long seed) {
        reporting.succeed(token, report(images, decision, seed), predictions.store(images), null);
    }

    private static String report(ScoredImages images, Decision decision, long seed) {
        BootstrapSpec bootstrap = BootstrapSpec.seeded(seed);
        return images instanceof ScoredImages.Binary binary && decision instanceof Decision.AtThreshold threshold
                ? ReportJson.write(EvaluationReport.of(binary.cases(), threshold.choice(), bootstrap))
                : ReportJson.write(TaskReport.of(images, decision, bootstrap));
    }

    /** What is known of images beside their labels, by attribute and name. */
    private Map<String, Function<String, @Nullable String>> known(ImageGroups groups, Cohort cohort) {
        Map<String, Function<String, @Nullable String>> known = new LinkedHashMap<>();
        Map<String, String> sites = new HashMap<>();
        for (ImageRecord image : cohort.images()) {
            if (image.site() != null) {
                sites.put(image.name(), image.site());
            }
        }
        if (!sites.isEmpty() || !groups.byAttribute().containsKey(SITE)) {
            known.put(SITE, sites::get);
        }
        groups.byAttribute().forEach((name, ofImages) -> known.putIfAbsent(name, ofImages::get));
        return known;
    }

    /** The dataset whose images are judged. */
    private UUID judged(Evaluation evaluation) {
        UUID external = evaluation.datasetId();
        if (external != null) {
            return external;
        }
        UUID run = evaluation.runId();
        Experiment experiment = run == null
                ? experiments
                        .findById(requireNonNull(evaluation.experimentId()))
                        .orElseThrow()
                : experimentOf(run);
        return splits.find(experiment.splitId()).orElseThrow().datasetId();
    }

    @Override
    public void giveUp(FencingToken token, String reason) {
        reporting.fail(token, reason);
    }
}
