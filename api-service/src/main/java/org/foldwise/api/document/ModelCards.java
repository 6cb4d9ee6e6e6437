package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.foldwise.api.document.RecordSections.Remark;
import org.foldwise.api.document.Study.Grouping;
import org.foldwise.api.document.Study.Judgement;
import org.foldwise.api.wire.WireNames;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Fact;
import org.foldwise.document.Block.Facts;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Document;
import org.foldwise.document.Section;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.PlanFinding;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.evaluation.FrozenThreshold;
import org.foldwise.registry.evaluation.FrozenThresholds;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.model.Model;
import org.foldwise.registry.model.ModelVersion;
import org.foldwise.registry.run.EnsembleMember;
import org.foldwise.registry.run.Ensembles;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplit;
import org.springframework.stereotype.Component;

/**
 * Writes the card of a model version in the sections of Mitchell et al. 2019, Model Cards for Model Reporting. What is recorded is filled
 * in; what only people can know is named as missing.
 */
@Component
class ModelCards {
    private final StudyRecords records;
    private final Experiments experiments;
    private final Runs runs;
    private final Ensembles ensembles;
    private final FrozenThresholds thresholds;

    ModelCards(
            StudyRecords records,
            Experiments experiments,
            Runs runs,
            Ensembles ensembles,
            FrozenThresholds thresholds) {
        this.records = records;
        this.experiments = experiments;
        this.runs = runs;
        this.ensembles = ensembles;
        this.thresholds = thresholds;
    }

    /** The card of a version. */
    Document card(Model model, ModelVersion version) {
        Run run = runs.findById(version.runId()).orElseThrow();
        Experiment experiment = experiments.findById(run.experimentId()).orElseThrow();
        PatientSplit split = records.split(experiment);
        Dataset dataset = records.dataset(split);
        Study study = records.study(experiment).ofRun(run.id());
        FrozenThreshold threshold = thresholds.ofRun(run.id()).orElseThrow();
        List<Section> sections = new ArrayList<>();
        sections.add(details(model, version, run, study, threshold));
        sections.add(new Section(
                "Intended use",
                List.of(
                        RecordSections.caution(
                                "Research software. Not a medical device; not for decisions about patients."),
                        byPeople("What the model is for, who is to use it, and what it must not be used for"))));
        sections.add(factors(study));
        sections.add(metrics(study, threshold));
        sections.add(StudySections.judgements(study));
        if (!study.promises().isEmpty()) {
            sections.add(ReviewSections.promises(study.promises(), study.data().task()));
        }
        RecalibrationSections.ofModel(threshold, study.judgements()).ifPresent(sections::add);
        sections.add(SetSections.of(study, threshold).ofModel(study.judgements()));
        sections.add(RecordSections.openings(study.openings(), split.id()));
        sections.add(training(study));
        sections.add(RecordSections.findings(records.findings(experiment, List.of(dataset))));
        sections.add(new Section(
                "Ethical considerations",
                List.of(byPeople(
                        "Consent and approval, risks and harms, who was asked, and what was done about them"))));
        sections.add(caveats(records.remarks(experiment)));
        List<Fact> digests = new ArrayList<>();
        digests.add(new Fact("Bundle (SHA-256)", version.bundle().digest().hex(), path(model, version)));
        for (EnsembleMember member : ensembles.members(run.id())) {
            digests.add(new Fact(
                    "Member's weights (SHA-256)",
                    member.weights().hex(),
                    "/api/v1/runs/" + member.run() + "/artifacts"));
        }
        sections.add(RecordSections.provenance(study.trainings(), digests, path(model, version)));
        return new Document(
                "Model card: " + model.name() + ", version " + version.number(),
                "What is recorded of this model version, and what people must add before anybody relies on it.",
                sections);
    }

    private static Section details(Model model, ModelVersion version, Run run, Study study, FrozenThreshold threshold) {
        String path = path(model, version);
        List<Fact> facts = new ArrayList<>(List.of(
                new Fact("Model", model.name(), "/api/v1/models/" + model.name()),
                new Fact("Version", version.number() + ", " + WireNames.of(version.state()), path),
                new Fact("Registered", Words.time(version.createdAt()), path),
                new Fact(
                        run.isEnsemble() ? "Made of its members" : "Trained",
                        Words.time(run.finishedAt()),
                        "/api/v1/runs/" + run.id()),
                new Fact("Experiment", study.recipe().name(), study.recipe().path()),
                new Fact(
                        "Network",
                        WireNames.of(study.recipe().plan().backbone()) + ", "
                                + study.recipe().plan().image().size() + " pixels, "
                                + Words.count(study.recipe().plan().image().channels(), "channel"),
                        study.recipe().path()),
                new Fact(
                        "Grey values",
                        Words.window(study.recipe().plan().image().window()),
                        study.recipe().path()),
                new Fact("Classes", study.data().classesInWords(), path),
                new Fact(
                        "Decision",
                        Words.decision(threshold) + ", frozen on " + Words.time(threshold.frozenAt()),
                        "/api/v1/evaluations/" + threshold.evaluationId()),
                new Fact("Bundle", "weights, plan, preprocessing, threshold, provenance", path + "/bundle")));
        if (run.isEnsemble()) {
            facts.add(new Fact("Procedure", study.procedureInWords(), "/api/v1/runs/" + run.id()));
        }
        List<Block> blocks = new ArrayList<>();
        if (version.withdrawals() > 0) {
            blocks.add(RecordSections.caution("Patients whom this version learned from and who were withdrawn since: "
                    + version.withdrawals()
                    + ". What it learned from them is in its weights. Whether it is still to be used is for its"
                    + " users to decide; it is not released anew."));
        }
        blocks.add(new Facts(facts));
        blocks.add(byPeople("Who made it, under which licence, how to cite it, where to ask"));
        return new Section("Model details", blocks);
    }

    /** What is known of the images beside what they show, and for which groups of patients the figure differs. */
    private static Section factors(Study study) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Facts(List.of(
                new Fact(
                        "Modality",
                        StudySections.recorded(study.data().modality()),
                        study.data().path()),
                new Fact(
                        "Body part",
                        StudySections.recorded(study.data().bodyPart()),
                        study.data().path()))));
        Optional<Judgement> grouped = study.grouped();
        grouped.ifPresent(judgement -> blocks.addAll(groups(judgement)));
        if (grouped.isEmpty()) {
            blocks.add(RecordSections.text("Nothing is known of the judged images beside patient, label and day."));
        }
        blocks.add(byPeople(
                grouped.isEmpty()
                        ? "Groups of patients, devices and sites for which the model may be better or worse"
                        : "Which of these groups matter, and for which others the model may be better or worse"));
        return new Section("Factors", blocks);
    }

    private static List<Block> groups(Judgement judgement) {
        List<Block> blocks = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (Grouping grouping : judgement.groups()) {
            grouping.groups()
                    .forEach(group -> rows.add(List.of(
                            grouping.attribute(),
                            group.name(),
                            Integer.toString(group.images()),
                            Integer.toString(group.patients()),
                            grouping.figure() + " " + group.figure())));
            if (grouping.lowest() != null) {
                words.add("by " + grouping.attribute() + " '" + grouping.lowest() + "'");
            }
        }
        blocks.add(new Table(
                "Groups of the newest evaluation that has them, of the subset " + judgement.subset(),
                List.of(
                        Column.text("By").percent(16),
                        Column.text("Group").percent(20),
                        Column.number("Images").percent(10),
                        Column.number("Patients").percent(10),
                        Column.number("Figure").percent(44)),
                rows,
                judgement.path()));
        if (!words.isEmpty()) {
            blocks.add(RecordSections.text("Lowest: " + String.join("; ", words)
                    + ". Some group's figure always is; the intervals say whether by more than chance."));
        }
        return blocks;
    }

    private static Section metrics(Study study, FrozenThreshold threshold) {
        List<Block> blocks = new ArrayList<>();
        boolean isBinary = study.data().task() == Task.BINARY;
        blocks.add(RecordSections.text(
                (isBinary ? "Areas" : "Of each class against everything else, and on average: areas")
                        + " under the curves, and sensitivity, specificity, predictive values and F1 of decisions by "
                        + Words.decision(threshold)
                        + ", each with an interval that takes patients as what was sampled; calibration "
                        + (isBinary ? "and net benefit are" : "is")
                        + " in the reports of the evaluations."));
        if (study.isOfFolds()) {
            blocks.add(StudySections.validation(study));
        }
        if (!study.wasJudgedOn("test") && !study.wasJudgedOn("external")) {
            blocks.add(RecordSections.caution(
                    "This version was never judged on test or external images. What is known of it comes "
                            + "from images on which its training was stopped and its threshold chosen."));
        } else if (!study.wasJudgedOn("external")) {
            blocks.add(
                    RecordSections.caution(
                            "This version was never judged on another dataset. Nothing is known of it at other sites or devices."));
        }
        return new Section("Metrics", blocks);
    }

    private static Section training(Study study) {
        Section data = StudySections.data(study);
        List<Block> blocks = new ArrayList<>(data.blocks());
        blocks.addAll(StudySections.recipe(study).blocks());
        blocks.add(byPeople("Where the images come from, who chose and labelled them, and whom they represent"));
        return new Section("Training data and plan", blocks);
    }

    /** What was found before the training began and is more than a notice; all of it stands in the section on findings. */
    private static Section caveats(List<Remark> remarks) {
        List<Block> blocks = new ArrayList<>();
        for (Remark remark : remarks) {
            if (!remark.severity().equals(WireNames.of(PlanFinding.Severity.NOTICE))) {
                blocks.add(RecordSections.caution(remark.evidence() + " " + remark.suggestion()));
            }
        }
        blocks.add(byPeople("Limits that are known, and what should be tried before the model is used elsewhere"));
        return new Section("Caveats and recommendations", blocks);
    }

    private static Block byPeople(String what) {
        return RecordSections.text(
                "People must write: " + what.substring(0, 1).toLowerCase(Locale.ROOT) + what.substring(1) + ".");
    }

    private static String path(Model model, ModelVersion version) {
        return "/api/v1/models/" + model.name() + "/versions/" + version.number();
    }
}
