package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.foldwise.api.document.RecordSections.Training;
import org.foldwise.api.document.ReviewSections.Doubted;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.wire.WireNames;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Fact;
import org.foldwise.document.Block.Facts;
import org.foldwise.document.Document;
import org.foldwise.document.Section;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskSummary;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.FrozenThreshold;
import org.foldwise.registry.evaluation.FrozenThresholds;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.split.PatientSplit;
import org.springframework.stereotype.Component;

/**
 * Writes the report of an experiment: its folds, its trainings, every judgement of it, and what a journal asks for. Of every procedure it
 * has the same sections; where nobody has asked for what one of them shows, it says which request makes it.
 */
@Component
class ExperimentReports {
    private final StudyRecords records;
    private final RunProgress progress;
    private final FrozenThresholds thresholds;
    private final DatasetImages images;
    private final SearchRecords searches;

    ExperimentReports(
            StudyRecords records,
            SearchRecords searches,
            RunProgress progress,
            FrozenThresholds thresholds,
            DatasetImages images) {
        this.records = records;
        this.thresholds = thresholds;
        this.searches = searches;
        this.progress = progress;
        this.images = images;
    }

    /**
     * Every figure of the folds.
     *
     * @throws RefusedException if it has not succeeded, or has no folds
     */
    FoldsResponse folds(Experiment experiment) {
        if (!experiment.procedure().isCrossValidation()) {
            throw new RefusedException(
                    ProblemType.CONFLICT,
                    "The experiment is " + WireNames.of(experiment.procedure())
                            + " and has no folds; a cross-validation has.");
        }
        String summary = summary(experiment);
        Task task = records.dataset(records.split(experiment)).description().task();
        return task == Task.BINARY
                ? FoldsResponse.of(ReportJson.read(CrossValidationSummary.class, summary))
                : FoldsResponse.of(ReportJson.read(TaskSummary.class, summary));
    }

    private static String summary(Experiment experiment) {
        String summary = experiment.summary();
        if (summary == null) {
            throw new RefusedException(
                    ProblemType.CONFLICT,
                    "The experiment is " + WireNames.of(experiment.state()) + "; only one that succeeded has figures.");
        }
        return summary;
    }

    /**
     * The report of an experiment that succeeded.
     *
     * @throws RefusedException if it has not
     */
    Document report(Experiment experiment) {
        String summary = summary(experiment);
        PatientSplit split = records.split(experiment);
        Dataset dataset = records.dataset(split);
        Study study = records.study(experiment);
        String path = study.recipe().path();
        Own own = study.recipe().isCrossValidation() ? crossValidation(summary, study) : training(summary, study);
        Optional<Doubted> doubted =
                own.isOutOfFold() ? Doubted.of(own.images(), study.data().classes()) : Optional.empty();
        List<String> named = new ArrayList<>(own.parts().namesOfWorst());
        doubted.ifPresent(found -> named.addAll(found.names()));
        Map<String, UUID> ids = images.ids(dataset.id(), named);
        Function<String, String> addressOf =
                name -> ids.containsKey(name) ? "/api/v1/images/" + ids.get(name) : "unknown";

        List<Section> sections = new ArrayList<>();
        sections.add(summary(study, own));
        if (study.recipe().isCrossValidation()) {
            sections.add(RecordSections.folds(summary, study.data().task(), path));
        }
        if (experiment.procedure() == Procedure.NESTED_CROSS_VALIDATION) {
            // after the summary and the folds, whose figures are of what was chosen
            sections.addAll(SearchSections.sections(searches.search(experiment)));
        }
        sections.addAll(own.parts().sections());
        sections.addAll(frozen(study));
        sections.add(
                study.promises().isEmpty()
                        ? MissingSections.promise(study)
                        : ReviewSections.promises(study.promises(), study.data().task()));
        sections.add(subgroups(experiment, study));
        sections.add(own.parts().worstCases(addressOf));
        sections.add(doubted.map(found -> ReviewSections.doubts(found, addressOf, path))
                .orElseGet(() -> MissingSections.doubts(study, own.isOutOfFold())));
        sections.add(StudySections.judgements(study));
        sections.add(RecordSections.openings(study.openings(), split.id()));
        sections.add(RecordSections.findings(records.findings(experiment, List.of(dataset))));
        sections.add(StudySections.data(study));
        sections.add(StudySections.recipe(study));
        sections.add(RecordSections.learning(study.trainings()));
        sections.add(RecordSections.provenance(study.trainings(), digests(study), path + "/runs"));
        sections.addAll(Checklists.sections(study));
        return new Document(
                "Experiment report",
                "What came out of the experiment '" + experiment.name() + "' on dataset '"
                        + dataset.description().name() + "'.",
                sections);
    }

    /**
     * What an experiment's own figures are of.
     *
     * @param images that they were computed from
     * @param isOutOfFold whether each was scored by a model that had not learned from its patient
     * @param cautions what must be known before the figures are read
     */
    private record Own(JudgementParts parts, ScoredImages images, boolean isOutOfFold, List<Block> cautions) {}

    private static Section summary(Study study, Own own) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(facts(study));
        blocks.addAll(own.cautions());
        blocks.addAll(own.parts().figures());
        return new Section("Summary", blocks);
    }

    private Own crossValidation(String summary, Study study) {
        String path = study.recipe().path();
        ScoredImages heldOut;
        JudgementParts pooled;
        if (study.data().task() == Task.BINARY) {
            CrossValidationSummary binary = ReportJson.read(CrossValidationSummary.class, summary);
            ScoredImages.Binary cases = (ScoredImages.Binary) heldOut(study);
            heldOut = cases;
            pooled = new JudgementSections(
                    binary.pooled(), cases.cases(), study.data().classes(), path);
        } else {
            heldOut = heldOut(study);
            pooled = new ClassSections(
                    RecordSections.report(ReportJson.read(TaskSummary.class, summary)), heldOut, path);
        }
        List<Block> cautions = new ArrayList<>();
        cautions.add(RecordSections.caution(RecordSections.heldOut(study.data().task())));
        if (RecordSections.differInPrecision(study.trainings())) {
            cautions.add(
                    RecordSections.caution(
                            "The folds were not all computed in the same precision; the section on provenance says which were in which. Each"
                                    + " precision is another way to train and to answer, so the mean over the folds is of no single one."));
        }
        if (RecordSections.differInPath(study.trainings())) {
            cautions.add(RecordSections.caution(
                    "Some folds were computed by blocks, where the kernels cannot be used, and others by kernels; the section on"
                            + " provenance says which. Sums in another order end in other weights, so the mean over the folds is of"
                            + " two ways to train."));
        }
        return new Own(pooled, heldOut, true, cautions);
    }

    /** What was frozen with a model's threshold, and what came of it in every evaluation of it. */
    private List<Section> frozen(Study study) {
        Optional<FrozenThreshold> frozen =
                study.recipe().isCrossValidation() ? Optional.empty() : thresholds.ofRun(run(study));
        if (frozen.isEmpty()) {
            return List.of(MissingSections.predictionSets(study));
        }
        List<Section> sections = new ArrayList<>();
        RecalibrationSections.ofModel(frozen.get(), study.judgements()).ifPresent(sections::add);
        sections.add(SetSections.of(study, frozen.get()).ofModel(study.judgements()));
        return sections;
    }

    /** Those of the newest evaluation that has them, which are named; what was judged is another matter than the figures above. */
    private Section subgroups(Experiment experiment, Study study) {
        return study.grouped()
                .flatMap(judgement -> records.evaluations(experiment).stream()
                        .filter(evaluation -> StudyRecords.path(evaluation).equals(judgement.path()))
                        .map(Evaluation::subgroups)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .map(stored -> subgroups(study, judgement, stored)))
                .orElseGet(() -> MissingSections.subgroups(study));
    }

    private static Section subgroups(Study study, Study.Judgement judgement, String stored) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(RecordSections.text("Of the newest evaluation that has groups, " + judgement.path()
                + ", of the subset "
                + judgement.subset() + ": " + Words.count(judgement.images(), "image") + " of "
                + Words.count(judgement.patients(), "patient") + ". The section on evaluations has the others."));
        if (judgement.subset().equals("validation")) {
            blocks.add(StudySections.validation(study));
        }
        Section found = ReviewSections.subgroups(stored, study.data().task(), judgement.path());
        blocks.addAll(found.blocks());
        return new Section(found.title(), blocks);
    }

    private static UUID run(Study study) {
        UUID ensemble = study.recipe().ensemble();
        return ensemble == null ? study.trainings().get(0).id() : ensemble;
    }

    private ScoredImages heldOut(Study study) {
        return ScoredImages.together(study.firstRepeat().stream()
                .map(training -> predictions(training.id(), RunArtifactKind.HELD_OUT_PREDICTIONS))
                .toList());
    }

    private ScoredImages predictions(UUID run, RunArtifactKind kind) {
        return progress.artifact(run, kind)
                .map(artifact -> records.images(artifact.key()))
                .orElseThrow(() -> new IllegalStateException("run " + run + " has no predictions"));
    }

    private Own training(String summary, Study study) {
        ScoredImages scored = predictions(run(study), RunArtifactKind.VALIDATION_PREDICTIONS);
        String path = study.recipe().path();
        JudgementParts validation = scored instanceof ScoredImages.Binary binary
                ? new JudgementSections(
                        ReportJson.read(EvaluationReport.class, summary),
                        binary.cases(),
                        study.data().classes(),
                        path)
                : new ClassSections(RecordSections.report(ReportJson.read(TaskSummary.class, summary)), scored, path);
        Block caution = study.isOfFolds()
                ? StudySections.validation(study)
                : RecordSections.caution(
                        "The figures and curves here are of the validation images, on which the training was stopped. They flatter the model; "
                                + "see the evaluations below for others.");
        return new Own(validation, scored, study.isOfFolds(), List.of(caution));
    }

    /** What trainings left: their weights, and the predictions that figures were computed from. */
    private List<Fact> digests(Study study) {
        List<Fact> digests = new ArrayList<>();
        for (Training training : study.trainings()) {
            String of = " of the " + training.name() + " (SHA-256)";
            digest(training, RunArtifactKind.WEIGHTS, "Weights" + of).ifPresent(digests::add);
            digest(training, RunArtifactKind.HELD_OUT_PREDICTIONS, "Held-out predictions" + of)
                    .ifPresent(digests::add);
            if (!study.recipe().isCrossValidation()) {
                digest(training, RunArtifactKind.VALIDATION_PREDICTIONS, "Validation predictions" + of)
                        .ifPresent(digests::add);
            }
        }
        return digests;
    }

    private Optional<Fact> digest(Training training, RunArtifactKind kind, String name) {
        return progress.artifact(training.id(), kind)
                .map(artifact -> new Fact(name, artifact.key().digest().hex(), training.path() + "/artifacts"));
    }

    private static Facts facts(Study study) {
        String path = study.recipe().path();
        return new Facts(List.of(
                new Fact("Experiment", study.recipe().name(), path),
                new Fact("Procedure", study.procedureInWords(), path),
                new Fact("Dataset", study.data().name(), study.data().path()),
                new Fact(
                        "Split",
                        RecordSections.describe(study.division().spec()),
                        study.division().path()),
                new Fact("Network", WireNames.of(study.recipe().plan().backbone()), path)));
    }
}
