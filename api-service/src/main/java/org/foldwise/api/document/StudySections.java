package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Fact;
import org.foldwise.document.Block.Facts;
import org.foldwise.document.Block.Paragraph;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Section;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.json.PlanJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What documents say of a study as a whole: its data, its recipe, its judgements. */
final class StudySections {
    private static final JsonMapper PLANS = JsonMapper.builder().build();

    private StudySections() {}

    /** The dataset and how its patients were divided. */
    static Section data(Study study) {
        Study.Data data = study.data();
        Study.Division division = study.division();
        List<Block> blocks = new ArrayList<>();
        List<Fact> facts = new ArrayList<>(List.of(
                new Fact("Trained on dataset", data.name(), data.path()),
                new Fact(
                        "Modality and body part",
                        recorded(data.modality()) + "; " + recorded(data.bodyPart()),
                        data.path()),
                new Fact(
                        "Size",
                        Words.count(data.images(), "image") + " of " + Words.count(data.patients(), "patient"),
                        data.path()),
                new Fact("Classes", data.classesInWords(), data.path()),
                new Fact("A patient's label", data.patientLabelRule(), data.path()),
                new Fact("Digest (SHA-256)", data.digest(), data.path())));
        if (data.frames() != null) {
            facts.add(new Fact("Frames of a file that are images", data.frames(), data.path()));
        }
        blocks.add(new Facts(facts));
        if (data.withdrawals() > 0) {
            blocks.add(RecordSections.caution("Patients who were withdrawn since the dataset was frozen: "
                    + data.withdrawals()
                    + ". Their images are erased; size, digests and figures are those from before, "
                    + "and nothing new begins on this dataset."));
        }
        blocks.addAll(RecordSections.split(
                UUID.fromString(division.path().substring(division.path().lastIndexOf('/') + 1)),
                division.spec(),
                division.seed(),
                division.digest(),
                division.audit()));
        return new Section("Data and split", blocks);
    }

    /** How the validation images of a training or an ensemble were judged, and what the figures are therefore worth. */
    static Paragraph validation(Study study) {
        if (study.isOfFolds()) {
            return RecordSections.caution(
                    "Every image was scored by networks that had not seen its patient, not by the ensemble, which is the mean of all "
                            + "its networks: no development image is new to all of them. A mean is less extreme than one network, so "
                            + "decisions may turn out otherwise for new patients. What the ensemble itself is worth, test and external "
                            + "images show.");
        }
        return RecordSections.caution("These are the images on which the training was stopped"
                + (study.data().task() == Task.MULTICLASS ? "" : " and the threshold was chosen")
                + ". The figures flatter the model; they are no estimate of its worth.");
    }

    /** Every field of the plan. */
    static Section recipe(Study study) {
        String path = study.recipe().path();
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Procedure", study.procedureInWords(), path));
        if (study.recipe().candidates() != null) {
            facts.add(new Fact(
                    "What follows", "the plan from which the candidates of the search differ", path + "/search"));
        }
        facts.add(new Fact("Plan (SHA-256)", study.recipe().planDigest(), path));
        fields(study.recipe().plan())
                .properties()
                .forEach(field -> facts.add(new Fact(
                        field.getKey(),
                        field.getValue().isString()
                                ? field.getValue().stringValue()
                                : field.getValue().toString(),
                        path)));
        Facts plan = new Facts(facts);
        return new Section(
                "Plan",
                study.recipe().ensemble() == null || study.isOfFolds()
                        ? List.of(plan)
                        : List.of(
                                plan,
                                RecordSections.text(
                                        "The plan is that of the first member; where another's differs, in its seed or sampling, its own "
                                                + "experiment says so.")));
    }

    /** A plan as a tree of JSON. */
    static JsonNode fields(ExperimentPlan plan) {
        return PLANS.readTree(PlanJson.writeWhole(plan));
    }

    /** Every judgement, the flattering ones called so. */
    static Section judgements(Study study) {
        boolean isBinary = study.data().task() == Task.BINARY;
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("Evaluation").percent(20),
                Column.text("Images").percent(12),
                Column.number("Patients").percent(9),
                Column.number(isBinary ? "ROC AUC" : "Mean ROC AUC").percent(16),
                Column.number(isBinary ? "Threshold" : "Decision").percent(11)));
        for (String figure : figuresOfDecisions(study.data().task())) {
            columns.add(Column.number(figure).percent(16));
        }
        return new Section(
                "Evaluations",
                List.of(
                        new Table(
                                "Every evaluation of this experiment that succeeded",
                                columns,
                                study.judgements().stream()
                                        .map(StudySections::row)
                                        .toList(),
                                study.recipe().path()),
                        RecordSections.text(
                                "Figures of validation images flatter, as training was stopped on them. Areas and losses of "
                                        + "held-out images do not, but their threshold was chosen on them as well. Test and external "
                                        + "images are judged at a threshold that was frozen before.")));
    }

    private static List<String> figuresOfDecisions(Task task) {
        return switch (task) {
            case BINARY -> List.of("Sensitivity", "Specificity");
            case MULTICLASS -> List.of("Balanced accuracy", "Mean F1");
            case MULTILABEL -> List.of("Mean F1", "All labels right");
        };
    }

    private static List<String> row(Study.Judgement judgement) {
        List<String> row = new ArrayList<>(List.of(
                judgement.path(),
                judgement.subset() + ", " + judgement.images(),
                Integer.toString(judgement.patients()),
                judgement.rocAuc(),
                judgement.decision()));
        judgement.figures().forEach(figure -> row.add(figure.value()));
        return row;
    }

    static String recorded(@Nullable String text) {
        return text == null ? "not recorded" : text;
    }
}
