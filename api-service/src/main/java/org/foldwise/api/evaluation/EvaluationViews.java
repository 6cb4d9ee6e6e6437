package org.foldwise.api.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.dataset.WaiverView;
import org.foldwise.api.jobs.JobView;
import org.foldwise.api.report.ReportView;
import org.foldwise.api.report.ThresholdRule;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.FindingWaivers;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.FrozenThreshold;
import org.foldwise.registry.evaluation.FrozenThresholds;
import org.foldwise.registry.evaluation.TestOpenings;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
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
    private final DatasetImages images;
    private final FindingWaivers waivers;
    private final JsonMapper mapper;

    EvaluationViews(
            JobQueue jobs,
            TestOpenings openings,
            FrozenThresholds thresholds,
            Runs runs,
            Experiments experiments,
            PatientSplits splits,
            DatasetImages images,
            FindingWaivers waivers,
            JsonMapper mapper) {
        this.jobs = jobs;
        this.openings = openings;
        this.thresholds = thresholds;
        this.runs = runs;
        this.experiments = experiments;
        this.splits = splits;
        this.images = images;
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
                read(evaluation.report(), ReportView.class),
                overlap(evaluation),
                waivers(evaluation));
    }

    /** Those of the dataset that the evaluated models were trained on, then those of the external one. */
    private List<WaiverView> waivers(Evaluation evaluation) {
        UUID run = evaluation.runId();
        UUID experiment = run == null
                ? evaluation.experimentId()
                : runs.findById(run).orElseThrow().experimentId();
        List<UUID> datasets = new ArrayList<>();
        if (experiment != null) {
            datasets.add(experiments
                    .findById(experiment)
                    .flatMap(found -> splits.find(found.splitId()))
                    .orElseThrow()
                    .datasetId());
        }
        UUID external = evaluation.datasetId();
        if (external != null) {
            datasets.add(external);
        }
        return datasets.stream()
                .flatMap(dataset -> waivers.ofDataset(dataset).stream())
                .map(WaiverView::of)
                .toList();
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
