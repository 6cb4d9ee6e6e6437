package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.foldwise.api.document.RecordSections.Training;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.wire.WireNames;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Fact;
import org.foldwise.document.Block.Facts;
import org.foldwise.document.Document;
import org.foldwise.document.Section;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.run.RunArtifact;
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

    ExperimentReports(StudyRecords records, RunProgress progress, DatasetImages images) {
        this.records = records;
        this.progress = progress;
        this.images = images;
    }

    /**
     * The report of an experiment that succeeded.
     *
     * @throws RefusedException if it has not, or its task has no documents
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
            addCrossValidation(ReportJson.read(CrossValidationSummary.class, summary), study, dataset, sections);
        } else {
            addTraining(ReportJson.read(EvaluationReport.class, summary), study, sections);
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

    private void addCrossValidation(
            CrossValidationSummary summary, Study study, Dataset dataset, List<Section> sections) {
        String path = study.recipe().path();
        List<ScoredCase> cases = new ArrayList<>();
        // of several repeats the first, in which each image counts once
        int folds = study.trainings().size() / summary.repeats();
        for (Training training : study.trainings().subList(0, folds)) {
            RunArtifact artifact = progress.artifact(training.id(), RunArtifactKind.HELD_OUT_PREDICTIONS)
                    .orElseThrow(() -> new IllegalStateException("run " + training.id() + " has no predictions"));
            cases.addAll(records.cases(artifact.key()));
        }
        JudgementSections pooled = new JudgementSections(summary.pooled(), cases, StudyRecords.classes(dataset), path);
        Map<String, UUID> ids = images.ids(dataset.id(), pooled.namesOfWorst());
        List<Block> blocks = new ArrayList<>();
        blocks.add(facts(study));
        blocks.add(RecordSections.caution(
                "Every image was scored by the model of the fold that had held its patient out. The threshold was chosen on "
                        + "these same images, so the figures at it are somewhat too good."));
        blocks.addAll(pooled.figures());
        sections.add(new Section("Summary", blocks));
        sections.add(RecordSections.folds(summary, path));
        sections.add(pooled.discrimination());
        sections.add(pooled.decisions());
        sections.add(pooled.calibration());
        sections.add(pooled.usefulness());
        sections.add(pooled.worstCases(name -> ids.containsKey(name) ? "/api/v1/images/" + ids.get(name) : "unknown"));
    }

    private void addTraining(EvaluationReport summary, Study study, List<Section> sections) {
        UUID ensemble = study.recipe().ensemble();
        UUID run = ensemble == null ? study.trainings().get(0).id() : ensemble;
        List<ScoredCase> cases = progress.artifact(run, RunArtifactKind.VALIDATION_PREDICTIONS)
                .map(artifact -> records.cases(artifact.key()))
                .orElseThrow(() -> new IllegalStateException("run " + run + " has no predictions"));
        JudgementSections validation = new JudgementSections(
                summary, cases, study.data().classes(), study.recipe().path());
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

    private static String procedure(Study study) {
        if (study.recipe().ensemble() != null) {
            return study.procedure();
        }
        return study.recipe().isCrossValidation()
                ? "cross-validation over " + study.trainings().size() + " folds of patients"
                : "one training";
    }

    private static Facts facts(Study study) {
        String path = study.recipe().path();
        return new Facts(List.of(
                new Fact("Experiment", study.recipe().name(), path),
                new Fact("Procedure", procedure(study), path),
                new Fact("Dataset", study.data().name(), study.data().path()),
                new Fact(
                        "Split",
                        RecordSections.describe(study.division().spec()),
                        study.division().path()),
                new Fact("Network", WireNames.of(study.recipe().plan().backbone()), path)));
    }
}
