package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.foldwise.api.document.RecordSections.Opening;
import org.foldwise.api.document.RecordSections.Training;
import org.foldwise.api.document.ReviewSections.Doubted;
import org.foldwise.api.document.Study.Overlap;
import org.foldwise.api.report.OptimismChecks;
import org.foldwise.api.wire.WireNames;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Fact;
import org.foldwise.document.Block.Facts;
import org.foldwise.document.Document;
import org.foldwise.document.Section;
import org.foldwise.learning.dataset.PatientLabels;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.ErrorReview;
import org.foldwise.learning.metrics.ExplanationReport;
import org.foldwise.learning.metrics.scored.ClassErrorReview;
import org.foldwise.learning.metrics.scored.PatientReport;
import org.foldwise.learning.neighbourhood.NeighbourhoodReport;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.FrozenThresholds;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.registry.evaluation.TestOpening;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.explanation.ExplanationCheck;
import org.foldwise.registry.explanation.ExplanationChecks;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.neighbourhood.Neighbourhood;
import org.foldwise.registry.neighbourhood.NeighbourhoodCases;
import org.foldwise.registry.neighbourhood.Neighbourhoods;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplit;
import org.springframework.stereotype.Component;

/** Writes the report of an evaluation: what it found, on whose images, and what stands behind it. */
@Component
class EvaluationReports {
    private final StudyRecords records;
    private final SearchRecords searches;
    private final Experiments experiments;
    private final Runs runs;
    private final FrozenThresholds thresholds;
    private final DatasetImages images;
    private final OptimismChecks optimism;
    private final Neighbourhoods neighbourhoods;
    private final NeighbourhoodCases neighbourhoodCases;
    private final ExplanationChecks explanationChecks;

    EvaluationReports(
            StudyRecords records,
            SearchRecords searches,
            Experiments experiments,
            Runs runs,
            FrozenThresholds thresholds,
            DatasetImages images,
            OptimismChecks optimism,
            Neighbourhoods neighbourhoods,
            NeighbourhoodCases neighbourhoodCases,
            ExplanationChecks explanationChecks) {
        this.records = records;
        this.searches = searches;
        this.experiments = experiments;
        this.runs = runs;
        this.thresholds = thresholds;
        this.images = images;
        this.optimism = optimism;
        this.neighbourhoods = neighbourhoods;
        this.neighbourhoodCases = neighbourhoodCases;
        this.explanationChecks = explanationChecks;
    }

    private Section patients(Evaluation evaluation, Dataset judged, String path) {
        PatientReport report = StudyRecords.patientReport(evaluation);
        return PatientSections.of(
                report,
                new PatientCurves(
                        records.namedImages(evaluation),
                        PatientLabels.of(images.cohort(judged)).shown(),
                        report.aggregations().stream()
                                .map(PatientReport.Aggregated::aggregation)
                                .toList(),
                        records.level(evaluation),
                        path),
                path);
    }

    /**
     * The report of an evaluation that succeeded.
     *
     * @throws org.foldwise.api.problem.RefusedException if it has not
     */
    Document report(Evaluation evaluation) {
        Experiment experiment = experimentOf(evaluation);
        PatientSplit split = records.split(experiment);
        Dataset trainedOn = records.dataset(split);
        UUID external = evaluation.datasetId();
        Dataset judged = external == null ? trainedOn : records.dataset(external);
        String path = "/api/v1/evaluations/" + evaluation.id();
        Study study = records.study(experiment);
        JudgementParts judgement = records.parts(evaluation, judged);
        Task task = study.data().task();
        Optional<Doubted> doubted = doubted(evaluation, study);
        List<String> named = new ArrayList<>(judgement.namesOfWorst());
        doubted.ifPresent(found -> named.addAll(found.names()));
        Map<String, UUID> ids = images.ids(judged.id(), named);
        Function<String, String> addressOf =
                name -> ids.containsKey(name) ? "/api/v1/images/" + ids.get(name) : "unknown";

        List<Section> sections = new ArrayList<>();
        sections.add(summary(evaluation, experiment, trainedOn, judged, study, judgement, path));
        String folds = experiment.summary();
        if (evaluation.subset() == Subset.OUT_OF_FOLD && folds != null) {
            sections.add(folds(folds, experiment, study));
        }
        sections.addAll(judgement.sections());
        if (evaluation.patientReport() != null) {
            sections.add(patients(evaluation, judged, path));
        }
        Optional.ofNullable(evaluation.runId())
                .flatMap(thresholds::ofRun)
                .flatMap(frozen ->
                        RecalibrationSections.ofEvaluation(frozen, StudyRecords.recalibrationEffect(evaluation), path))
                .ifPresent(sections::add);
        predictionSets(evaluation, study, path).ifPresent(sections::add);
        optimism.of(evaluation).ifPresent(found -> sections.add(ReviewSections.promises(List.of(found), task)));
        String subgroups = evaluation.subgroups();
        if (subgroups != null) {
            sections.add(ReviewSections.subgroups(subgroups, task, path));
        }
        sections.add(judgement.worstCases(addressOf));
        doubted.ifPresent(found -> sections.add(ReviewSections.doubts(found, addressOf, path)));
        neighbourhoods
                .findFirstByEvaluationIdAndStateOrderByIdDesc(evaluation.id(), InquiryState.SUCCEEDED)
                .ifPresent(found -> sections.add(neighbours(found)));
        explanationChecks
                .findFirstByEvaluationIdAndStateOrderByIdDesc(evaluation.id(), InquiryState.SUCCEEDED)
                .ifPresent(found -> sections.add(explanations(found)));
        sections.add(RecordSections.openings(study.openings(), split.id()));
        sections.add(RecordSections.findings(
                records.findings(experiment, external == null ? List.of(trainedOn) : List.of(trainedOn, judged))));
        sections.add(StudySections.data(study));
        sections.add(RecordSections.learning(trainings(evaluation, study)));
        sections.add(RecordSections.provenance(trainings(evaluation, study), further(evaluation, path), path));
        return new Document(
                "Evaluation report",
                "What " + subject(evaluation, experiment) + " is worth on the "
                        + subset(evaluation.subset()) + " of dataset '"
                        + judged.description().name() + "': "
                        + Words.count(judgement.images(), "image") + " of "
                        + Words.count(judgement.patients(), "patient") + ".",
                sections);
    }

    /** Every fold; of a nested cross-validation with what was chosen in it, and of several repeats with which of them is judged here. */
    private Section folds(String summary, Experiment experiment, Study study) {
        Section folds = RecordSections.folds(
                summary, study.data().task(), study.recipe().path());
        List<Block> blocks = new ArrayList<>(folds.blocks());
        int repeats = study.division().spec().repeats();
        int judged = study.firstRepeat().size();
        if (repeats > 1) {
            blocks.add(RecordSections.text("Every patient was held out " + repeats
                    + " times. This evaluation is of the first repeat, folds 0 to "
                    + (judged - 1)
                    + ", so that each image counts once: the area of all held-out images together, what follows below, and the "
                    + "trainings that are listed. The mean of the folds is over all repeats."));
        }
        if (experiment.procedure() == Procedure.NESTED_CROSS_VALIDATION) {
            blocks.addAll(SearchSections.ofFolds(searches.search(experiment), judged));
        }
        return new Section(folds.title(), blocks);
    }

    private Section neighbours(Neighbourhood found) {
        String report = found.report();
        if (report == null) {
            throw new IllegalStateException(found + " has succeeded without a report");
        }
        return NeighbourSections.of(
                ReportJson.read(NeighbourhoodReport.class, report),
                neighbourhoodCases.of(found.id()),
                "/api/v1/neighbourhoods/" + found.id());
    }

    private static Section explanations(ExplanationCheck found) {
        String report = found.report();
        if (report == null) {
            throw new IllegalStateException(found + " has succeeded without a report");
        }
        return ExplanationSections.of(
                ReportJson.read(ExplanationReport.class, report), "/api/v1/explanation-checks/" + found.id());
    }

    /** The images whose labels an evaluation doubts, where they were looked for. */
    private static Optional<Doubted> doubted(Evaluation evaluation, Study study) {
        String review = evaluation.errorReview();
        if (review == null) {
            return Optional.empty();
        }
        return study.data().task() == Task.BINARY
                ? Doubted.of(
                        ReportJson.read(ErrorReview.class, review),
                        study.data().classes().get(1))
                : Doubted.of(ReportJson.read(ClassErrorReview.class, review));
    }

    private Section summary(
            Evaluation evaluation,
            Experiment experiment,
            Dataset trainedOn,
            Dataset judged,
            Study study,
            JudgementParts judgement,
            String path) {
        List<Block> blocks = new ArrayList<>(cautions(evaluation, study));
        if (evaluation.withdrawals() > 0) {
            blocks.add(RecordSections.caution(
                    "Patients among those judged here who were withdrawn since: " + evaluation.withdrawals()
                            + ". Figures are those from before; curves are drawn from the cases that are left."));
        }
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Evaluation", evaluation.id().toString(), path));
        facts.add(new Fact(
                "Judged", subject(evaluation, experiment), study.recipe().path()));
        facts.add(new Fact("Images", subset(evaluation.subset()), path));
        facts.add(new Fact(
                "Counts",
                Words.count(judgement.images(), "image") + " of " + Words.count(judgement.patients(), "patient") + "; "
                        + judgement.shown(),
                path));
        facts.add(new Fact("Dataset", judged.description().name(), "/api/v1/datasets/" + judged.id()));
        if (evaluation.datasetId() != null) {
            Overlap overlap = records.overlap(evaluation, trainedOn, judged);
            facts.add(new Fact("Trained on", trainedOn.description().name(), "/api/v1/datasets/" + trainedOn.id()));
            facts.add(new Fact("In common with the training dataset", overlap.words(), path));
            if (overlap.contents() > 0) {
                blocks.add(RecordSections.caution(Words.count(overlap.contents(), "image") + " of this dataset "
                        + (overlap.contents() == 1 ? "is" : "are")
                        + " in the training dataset as well, byte for byte. Figures of images that a model has learned from say nothing of"
                        + " its worth."));
            }
        }
        UUID run = evaluation.runId();
        if (run != null && evaluation.subset() == Subset.VALIDATION) {
            thresholds.ofRun(run).flatMap(RecalibrationSections::caution).ifPresent(blocks::add);
        }
        if (run != null) {
            thresholds
                    .ofRun(run)
                    .ifPresent(frozen -> facts.add(new Fact(
                            "Decision frozen",
                            Words.decision(frozen) + " on " + Words.time(frozen.frozenAt()),
                            "/api/v1/evaluations/" + frozen.evaluationId())));
        }
        String reason = evaluation.reason();
        if (reason != null) {
            facts.add(new Fact("Reason given", reason, path));
        }
        for (Study.Figure named : records.named(evaluation, study.data().task())) {
            facts.add(new Fact("Named before: " + named.name(), named.value(), path));
        }
        facts.add(new Fact("Asked for", Words.time(evaluation.createdAt()), path));
        facts.add(new Fact("Finished", Words.time(evaluation.finishedAt()), path));
        blocks.add(new Facts(facts));
        blocks.addAll(judgement.figures());
        return new Section("Summary", blocks);
    }

    /** Of a run, whose threshold was frozen before or by this evaluation. */
    private Optional<Section> predictionSets(Evaluation evaluation, Study study, String path) {
        return Optional.ofNullable(evaluation.runId())
                .flatMap(thresholds::ofRun)
                .map(frozen -> SetSections.of(study, frozen)
                        .ofEvaluation(
                                StudyRecords.predictionSets(
                                        evaluation, study.data().task()),
                                path));
    }

    private static List<Block> cautions(Evaluation evaluation, Study study) {
        return switch (evaluation.subset()) {
            case VALIDATION -> List.of(StudySections.validation(study));
            case OUT_OF_FOLD ->
                List.of(RecordSections.caution(
                        RecordSections.heldOut(study.data().task())));
            case TEST ->
                study.openings().stream()
                        .filter(opening -> opening.evaluation().equals(evaluation.id()))
                        .flatMap(EvaluationReports::cautions)
                        .toList();
            case EXTERNAL -> List.of();
        };
    }

    private static Stream<Block> cautions(Opening opening) {
        List<Block> blocks = new ArrayList<>();
        if (opening.number() > 1) {
            TestOpening.Past past = opening.past();
            blocks.add(RecordSections.caution("This is opening " + opening.number()
                    + " of the test subset: a re-use, not a first test."
                    + (past == null
                            ? ""
                            : " " + past.openedBefore() + " of its " + Words.count(past.patients(), "patient")
                                    + " had been opened before.")
                    + " See the openings below."));
        }
        blocks.addAll(RecordSections.seenBefore(opening));
        return blocks.stream();
    }

    private static List<Fact> further(Evaluation evaluation, String path) {
        ArtifactKey cases = evaluation.cases();
        return cases == null
                ? List.of()
                : List.of(new Fact("Scored cases (SHA-256)", cases.digest().hex(), path + "/cases"));
    }

    /** Those whose answers were judged. */
    private static List<Training> trainings(Evaluation evaluation, Study study) {
        UUID run = evaluation.runId();
        return run == null ? study.firstRepeat() : study.trainingsOf(run);
    }

    private Experiment experimentOf(Evaluation evaluation) {
        UUID run = evaluation.runId();
        UUID experiment = evaluation.experimentId();
        if (run != null) {
            experiment = runs.findById(run).map(Run::experimentId).orElseThrow();
        }
        if (experiment == null) {
            throw new IllegalStateException(evaluation + " judges nothing");
        }
        return experiments.findById(experiment).orElseThrow();
    }

    /** What was judged, in words. */
    static String subject(Evaluation evaluation, Experiment experiment) {
        UUID run = evaluation.runId();
        String judged = experiment.procedure() == Procedure.NESTED_CROSS_VALIDATION
                ? "the nested cross-validation"
                : "the cross-validation";
        return (run == null ? judged : "run " + run + " of the experiment") + " '" + experiment.name() + "'";
    }

    /** Which images were judged, in words. */
    static String subset(Subset subset) {
        return switch (subset) {
                    case VALIDATION -> "validation images";
                    case OUT_OF_FOLD -> "held-out images of all folds";
                    case TEST -> "locked test images";
                    case EXTERNAL -> "images of another dataset";
                } + " (" + WireNames.of(subset) + ")";
    }
}
