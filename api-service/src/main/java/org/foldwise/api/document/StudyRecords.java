package org.foldwise.api.document;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.foldwise.api.document.RecordSections.Epoch;
import org.foldwise.api.document.RecordSections.Found;
import org.foldwise.api.document.RecordSections.Opening;
import org.foldwise.api.document.RecordSections.Remark;
import org.foldwise.api.document.RecordSections.Training;
import org.foldwise.api.document.Study.Attribute;
import org.foldwise.api.document.Study.Data;
import org.foldwise.api.document.Study.Division;
import org.foldwise.api.document.Study.Figure;
import org.foldwise.api.document.Study.Group;
import org.foldwise.api.document.Study.Grouping;
import org.foldwise.api.document.Study.Judgement;
import org.foldwise.api.document.Study.Known;
import org.foldwise.api.document.Study.Overlap;
import org.foldwise.api.document.Study.Recipe;
import org.foldwise.api.document.Study.Years;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.report.OptimismChecks;
import org.foldwise.api.report.OptimismView;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.FrameSelection;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.PlanFinding;
import org.foldwise.learning.imaging.ImageFormat;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.json.PredictionSetsJson;
import org.foldwise.learning.json.PredictionsJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ExplanationReport;
import org.foldwise.learning.metrics.ExplanationReport.MapFigure;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.SubgroupReport;
import org.foldwise.learning.metrics.conformal.LabelSetReport;
import org.foldwise.learning.metrics.conformal.PredictionSetReport;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.conformal.SetReport;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport;
import org.foldwise.learning.metrics.scored.MulticlassReport;
import org.foldwise.learning.metrics.scored.MultilabelReport;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.learning.metrics.scored.PatientReport;
import org.foldwise.learning.metrics.scored.RecalibrationEffect;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.dataset.FindingWaivers;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationState;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.evaluation.FrozenThreshold;
import org.foldwise.registry.evaluation.SharedPatients;
import org.foldwise.registry.evaluation.TestOpening;
import org.foldwise.registry.evaluation.TestOpenings;
import org.foldwise.registry.evaluation.TouchingOpening;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.explanation.ExplanationChecks;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.model.ModelVersions;
import org.foldwise.registry.model.Models;
import org.foldwise.registry.run.Ensembles;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunEpoch;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.search.Searches;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
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
    private final Experiments experiments;
    private final Runs runs;
    private final Ensembles ensembles;
    private final RunProgress progress;
    private final Searches searches;
    private final Evaluations evaluations;
    private final TestOpenings openings;
    private final DatasetImages images;
    private final OptimismChecks optimism;
    private final ExplanationChecks explanationChecks;
    private final Models models;
    private final ModelVersions versions;
    private final ArtifactStore artifacts;
    private final JsonMapper mapper;

    StudyRecords(
            Datasets datasets,
            FindingWaivers waivers,
            PatientSplits splits,
            Experiments experiments,
            Runs runs,
            Ensembles ensembles,
            RunProgress progress,
            Searches searches,
            Evaluations evaluations,
            TestOpenings openings,
            DatasetImages images,
            OptimismChecks optimism,
            ExplanationChecks explanationChecks,
            Models models,
            ModelVersions versions,
            ArtifactStore artifacts,
            JsonMapper mapper) {
        this.datasets = datasets;
        this.waivers = waivers;
        this.splits = splits;
        this.experiments = experiments;
        this.runs = runs;
        this.ensembles = ensembles;
        this.progress = progress;
        this.searches = searches;
        this.evaluations = evaluations;
        this.openings = openings;
        this.images = images;
        this.optimism = optimism;
        this.explanationChecks = explanationChecks;
        this.models = models;
        this.versions = versions;
        this.artifacts = artifacts;
        this.mapper = mapper;
    }

    /** An experiment and all that it stands on. */
    Study study(Experiment experiment) {
        PatientSplit split = split(experiment);
        Dataset dataset = dataset(split);
        boolean isSearch = experiment.procedure() == Procedure.NESTED_CROSS_VALIDATION;
        List<Run> ofExperiment = runs.findByExperimentIdOrderByFold(experiment.id()).stream()
                .filter(run -> !run.isInner())
                .toList();
        List<Evaluation> judged = evaluations(experiment, ofExperiment);
        return new Study(
                data(dataset),
                new Division(
                        "/api/v1/splits/" + split.id(),
                        split.spec(),
                        split.seed(),
                        split.digest().hex(),
                        split.audit()),
                new Recipe(
                        "/api/v1/experiments/" + experiment.id(),
                        experiment.name(),
                        experiment.procedure(),
                        experiment.procedure() == Procedure.ENSEMBLE
                                ? ofExperiment.get(0).id()
                                : null,
                        PlanJson.read(experiment.plan()),
                        experiment.planDigest().hex(),
                        isSearch ? searches.candidates(experiment.id()).size() : null),
                ofExperiment.stream().flatMap(this::trainings).toList(),
                judged.stream()
                        .map(evaluation -> judgement(evaluation, dataset))
                        .toList(),
                openings(split),
                promises(experiment, judged),
                judged.stream().flatMap(this::explained).toList(),
                ofExperiment.stream().flatMap(this::versions).toList());
    }

    private Stream<Study.Explained> explained(Evaluation evaluation) {
        return explanationChecks
                .findFirstByEvaluationIdAndStateOrderByIdDesc(evaluation.id(), InquiryState.SUCCEEDED)
                .map(check -> {
                    ExplanationReport report =
                            ReportJson.read(ExplanationReport.class, Objects.requireNonNull(check.report()));
                    MapFigure border = report.inBorder().share();
                    return new Study.Explained(
                            path(evaluation),
                            "/api/v1/explanation-checks/" + check.id(),
                            report.images(),
                            Words.estimate(border.mean()) + " beside " + Words.estimate(border.baseline()));
                })
                .stream();
    }

    private Stream<Study.Version> versions(Run run) {
        return versions.findByRunIdOrderById(run.id()).stream().map(version -> {
            String name = models.findById(version.modelId()).orElseThrow().name();
            return new Study.Version(
                    run.id(), "/api/v1/models/" + name + "/versions/" + version.number(), name, version.number());
        });
    }

    PatientSplit split(Experiment experiment) {
        PatientSplit split = splits.find(experiment.splitId()).orElseThrow();
        split.requireAsStored();
        return split;
    }

    /** The dataset that a split divides. */
    Dataset dataset(PatientSplit split) {
        return dataset(split.datasetId());
    }

    /** A dataset, which says of itself what it said when it was frozen. */
    Dataset dataset(UUID id) {
        Dataset dataset = datasets.findById(id).orElseThrow();
        dataset.requireDescribedAsFrozen();
        return dataset;
    }

    /** What is asked of the images that an evaluation judged. */
    Task task(Evaluation evaluation) {
        return trainedOn(evaluation).description().task();
    }

    /** The dataset whose images it judged. */
    Dataset judged(Evaluation evaluation) {
        UUID external = evaluation.datasetId();
        return external == null ? trainedOn(evaluation) : dataset(external);
    }

    /** The cases behind a report of any task, with the names of their classes. */
    ScoredImages namedImages(Evaluation evaluation) {
        ScoredImages images = images(evaluation);
        return images instanceof ScoredImages.Binary binary
                ? new ScoredImages.Binary(classes(evaluation), binary.cases())
                : images;
    }

    /**
     * Nominal coverage of its intervals.
     *
     * @throws RefusedException if it has no report
     */
    double level(Evaluation evaluation) {
        Task task = task(evaluation);
        return (task == Task.BINARY
                        ? report(evaluation).bootstrap()
                        : report(evaluation, task).bootstrap())
                .level();
    }

    /** The classes that it judged, in order. */
    List<String> classes(Evaluation evaluation) {
        return classes(trainedOn(evaluation));
    }

    private Dataset trainedOn(Evaluation evaluation) {
        UUID run = evaluation.runId();
        UUID experiment = run == null
                ? evaluation.experimentId()
                : runs.findById(run).orElseThrow().experimentId();
        if (experiment == null) {
            throw new IllegalStateException(evaluation + " judges nothing");
        }
        return dataset(split(experiments.findById(experiment).orElseThrow()));
    }

    private Data data(Dataset dataset) {
        dataset.requireAsFrozen();
        return new Data(
                "/api/v1/datasets/" + dataset.id(),
                dataset.description().name(),
                dataset.description().modality(),
                dataset.description().bodyPart(),
                dataset.imageCount(),
                dataset.patientCount(),
                dataset.description().task(),
                classes(dataset),
                WireNames.of(dataset.description().patientLabelRule()),
                frames(dataset.description().frames()),
                String.valueOf(dataset.digest()),
                dataset.withdrawals(),
                known(dataset));
    }

    private static @Nullable String frames(@Nullable FrameSelection selection) {
        if (selection == null) {
            return null;
        }
        return String.format(
                Locale.ROOT,
                "%s, from %.0f %% to %.0f %% of the file",
                selection.every() == 1 ? "each" : "one in " + selection.every(),
                100 * selection.from(),
                100 * selection.to());
    }

    /** What the profile says, which was drawn up when the dataset was frozen. */
    private Known known(Dataset dataset) {
        List<Attribute> attributes = new ArrayList<>();
        JsonNode profile = mapper.readTree(Objects.requireNonNullElse(dataset.profile(), "{}"));
        for (JsonNode attribute : profile.path("metadata")) {
            attributes.add(new Attribute(
                    attribute.path("name").asString(""),
                    attribute.path("distinctValues").asInt(0),
                    attribute
                            .path("values")
                            .valueStream()
                            .map(value -> "'" + value.path("value").asString("") + "' "
                                    + Words.count(value.path("images").asInt(0), "image"))
                            .toList(),
                    attribute.path("missingImages").asInt(0)));
        }
        return new Known(
                images.count(dataset.id(), ImageFormat.MediaTypes.DICOM),
                dataset.description().deidentifiedOnly(),
                images.acquisitionYears(dataset.id())
                        .map(years -> new Years(years.first(), years.last(), years.images()))
                        .orElse(null),
                attributes);
    }

    /** The classes in order; of a binary task the negative and the positive one. */
    static List<String> classes(Dataset dataset) {
        List<String> classes = dataset.classes();
        if (classes == null) {
            throw new IllegalStateException(dataset + " is trained on and yet not frozen");
        }
        return classes;
    }

    /** The trainings behind the answers that an evaluation judged, those of a cross-validation in the order of their folds. */
    List<Training> trainings(Evaluation evaluation) {
        UUID run = evaluation.runId();
        UUID experiment = evaluation.experimentId();
        if (run != null) {
            return trainings(runs.findById(run).orElseThrow()).toList();
        }
        if (experiment == null) {
            throw new IllegalStateException(evaluation + " judges nothing");
        }
        return trainings(experiments.findById(experiment).orElseThrow());
    }

    /** The trainings of an experiment in the order of their folds, without those within a fold. */
    List<Training> trainings(Experiment experiment) {
        return runs.findByExperimentIdOrderByFold(experiment.id()).stream()
                .filter(run -> !run.isInner())
                .flatMap(this::trainings)
                .toList();
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
        return openings.touching(split.id()).stream().map(StudyRecords::opening).toList();
    }

    private static Opening opening(TouchingOpening touching) {
        TestOpening opening = touching.opening();
        return new Opening(
                opening.number(),
                opening.openedAt(),
                opening.openedBy(),
                opening.reason(),
                opening.evaluationId(),
                opening.metrics(),
                opening.past(),
                touching.patients(),
                opening.splitId());
    }

    /** What was found before an experiment started, and done in spite of it; the same of another dataset that it was judged on. */
    Found findings(Experiment experiment, List<Dataset> datasets) {
        return new Found(
                Stream.concat(datasets.stream().flatMap(this::remarks), remarks(experiment).stream())
                        .toList(),
                datasets.stream().flatMap(this::waivers).toList(),
                overrides(experiment),
                datasets.stream().map(StudyRecords::path).toList(),
                "/api/v1/experiments/" + experiment.id());
    }

    /** What was found about a dataset when it was frozen. */
    private Stream<Remark> remarks(Dataset dataset) {
        List<Remark> remarks = new ArrayList<>();
        for (JsonNode finding : mapper.readTree(dataset.findings())) {
            remarks.add(remark("dataset " + path(dataset), finding));
        }
        return remarks.stream();
    }

    /** What was found about an experiment before it started. */
    List<Remark> remarks(Experiment experiment) {
        List<Remark> remarks = new ArrayList<>();
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

    private static String path(Dataset dataset) {
        return "/api/v1/datasets/" + dataset.id();
    }

    private static Remark remark(String about, JsonNode finding) {
        return new Remark(
                about,
                finding.path("code").asString(""),
                finding.path("severity").asString(""),
                finding.path("evidence").asString(""),
                finding.path("suggestion").asString(""));
    }

    /** Why blocking findings of a dataset were set aside: its address, code, reason, by whom and when. */
    private Stream<List<String>> waivers(Dataset dataset) {
        return waivers.ofDataset(dataset.id()).stream()
                .map(waiver -> List.of(
                        path(dataset),
                        waiver.code(),
                        waiver.reason(),
                        waiver.waivedBy(),
                        Words.time(waiver.waivedAt())));
    }

    /** Why an experiment was started in spite of what blocked it: the finding's code and the reason. */
    private List<List<String>> overrides(Experiment experiment) {
        List<List<String>> overrides = new ArrayList<>();
        for (JsonNode override : mapper.readTree(experiment.overrides())) {
            overrides.add(List.of(
                    override.path("code").asString(""), override.path("reason").asString("")));
        }
        return overrides;
    }

    /** The evaluations of an experiment and of its runs that succeeded, in the order in which they were asked for. */
    List<Evaluation> evaluations(Experiment experiment) {
        return evaluations(
                experiment,
                runs.findByExperimentIdOrderByFold(experiment.id()).stream()
                        .filter(run -> !run.isInner())
                        .toList());
    }

    private List<Evaluation> evaluations(Experiment experiment, List<Run> ofExperiment) {
        List<Evaluation> found = new ArrayList<>(
                evaluations.findByExperimentIdAndIdGreaterThanOrderById(experiment.id(), FIRST, Limit.unlimited()));
        for (Run run : ofExperiment) {
            found.addAll(evaluations.findByRunIdAndIdGreaterThanOrderById(run.id(), FIRST, Limit.unlimited()));
        }
        return found.stream()
                .filter(evaluation -> evaluation.state() == EvaluationState.SUCCEEDED)
                .toList();
    }

    /** What an experiment's own tests, and those of the plan that it cross-validated, made of what development had promised. */
    private List<OptimismView> promises(Experiment experiment, List<Evaluation> judged) {
        Map<UUID, OptimismView> byTest = new LinkedHashMap<>();
        judged.forEach(evaluation -> optimism.of(evaluation).ifPresent(found -> byTest.put(found.testId(), found)));
        optimism.of(experiment).forEach(found -> byTest.put(found.testId(), found));
        return List.copyOf(byTest.values());
    }

    private Judgement judgement(Evaluation evaluation, Dataset trainedOn) {
        Judgement judgement = judgement(evaluation, trainedOn.description().task());
        UUID external = evaluation.datasetId();
        return external == null ? judgement : judgement.with(overlap(evaluation, trainedOn, dataset(external)));
    }

    /** What another dataset that was judged has in common with that which was trained on. */
    Overlap overlap(Evaluation evaluation, Dataset trainedOn, Dataset external) {
        return new Overlap(
                path(external),
                external.description().name(),
                images.sharedPatients(trainedOn.id(), external.id()).size(),
                images.sharedContents(trainedOn.id(), external.id()).size(),
                policy(evaluation.sharedPatients()));
    }

    private static String policy(@Nullable SharedPatients policy) {
        if (policy == null) {
            return "nothing was asked for about equal ids";
        }
        return switch (policy) {
            case REFUSE -> "an evaluation with equal ids would have been refused";
            case EXCLUDE -> "patients with equal ids were left out";
            case DISTINCT_PATIENTS ->
                "equal ids were taken for different people, for the reason given, and their images were judged";
        };
    }

    private static List<Grouping> groupings(Evaluation evaluation, Task task) {
        String stored = evaluation.subgroups();
        if (stored == null) {
            return List.of();
        }
        return task == Task.BINARY
                ? ReportJson.read(SubgroupReport.class, stored).attributes().stream()
                        .map(StudyRecords::grouping)
                        .toList()
                : ReportJson.read(ClassSubgroupReport.class, stored).attributes().stream()
                        .map(StudyRecords::grouping)
                        .toList();
    }

    private static Grouping grouping(SubgroupReport.Attribute attribute) {
        return new Grouping(
                attribute.name(),
                "ROC AUC",
                attribute.groups().stream()
                        .map(group -> new Group(
                                group.name(), group.images(), group.patients(), Words.estimate(group.rocAuc())))
                        .toList(),
                attribute.imagesWithout(),
                attribute.lowest().rocAuc());
    }

    private static Grouping grouping(ClassSubgroupReport.Attribute attribute) {
        return new Grouping(
                attribute.name(),
                "mean ROC AUC",
                attribute.groups().stream()
                        .map(group -> new Group(
                                group.name(), group.images(), group.patients(), Words.estimate(group.meanRocAuc())))
                        .toList(),
                attribute.imagesWithout(),
                attribute.lowest().meanRocAuc());
    }

    private static Judgement judgement(Evaluation evaluation, Task task) {
        String stored = stored(evaluation);
        if (task == Task.BINARY) {
            EvaluationReport report = ReportJson.read(EvaluationReport.class, stored);
            return new Judgement(
                    path(evaluation),
                    evaluation.runId(),
                    WireNames.of(evaluation.subset()),
                    report.images(),
                    report.patients(),
                    Words.estimate(report.rocAuc()),
                    Words.number(report.threshold().threshold()),
                    List.of(
                            new Figure("sensitivity", Words.estimate(report.recall())),
                            new Figure("specificity", Words.estimate(report.specificity()))),
                    predictionSets(evaluation, task),
                    recalibrationEffect(evaluation),
                    groupings(evaluation, task),
                    null);
        }
        TaskReport report = taskReport(task, stored);
        List<Figure> figures = report instanceof MulticlassReport several
                ? List.of(
                        new Figure("balanced accuracy", Words.estimate(several.balancedAccuracy())),
                        new Figure("mean F1", Words.estimate(several.meanF1())))
                : List.of(
                        new Figure("mean F1", Words.estimate(report.meanF1())),
                        new Figure("all labels right", Words.estimate(((MultilabelReport) report).subsetAccuracy())));
        return new Judgement(
                path(evaluation),
                evaluation.runId(),
                WireNames.of(evaluation.subset()),
                report.images(),
                report.patients(),
                Words.estimate(report.meanRocAuc()),
                task == Task.MULTICLASS ? "most probable" : "by label",
                figures,
                predictionSets(evaluation, task),
                recalibrationEffect(evaluation),
                groupings(evaluation, task),
                null);
    }

    /** What a run's recalibration did to figures of the images of an evaluation; absent where none is stored. */
    static @Nullable RecalibrationEffect recalibrationEffect(Evaluation evaluation) {
        String stored = evaluation.recalibrationEffect();
        return stored == null ? null : ReportJson.read(RecalibrationEffect.class, stored);
    }

    /** What a run's prediction sets did on the images of an evaluation; absent where none is stored. */
    static @Nullable SetReport predictionSets(Evaluation evaluation, Task task) {
        String stored = evaluation.predictionSets();
        if (stored == null) {
            return null;
        }
        return task == Task.MULTILABEL
                ? ReportJson.read(LabelSetReport.class, stored)
                : ReportJson.read(PredictionSetReport.class, stored);
    }

    /** The prediction sets that were frozen with a run's threshold. */
    static PredictionSets predictionSets(FrozenThreshold frozen) {
        String document = frozen.predictionSets();
        return document == null ? new PredictionSets.None() : PredictionSetsJson.read(document);
    }

    static String path(Evaluation evaluation) {
        return "/api/v1/evaluations/" + evaluation.id();
    }

    /**
     * The report of an evaluation of a binary task.
     *
     * @throws RefusedException if there is none, yet or at all
     */
    static EvaluationReport report(Evaluation evaluation) {
        return ReportJson.read(EvaluationReport.class, stored(evaluation));
    }

    /**
     * The report of an evaluation of several classes, or of labels.
     *
     * @throws RefusedException if there is none, yet or at all
     */
    static TaskReport report(Evaluation evaluation, Task task) {
        return taskReport(task, stored(evaluation));
    }

    /**
     * The figures that a test subset was opened for, as they came out; none where none was named.
     *
     * @throws RefusedException if the evaluation has not succeeded
     */
    List<Figure> named(Evaluation evaluation, Task task) {
        String stored = stored(evaluation);
        List<NamedMetric> metrics =
                openings.ofEvaluation(evaluation.id()).map(TestOpening::metrics).orElse(List.of());
        return metrics.stream()
                .flatMap(metric -> (task == Task.BINARY
                                ? metric.in(ReportJson.read(EvaluationReport.class, stored))
                                : metric.in(taskReport(task, stored)))
                        .map(figure -> new Figure(metric.words(), Words.estimate(figure))).stream())
                .toList();
    }

    private static TaskReport taskReport(Task task, String report) {
        return task == Task.MULTICLASS
                ? ReportJson.read(MulticlassReport.class, report)
                : ReportJson.read(MultilabelReport.class, report);
    }

    /**
     * The stored figures of an evaluation's subgroups.
     *
     * @throws RefusedException if there are none, yet or at all
     */
    static String subgroups(Evaluation evaluation) {
        stored(evaluation);
        String subgroups = evaluation.subgroups();
        if (subgroups == null) {
            throw new RefusedException(
                    ProblemType.CONFLICT,
                    "The evaluation ended before figures of subgroups were kept; one that is asked for anew has them.");
        }
        return subgroups;
    }

    /**
     * The stored figures of an evaluation's patients.
     *
     * @throws RefusedException if there are none, yet or at all
     */
    static PatientReport patientReport(Evaluation evaluation) {
        stored(evaluation);
        String report = evaluation.patientReport();
        if (report == null) {
            throw new RefusedException(
                    ProblemType.CONFLICT,
                    "The evaluation ended before figures of patients were kept; one that is asked for anew has them.");
        }
        return ReportJson.read(PatientReport.class, report);
    }

    private static String stored(Evaluation evaluation) {
        String report = evaluation.report();
        if (report == null) {
            throw new RefusedException(
                    ProblemType.CONFLICT,
                    "The evaluation is " + WireNames.of(evaluation.state()) + "; only one that succeeded has figures.");
        }
        return report;
    }

    /**
     * What there is to say of an evaluation.
     *
     * @param judged the dataset whose images it judged
     * @throws RefusedException if it has not succeeded
     */
    JudgementParts parts(Evaluation evaluation, Dataset judged) {
        Task task = judged.description().task();
        // the report first: an evaluation that has none has no cases either
        return task == Task.BINARY
                ? new JudgementSections(report(evaluation), cases(evaluation), classes(judged), path(evaluation))
                : new ClassSections(report(evaluation, task), images(evaluation), path(evaluation));
    }

    /** The cases behind a report of a binary task. */
    List<ScoredCase> cases(Evaluation evaluation) {
        return cases(key(evaluation));
    }

    /** The cases behind a report of any task. */
    ScoredImages images(Evaluation evaluation) {
        return images(key(evaluation));
    }

    private static ArtifactKey key(Evaluation evaluation) {
        ArtifactKey cases = evaluation.cases();
        if (cases == null) {
            throw new IllegalStateException(evaluation + " has a report and no cases");
        }
        return cases;
    }

    /**
     * Stored cases of a binary task, one or more.
     *
     * @throws RefusedException if all of them were of patients who were withdrawn
     */
    List<ScoredCase> cases(ArtifactKey key) {
        List<ScoredCase> cases = PredictionsJson.read(content(key));
        requireLeft(cases.size());
        return cases;
    }

    /**
     * Stored cases of any task, one or more.
     *
     * @throws RefusedException if all of them were of patients who were withdrawn
     */
    ScoredImages images(ArtifactKey key) {
        ScoredImages images = PredictionsJson.readImages(content(key));
        requireLeft(images.size());
        return images;
    }

    private static void requireLeft(int cases) {
        if (cases == 0) {
            throw new RefusedException(
                    ProblemType.DATA_WITHDRAWN,
                    "All cases behind these figures were of patients who were withdrawn. The evaluation still has its report.");
        }
    }

    private byte[] content(ArtifactKey key) {
        try {
            return artifacts.read(key);
        } catch (CorruptArtifactException e) {
            throw new UncheckedIOException(e);
        }
    }
}
