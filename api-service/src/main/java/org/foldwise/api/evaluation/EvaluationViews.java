package org.foldwise.api.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.foldwise.api.dataset.WaiverView;
import org.foldwise.api.experiment.FindingOverride;
import org.foldwise.api.jobs.JobView;
import org.foldwise.api.report.ClassErrorReviewView;
import org.foldwise.api.report.ClassSubgroupsView;
import org.foldwise.api.report.ErrorReviewView;
import org.foldwise.api.report.MulticlassReportView;
import org.foldwise.api.report.MultilabelReportView;
import org.foldwise.api.report.OptimismChecks;
import org.foldwise.api.report.PatientReportView;
import org.foldwise.api.report.PredictionSetReportView;
import org.foldwise.api.report.RecalibrationEffectView;
import org.foldwise.api.report.ReportView;
import org.foldwise.api.report.SubgroupsView;
import org.foldwise.api.report.ThresholdRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.dataset.FindingWaivers;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationState;
import org.foldwise.registry.evaluation.FrozenThreshold;
import org.foldwise.registry.evaluation.FrozenThresholds;
import org.foldwise.registry.evaluation.TestOpenings;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Gathers what is shown of an evaluation. */
@Component
class EvaluationViews {
    private final JobQueue jobs;
    private final TestOpenings openings;
    private final FrozenThresholds thresholds;
    private final Runs runs;
    private final Experiments experiments;
    private final PatientSplits splits;
    private final Datasets datasets;
    private final DatasetImages images;
    private final OptimismChecks optimism;
    private final FindingWaivers waivers;
    private final JsonMapper mapper;

    EvaluationViews(
            JobQueue jobs,
            TestOpenings openings,
            FrozenThresholds thresholds,
            Runs runs,
            Experiments experiments,
            PatientSplits splits,
            Datasets datasets,
            DatasetImages images,
            OptimismChecks optimism,
            FindingWaivers waivers,
            JsonMapper mapper) {
        this.jobs = jobs;
        this.openings = openings;
        this.thresholds = thresholds;
        this.runs = runs;
        this.experiments = experiments;
        this.splits = splits;
        this.datasets = datasets;
        this.images = images;
        this.optimism = optimism;
        this.waivers = waivers;
        this.mapper = mapper;
    }

    EvaluationResponse view(Evaluation evaluation) {
        return EvaluationResponse.of(
                evaluation,
                JobView.of(jobs.find(evaluation.id())),
                read(evaluation.thresholdRule(), ThresholdRule.class),
                openings.ofEvaluation(evaluation.id()).orElse(null),
                frozenBy(evaluation),
                reports(evaluation),
                evaluation.state() == EvaluationState.SUCCEEDED
                        ? read(evaluation.patientReport(), PatientReportView.class)
                        : null,
                reviews(evaluation),
                setReports(evaluation),
                evaluation.state() == EvaluationState.SUCCEEDED
                        ? read(evaluation.recalibrationEffect(), RecalibrationEffectView.class)
                        : null,
                optimism.of(evaluation).orElse(null),
                overlap(evaluation),
                waivers(evaluation),
                overrides(evaluation));
    }

    /** Those of the dataset that the evaluated models were trained on, then those of the external one. */
    private List<WaiverView> waivers(Evaluation evaluation) {
        UUID run = evaluation.runId();
        UUID experiment = run == null
                ? evaluation.experimentId()
                : runs.findById(run).orElseThrow().experimentId();
        List<UUID> judged = new ArrayList<>();
        if (experiment != null) {
            judged.add(experiments
                    .findById(experiment)
                    .flatMap(found -> splits.find(found.splitId()))
                    .orElseThrow()
                    .datasetId());
        }
        UUID external = evaluation.datasetId();
        if (external != null) {
            judged.add(external);
        }
        return judged.stream()
                .flatMap(dataset -> waivers.ofDataset(dataset).stream())
                .map(WaiverView::of)
                .toList();
    }

    /** What was overridden when what is evaluated was started. */
    private List<FindingOverride> overrides(Evaluation evaluation) {
        UUID run = evaluation.runId();
        UUID experiment = run == null
                ? evaluation.experimentId()
                : runs.findById(run).orElseThrow().experimentId();
        return experiment == null
                ? List.of()
                : mapper.readValue(
                        experiments.findById(experiment).orElseThrow().overrides(), new TypeReference<>() {});
    }

    private EvaluationResponse.Reports reports(Evaluation evaluation) {
        String report = evaluation.report();
        if (report == null) {
            return new EvaluationResponse.Reports(null, null, null);
        }
        return switch (task(evaluation)) {
            case BINARY -> new EvaluationResponse.Reports(mapper.readValue(report, ReportView.class), null, null);
            case MULTICLASS ->
                new EvaluationResponse.Reports(null, mapper.readValue(report, MulticlassReportView.class), null);
            case MULTILABEL ->
                new EvaluationResponse.Reports(null, null, mapper.readValue(report, MultilabelReportView.class));
        };
    }

    private EvaluationResponse.SetReports setReports(Evaluation evaluation) {
        String stored = evaluation.predictionSets();
        if (stored == null || evaluation.state() != EvaluationState.SUCCEEDED) {
            return new EvaluationResponse.SetReports(null, null);
        }
        return task(evaluation) == Task.MULTILABEL
                ? new EvaluationResponse.SetReports(
                        null, mapper.convertValue(mapper.readTree(stored).path("labels"), new TypeReference<>() {}))
                : new EvaluationResponse.SetReports(mapper.readValue(stored, PredictionSetReportView.class), null);
    }

    private EvaluationResponse.Reviews reviews(Evaluation evaluation) {
        if (evaluation.state() != EvaluationState.SUCCEEDED) {
            return new EvaluationResponse.Reviews(null, null, null, null);
        }
        String subgroups = evaluation.subgroups();
        String errors = evaluation.errorReview();
        return task(evaluation) == Task.BINARY
                ? new EvaluationResponse.Reviews(
                        read(subgroups, SubgroupsView.class), read(errors, ErrorReviewView.class), null, null)
                : new EvaluationResponse.Reviews(
                        null,
                        null,
                        read(subgroups, ClassSubgroupsView.class),
                        read(errors, ClassErrorReviewView.class));
    }

    private Task task(Evaluation evaluation) {
        UUID experiment = evaluation.experimentId();
        UUID run = evaluation.runId();
        if (experiment == null && run == null) {
            throw new IllegalStateException(evaluation + " judges nothing");
        }
        return experiment == null ? taskOfRun(Objects.requireNonNull(run)) : taskOfExperiment(experiment);
    }

    /** What a run was trained to answer. */
    Task taskOfRun(UUID run) {
        return taskOfExperiment(runs.findById(run).orElseThrow().experimentId());
    }

    /** What an experiment's runs are trained to answer. */
    Task taskOfExperiment(UUID experiment) {
        Dataset dataset = experiments
                .findById(experiment)
                .flatMap(found -> splits.find(found.splitId()))
                .flatMap(split -> datasets.findById(split.datasetId()))
                .orElseThrow();
        // a report of one task cannot be read as one of another
        dataset.requireDescribedAsFrozen();
        return dataset.description().task();
    }

    /** The rule as the registry stores it. */
    String document(ThresholdRule rule) {
        return mapper.writerFor(ThresholdRule.class).writeValueAsString(rule);
    }

    private @Nullable FrozenThreshold frozenBy(Evaluation evaluation) {
        UUID run = evaluation.runId();
        return run == null
                ? null
                : thresholds
                        .ofRun(run)
                        .filter(threshold -> threshold.evaluationId().equals(evaluation.id()))
                        .orElse(null);
    }

    private EvaluationResponse.@Nullable Overlap overlap(Evaluation evaluation) {
        UUID external = evaluation.datasetId();
        UUID run = evaluation.runId();
        return external == null || run == null ? null : overlap(run, external);
    }

    /** What the dataset that a run was trained on has in common with another. */
    EvaluationResponse.Overlap overlap(UUID run, UUID external) {
        UUID training = runs.findById(run)
                .flatMap(found -> experiments.findById(found.experimentId()))
                .flatMap(experiment -> splits.find(experiment.splitId()))
                .orElseThrow()
                .datasetId();
        return new EvaluationResponse.Overlap(
                images.sharedPatients(training, external).size(),
                images.sharedContents(training, external).size());
    }

    private <T> @Nullable T read(@Nullable String document, Class<T> type) {
        return document == null ? null : mapper.readValue(document, type);
    }
}
