package org.foldwise.api.document;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.foldwise.api.document.RecordSections.Epoch;
import org.foldwise.api.document.RecordSections.Opening;
import org.foldwise.api.document.RecordSections.Remark;
import org.foldwise.api.document.RecordSections.Training;
import org.foldwise.api.document.Study.Data;
import org.foldwise.api.document.Study.Division;
import org.foldwise.api.document.Study.Judgement;
import org.foldwise.api.document.Study.Recipe;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.PlanFinding;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.json.PredictionsJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.dataset.FindingWaivers;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationState;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.evaluation.TestOpenings;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.run.Ensembles;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunEpoch;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what documents are about from the registry and the artifact store. */
@Component
class StudyRecords {
    private static final UUID FIRST = new UUID(0, 0);

    private final Datasets datasets;
    private final FindingWaivers waivers;
    private final PatientSplits splits;
    private final Runs runs;
    private final Ensembles ensembles;
    private final RunProgress progress;
    private final Evaluations evaluations;
    private final TestOpenings openings;
    private final ArtifactStore artifacts;
    private final JsonMapper mapper;

    StudyRecords(
            Datasets datasets,
            FindingWaivers waivers,
            PatientSplits splits,
            Runs runs,
            Ensembles ensembles,
            RunProgress progress,
            Evaluations evaluations,
            TestOpenings openings,
            ArtifactStore artifacts,
            JsonMapper mapper) {
        this.datasets = datasets;
        this.waivers = waivers;
        this.splits = splits;
        this.runs = runs;
        this.ensembles = ensembles;
        this.progress = progress;
        this.evaluations = evaluations;
        this.openings = openings;
        this.artifacts = artifacts;
        this.mapper = mapper;
    }

    /** An experiment and all that it stands on. */
    Study study(Experiment experiment) {
        if (experiment.procedure() == Procedure.NESTED_CROSS_VALIDATION) {
            throw new RefusedException(
                    ProblemType.CONFLICT,
                    "Documents are made of trainings and cross-validations of one plan; what a nested cross-validation came to is at"
                            + " /experiments/{id}/search.");
        }
        PatientSplit split = split(experiment);
        Dataset dataset = dataset(split);
        List<Run> ofExperiment = runs.findByExperimentIdOrderByFold(experiment.id());
        return new Study(
                data(dataset),
                new Division(
                        "/api/v1/splits/" + split.id(),
                        split.spec(),
                        split.seed(),
                        split.digest().hex(),
                        mapper.readValue(split.audit(), LeakageAudit.class)),
                new Recipe(
                        "/api/v1/experiments/" + experiment.id(),
                        experiment.name(),
                        experiment.procedure() == Procedure.CROSS_VALIDATION,
                        experiment.procedure() == Procedure.ENSEMBLE
                                ? ofExperiment.get(0).id()
                                : null,
                        PlanJson.read(experiment.plan()),
                        experiment.planDigest().hex()),
                ofExperiment.stream().flatMap(this::trainings).toList(),
                judgements(experiment, ofExperiment),
                openings(split));
    }

    PatientSplit split(Experiment experiment) {
        return splits.find(experiment.splitId()).orElseThrow();
    }

    /** The dataset that a split divides, for which there are documents. */
    Dataset dataset(PatientSplit split) {
        return binary(datasets.findById(split.datasetId()).orElseThrow());
    }

    /** The dataset of that id, for which there are documents. */
    Dataset dataset(UUID id) {
        return binary(datasets.findById(id).orElseThrow());
    }

    private static Dataset binary(Dataset dataset) {
        if (dataset.description().task() != Task.BINARY) {
            throw new RefusedException(
                    ProblemType.CONFLICT,
                    "Documents are made of tasks with two classes; this one is "
                            + WireNames.of(dataset.description().task()) + ".");
        }
        return dataset;
    }

    private static Data data(Dataset dataset) {
        return new Data(
                "/api/v1/datasets/" + dataset.id(),
                dataset.description().name(),
                dataset.description().modality(),
                dataset.description().bodyPart(),
                dataset.imageCount(),
                dataset.patientCount(),
                classes(dataset),
                WireNames.of(dataset.description().patientLabelRule()),
                String.valueOf(dataset.digest()),
                dataset.withdrawals());
    }

    /** The negative and the positive class. */
    static List<String> classes(Dataset dataset) {
        List<String> classes = dataset.classes();
        if (classes == null) {
            throw new IllegalStateException(dataset + " is trained on and yet not frozen");
        }
        return classes;
    }

    /** The run, or the members of an ensemble. */
    private Stream<Training> trainings(Run run) {
        return run.isEnsemble()
                ? ensembles.members(run.id()).stream()
                        .map(member -> training(runs.findById(member.run()).orElseThrow()))
                : Stream.of(training(run));
    }

    Training training(Run run) {
        String provenance = run.provenance();
        return new Training(
                run.id(),
                run.fold(),
                WireNames.of(run.status()),
                run.bestEpoch(),
                provenance == null ? null : ReportJson.read(Provenance.class, provenance),
                progress.epochs(run.id()).stream().map(StudyRecords::epoch).toList());
    }

    private static Epoch epoch(RunEpoch epoch) {
        return new Epoch(
                epoch.epoch(),
                epoch.trainLoss(),
                epoch.validation().loss(),
                epoch.validation().rocAuc());
    }

    List<Opening> openings(PatientSplit split) {
        return openings.ofSplit(split.id()).stream()
                .map(opening -> new Opening(
                        opening.number(),
                        opening.openedAt(),
                        opening.openedBy(),
                        opening.reason(),
                        opening.evaluationId()))
                .toList();
    }

    /** What was found about a dataset when it was frozen, and about an experiment before it started. */
    List<Remark> findings(Dataset dataset, Experiment experiment) {
        List<Remark> remarks = new ArrayList<>();
        for (JsonNode finding : mapper.readTree(dataset.findings())) {
            remarks.add(remark("dataset /api/v1/datasets/" + dataset.id(), finding));
        }
        String stored = experiment.findings();
        if (stored == null) {
            for (PlanFinding finding : PlanFinding.of(PlanJson.read(experiment.plan()))) {
                remarks.add(new Remark(
                        "plan " + finding.pointer(),
                        WireNames.of(finding.code()),
                        WireNames.of(finding.severity()),
                        finding.evidence(),
                        finding.suggestion()));
            }
            return remarks;
        }
        for (JsonNode finding : mapper.readTree(stored)) {
            remarks.add(remark(
                    finding.path("subject").asString("plan") + " "
                            + finding.path("pointer").asString(""),
                    finding));
        }
        return remarks;
    }

    private static Remark remark(String about, JsonNode finding) {
        return new Remark(
                about,
                finding.path("code").asString(""),
                finding.path("severity").asString(""),
                finding.path("evidence").asString(""),
                finding.path("suggestion").asString(""));
    }

    /** Why blocking findings of a dataset were set aside: code, reason, by whom and when. */
    List<List<String>> waivers(Dataset dataset) {
        return waivers.ofDataset(dataset.id()).stream()
                .map(waiver ->
                        List.of(waiver.code(), waiver.reason(), waiver.waivedBy(), Words.time(waiver.waivedAt())))
                .toList();
    }

    /** Why an experiment was started in spite of what blocked it: the finding's code and the reason. */
    List<List<String>> overrides(Experiment experiment) {
        List<List<String>> overrides = new ArrayList<>();
        for (JsonNode override : mapper.readTree(experiment.overrides())) {
            overrides.add(List.of(
                    override.path("code").asString(""), override.path("reason").asString("")));
        }
        return overrides;
    }

    private List<Judgement> judgements(Experiment experiment, List<Run> ofExperiment) {
        List<Evaluation> found = new ArrayList<>(
                evaluations.findByExperimentIdAndIdGreaterThanOrderById(experiment.id(), FIRST, Limit.unlimited()));
        for (Run run : ofExperiment) {
            found.addAll(evaluations.findByRunIdAndIdGreaterThanOrderById(run.id(), FIRST, Limit.unlimited()));
        }
        return found.stream()
                .filter(evaluation -> evaluation.state() == EvaluationState.SUCCEEDED)
                .map(StudyRecords::judgement)
                .toList();
    }

    private static Judgement judgement(Evaluation evaluation) {
        EvaluationReport report = report(evaluation);
        return new Judgement(
                "/api/v1/evaluations/" + evaluation.id(),
                evaluation.runId(),
                WireNames.of(evaluation.subset()),
                report.images(),
                report.patients(),
                report.positives(),
                Words.estimate(report.rocAuc()),
                Words.estimate(report.recall()),
                Words.estimate(report.specificity()),
                Words.number(report.threshold().threshold()));
    }

    /**
     * The report of an evaluation.
     *
     * @throws RefusedException if there is none, yet or at all
     */
    static EvaluationReport report(Evaluation evaluation) {
        String report = evaluation.report();
        if (report == null) {
            throw new RefusedException(
                    ProblemType.CONFLICT,
                    "The evaluation is " + WireNames.of(evaluation.state()) + "; only one that succeeded has figures.");
        }
        return ReportJson.read(EvaluationReport.class, report);
    }

    /** The cases behind a report. */
    List<ScoredCase> cases(Evaluation evaluation) {
        ArtifactKey cases = evaluation.cases();
        if (cases == null) {
            throw new IllegalStateException(evaluation + " has a report and no cases");
        }
        return cases(cases);
    }

    /**
     * Stored cases, one or more.
     *
     * @throws RefusedException if all of them were of patients who were withdrawn
     */
    List<ScoredCase> cases(ArtifactKey key) {
        try {
            List<ScoredCase> cases = PredictionsJson.read(artifacts.read(key));
            if (cases.isEmpty()) {
                throw new RefusedException(
                        ProblemType.DATA_WITHDRAWN,
                        "All cases behind these figures were of patients who were withdrawn. The evaluation still has its report.");
            }
            return cases;
        } catch (CorruptArtifactException e) {
            throw new UncheckedIOException(e);
        }
    }
}
