package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.scored.MulticlassReport;
import org.foldwise.learning.metrics.scored.MultilabelReport;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.foldwise.learning.metrics.scored.TaskSummary;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.split.PatientSplit;
import org.springframework.stereotype.Component;

/** Writes the report of an experiment: its folds, its trainings, every judgement of it, and what a journal asks for. */
@Component
class ExperimentReports {
    private final StudyRecords records;
    private final RunProgress progress;
    private final DatasetImages images;
    private final SearchRecords searches;

    ExperimentReports(StudyRecords records, SearchRecords searches, RunProgress progress, DatasetImages images) {
        this.records = records;
        this.searches = searches;
        this.progress = progress;
        this.images = images;
    }

    /**
     * The report of an experiment that succeeded.
     *
     * @throws RefusedException if it has not
     */
    Document report(Experiment experiment) {
        String summary = experiment.summary();
        if (summary == null) {
            throw new RefusedException(
                    ProblemType.CONFLICT,
                    "The experiment is " + WireNames.of(experiment.state()) + "; only one that succeeded has figures.");
        }
        PatientSplit split = records.split(experiment);
        Dataset dataset = records.dataset(split);
        Study study = records.study(experiment);
        List<Section> sections = new ArrayList<>();
        if (study.recipe().isCrossValidation()) {
            addCrossValidation(summary, study, dataset, sections);
            if (experiment.procedure() == Procedure.NESTED_CROSS_VALIDATION) {
                // after the summary and the folds, whose figures are of what was chosen
                sections.addAll(2, SearchSections.sections(searches.search(experiment)));
            }
        } else {
            addTraining(summary, study, sections);
        }
        sections.add(StudySections.judgements(study));
        sections.add(RecordSections.openings(study.openings(), split.id()));
        sections.add(RecordSections.findings(
                records.findings(dataset, experiment), records.waivers(dataset), records.overrides(experiment)));
        sections.add(StudySections.data(study));
        sections.add(StudySections.recipe(study));
        sections.add(RecordSections.learning(study.trainings()));
        sections.add(RecordSections.provenance(study.trainings(), List.of()));
        sections.addAll(Checklists.sections(study));
        return new Document(
                "Experiment report",
                "What came out of the experiment '" + experiment.name() + "' on dataset '"
                        + dataset.description().name() + "'.",
                sections);
    }

    private void addCrossValidation(String summary, Study study, Dataset dataset, List<Section> sections) {
        String path = study.recipe().path();
        Section folds;
        JudgementParts pooled;
        if (study.data().task() == Task.BINARY) {
            CrossValidationSummary binary = ReportJson.read(CrossValidationSummary.class, summary);
            folds = RecordSections.folds(binary, path);
            List<ScoredCase> cases =
                    ((ScoredImages.Binary) heldOut(study, study.trainings().size() / binary.repeats())).cases();
            pooled = new JudgementSections(binary.pooled(), cases, study.data().classes(), path);
        } else {
            TaskSummary several = ReportJson.read(TaskSummary.class, summary);
            folds = RecordSections.folds(several, path);
            pooled = new ClassSections(report(several), heldOut(study, firstRepeat(study)), path);
        }
        Map<String, UUID> ids = images.ids(dataset.id(), pooled.namesOfWorst());
        List<Block> blocks = new ArrayList<>();
        blocks.add(facts(study));
        blocks.add(RecordSections.caution(RecordSections.heldOut(study.data().task())));
        if (RecordSections.differInPrecision(study.trainings())) {
            blocks.add(
                    RecordSections.caution(
                            "The folds were not all computed in the same precision; the section on provenance says which were in which. Each"
                                    + " precision is another way to train and to answer, so the mean over the folds is of no single one."));
        }
        blocks.addAll(pooled.figures());
        sections.add(new Section("Summary", blocks));
        sections.add(folds);
        sections.addAll(pooled.sections());
        sections.add(pooled.worstCases(name -> ids.containsKey(name) ? "/api/v1/images/" + ids.get(name) : "unknown"));
    }

    /** Of several repeats the first, in which each image counts once. */
    private static int firstRepeat(Study study) {
        return study.division().spec() instanceof SplitSpec.KFold spec
                ? study.trainings().size() / spec.repeats()
                : study.trainings().size();
    }

    private ScoredImages heldOut(Study study, int folds) {
        return ScoredImages.together(study.trainings().subList(0, folds).stream()
                .map(training -> predictions(training.id(), RunArtifactKind.HELD_OUT_PREDICTIONS))
                .toList());
    }

    private ScoredImages predictions(UUID run, RunArtifactKind kind) {
        return progress.artifact(run, kind)
                .map(artifact -> records.images(artifact.key()))
                .orElseThrow(() -> new IllegalStateException("run " + run + " has no predictions"));
    }

    private static TaskReport report(TaskSummary summary) {
        MulticlassReport several = summary.multiclass();
        MultilabelReport labelled = summary.multilabel();
        if (several != null) {
            return several;
        }
        if (labelled == null) {
            throw new IllegalStateException("a summary without a report");
        }
        return labelled;
    }

    private void addTraining(String summary, Study study, List<Section> sections) {
        UUID ensemble = study.recipe().ensemble();
        UUID run = ensemble == null ? study.trainings().get(0).id() : ensemble;
        ScoredImages scored = predictions(run, RunArtifactKind.VALIDATION_PREDICTIONS);
        String path = study.recipe().path();
        JudgementParts validation = scored instanceof ScoredImages.Binary binary
                ? new JudgementSections(
                        ReportJson.read(EvaluationReport.class, summary),
                        binary.cases(),
                        study.data().classes(),
                        path)
                : new ClassSections(report(ReportJson.read(TaskSummary.class, summary)), scored, path);
        List<Block> blocks = new ArrayList<>();
        blocks.add(facts(study));
        blocks.add(
                study.isOfFolds()
                        ? StudySections.validation(study)
                        : RecordSections.caution(
                                "The figures here are of the validation images, on which the training was stopped. They flatter the model; "
                                        + "see the evaluations below for others."));
        blocks.addAll(validation.figures());
        sections.add(new Section("Summary", blocks));
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
