package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.foldwise.api.document.RecordSections.Training;
import org.foldwise.api.document.Study.Attribute;
import org.foldwise.api.document.Study.Explained;
import org.foldwise.api.document.Study.Group;
import org.foldwise.api.document.Study.Grouping;
import org.foldwise.api.document.Study.Judgement;
import org.foldwise.api.document.Study.Known;
import org.foldwise.api.document.Study.Overlap;
import org.foldwise.api.document.Study.Version;
import org.foldwise.api.document.Study.Years;
import org.foldwise.api.wire.WireNames;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Section;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.SamplingSpec;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.provenance.WeightsFile;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.LeakageAudit.ClassCounts;
import org.foldwise.learning.split.LeakageAudit.FoldCounts;
import org.foldwise.learning.split.LeakageAudit.RoleCounts;
import org.foldwise.learning.split.Role;
import org.jspecify.annotations.Nullable;

/**
 * What two reporting guidelines ask of a study, beside what is recorded of it: CLAIM 2024 (Tejani et al. 2024, Checklist for Artificial
 * Intelligence in Medical Imaging: 2024 Update, Radiology: Artificial Intelligence 6(4)) and TRIPOD+AI (Collins et al. 2024, TRIPOD+AI
 * statement, BMJ 385). Numbers are theirs, the short names are ours; who fills in a checklist for a journal does it on the journal's
 * form. An item has what was recorded, with its address, or says that people must write it, or both where the record is only a part. What
 * people must write belongs into their manuscript; beside it stands the address of the record that it is about.
 */
final class Checklists {
    private static final String NOBODY_LOCKED = "nobody is locked away for a test";
    private static final String BY_PEOPLE = "people must write this";
    /** Of an attribute with more groups the first are listed. */
    private static final int MOST_GROUPS = 8;

    private static final String PARTLY = "; people must write the rest";

    private final Study study;
    private final ExperimentPlan plan;
    private final List<Item> items = new ArrayList<>();

    private Checklists(Study study) {
        this.study = study;
        this.plan = study.recipe().plan();
    }

    /**
     * An item of a guideline.
     *
     * @param number as the guideline counts
     * @param topic what it asks for, in our words
     * @param recorded what is recorded; absent where that is nothing
     * @param isWhole whether the record is all that the item asks for
     * @param source the address where it is recorded; where nothing is, of the record that it is about
     */
    record Item(String number, String topic, @Nullable String recorded, boolean isWhole, String source) {
        /** The recorded fact, or who has to write it. */
        String text() {
            return recorded == null ? BY_PEOPLE : isWhole ? recorded : recorded + PARTLY;
        }
    }

    /** Both guidelines as sections of a report. */
    static List<Section> sections(Study study) {
        return List.of(
                section(
                        "CLAIM 2024",
                        "Tejani et al. 2024, doi:10.1148/ryai.240300, 44 items",
                        claim(study),
                        study.recipe().path()),
                section(
                        "TRIPOD+AI",
                        "Collins et al. 2024, doi:10.1136/bmj-2023-078378, 27 items",
                        tripod(study),
                        study.recipe().path()));
    }

    private static Section section(String name, String source, List<Item> items, String experiment) {
        long byPeople = items.stream().filter(item -> item.recorded() == null).count();
        List<Block> blocks = List.of(
                RecordSections.text("Numbers are those of " + name + " (" + source
                        + "); the words are ours and short. Use the journal's own form to report."),
                new Table(
                        name + ": recorded in whole or in part " + (items.size() - byPeople) + ", for people to write "
                                + byPeople,
                        List.of(
                                Column.text("Item").percent(7),
                                Column.text("Asks for").percent(26),
                                Column.text("Recorded").percent(43),
                                Column.text("Where").percent(24)),
                        items.stream()
                                .map(item -> List.of(
                                        item.number(),
                                        item.topic(),
                                        item.text(),
                                        item.recorded() == null ? "manuscript; about " + item.source() : item.source()))
                                .toList(),
                        experiment + "/report"));
        return new Section(name, blocks);
    }

    /** The items of CLAIM 2024. */
    static List<Item> claim(Study study) {
        return new Checklists(study).claim();
    }

    /** The items of TRIPOD+AI. */
    static List<Item> tripod(Study study) {
        return new Checklists(study).tripod();
    }

    private List<Item> claim() {
        String recipe = study.recipe().path();
        String data = study.data().path();
        String split = study.division().path();
        part("1", "Title names the kind of AI", "deep learning: " + network(), recipe);
        people("2", "Abstract", recipe);
        people("3", "Background and intended role", recipe);
        people("4", "Aims and hypotheses", recipe);
        people("5", "Prospective or retrospective", data);
        people("6", "Goal of the study", recipe);
        part("7", "Data sources", dataset(), data);
        people("8", "Inclusion and exclusion criteria", data);
        whole("9", "Preprocessing", preprocessing(), recipe);
        people("10", "Selection of subsets of the data", data);
        recorded("11", "De-identification", deidentification(), data);
        part("12", "Missing data", missing(), data);
        recorded("13", "Image acquisition", acquisition(), data);
        part(
                "14",
                "How the reference standard was obtained",
                "labels as uploaded; a patient's by rule '" + study.data().patientLabelRule() + "'",
                data);
        people("15", "Why that reference standard", data);
        people("16", "Who annotated", data);
        people("17", "Annotation of the test set", data);
        people("18", "Variability within and between annotators", data);
        whole("19", "How data were assigned to partitions", assignment(), split);
        whole("20", "Level at which partitions are disjoint", disjointness(), split);
        part("21", "Size of the testing data", locked().orElse(NOBODY_LOCKED), split);
        whole("22", "The model", model(), recipe);
        whole("23", "Software", libraries(), run());
        whole("24", "Initial weights", beginning(), run());
        whole("25", "Training", training(), recipe);
        whole("26", "How the final model was selected", selection(), recipe);
        whole("27", "Ensembling", ensembling(), answering());
        whole("28", "Metrics", metrics(), recipe + "/report");
        whole("29", "Uncertainty", uncertainty(), recipe + "/report");
        robustness("30", "Robustness and sensitivity analyses", recipe);
        explained("31", "Explainability", recipe);
        judged("32", "Evaluation on internal data", "validation", "outOfFold", "test");
        judged("33", "Testing on external data", "external");
        people("34", "Trial registration", recipe);
        part(
                "35",
                "Patients included and excluded",
                "included: "
                        + Words.count(study.data().patients(), "patient") + ", "
                        + Words.count(study.data().images(), "image")
                        + "; exclusions before the upload are not known here",
                data);
        part("36", "Characteristics of each partition", partitions() + "; " + shares(), split);
        judged("37", "Performance with its uncertainty", "validation", "outOfFold", "test", "external");
        judged("38", "Diagnostic performance and its precision", "test", "external");
        part(
                "39",
                "Analysis of wrong classifications",
                "the surest wrong decisions are listed in the report; where patients were held out, also the labels that those predictions doubt",
                firstReport());
        people("40", "Limitations", recipe);
        people("41", "Implications for practice", recipe);
        part(
                "42",
                "Protocol or further technical details",
                "plan, split and provenance are addressed by their digests",
                recipe);
        people("43", "Availability of software, model and data", recipe);
        people("44", "Funding and the funders' role", recipe);
        return List.copyOf(items);
    }

    private List<Item> tripod() {
        String recipe = study.recipe().path();
        String data = study.data().path();
        String split = study.division().path();
        people("1", "Title", recipe);
        people("2", "Abstract, by the checklist for abstracts", recipe);
        people("3a", "Healthcare context and existing models", recipe);
        people("3b", "Target population, purpose, users", data);
        people("3c", "Known health inequalities", recipe);
        people("4", "Objectives", recipe);
        part("5a", "Sources of data and why", dataset(), data);
        recorded("5b", "Dates of accrual", years(), data);
        recorded("6a", "Setting and centres", sites(), data);
        people("6b", "Eligibility", data);
        people("6c", "Treatments received", data);
        part("7", "Preparation and quality checks", preprocessing(), recipe);
        part(
                "8a",
                "Outcome and how it was assessed",
                "classes " + String.join(", ", study.data().classes()) + "; a patient's by rule '"
                        + study.data().patientLabelRule() + "'",
                data);
        people("8b", "Who assessed the outcome", data);
        people("8c", "Blinding of that assessment", data);
        whole("9a", "Choice of predictors", "the pixels of one image and nothing else", recipe);
        predictors("9b", "Definition of predictors", recipe, data);
        people("9c", "Who assessed predictors, where that takes judgement", data);
        part(
                "10",
                "Size of the study",
                Words.count(study.data().patients(), "patient") + ", "
                        + Words.count(study.data().images(), "image"),
                data);
        part("11", "Missing data", missing(), data);
        whole("12a", "How data were used and partitioned", assignment(), split);
        whole("12b", "Handling of predictors", preprocessing(), recipe);
        part(
                "12c",
                "Type of model, its making, internal validation",
                model() + "; " + training() + "; " + selection(),
                recipe);
        grouped(
                "12d",
                "Heterogeneity across clusters such as hospitals",
                judgement -> "figures of each group by " + attributes(judgement)
                        + ", with intervals, where it has enough patients",
                recipe);
        whole("12e", "Measures of performance", metrics(), recipe + "/report");
        whole(
                "12f",
                "Updating after the evaluation",
                "none: a threshold is frozen before the test subset can be opened",
                recipe);
        whole(
                "12g",
                "How predictions were calculated",
                study.recipe().ensemble() == null
                        ? "by the weights of the best epoch, on one image at a time"
                        : "as the mean of the probabilities of "
                                + Words.count(study.trainings().size(), "network")
                                + ", each with the weights of its best epoch, on one image at a time",
                answering());
        whole("13", "Class imbalance", imbalance(), recipe);
        grouped(
                "14",
                "Fairness",
                judgement -> "nothing was done to the model for it; looked at were groups by " + attributes(judgement),
                recipe);
        whole("15", "Output and thresholds", output(), firstReport());
        differences("16", "Differences between development and evaluation data", split);
        people("17", "Ethical approval and consent", data);
        people("18a", "Funding", recipe);
        people("18b", "Conflicts of interest", recipe);
        people("18c", "Protocol", recipe);
        people("18d", "Registration", recipe);
        people("18e", "Availability of data", data);
        people("18f", "Availability of code", recipe);
        people("19", "Involvement of patients and the public", data);
        part("20a", "Flow of participants", partitions(), split);
        grouped(
                "20b",
                "Characteristics of participants",
                judgement -> "of those judged: " + characteristics(judgement),
                data);
        part("20c", "Comparison of evaluation and development data", shares(), split);
        analysed("21", "Participants and outcomes in each analysis", split);
        fullModel("22", "The full model");
        judged("23a", "Performance with intervals", "validation", "outOfFold", "test", "external");
        grouped("23b", "Heterogeneity of performance across clusters", Checklists::performance, recipe);
        whole(
                "24",
                "Results of updating",
                "none: no model was fitted to another population; where probabilities are recalibrated, that is fitted on development patients",
                recipe);
        people("25", "Interpretation", recipe);
        people("26", "Limitations", recipe);
        part(
                "27a",
                "Poor or missing input when in use",
                "an image that cannot be decoded is refused, not guessed at; what becomes of one that can stands in the plan",
                recipe);
        people("27b", "What users have to do and to know", recipe);
        people("27c", "Next steps, applicability", recipe);
        return List.copyOf(items);
    }

    private void people(String number, String topic, String about) {
        items.add(new Item(number, topic, null, false, about));
    }

    private void whole(String number, String topic, @Nullable String recorded, @Nullable String source) {
        items.add(new Item(
                number,
                topic,
                recorded,
                recorded != null,
                source == null ? study.recipe().path() : source));
    }

    private void part(String number, String topic, @Nullable String recorded, @Nullable String source) {
        items.add(new Item(
                number, topic, recorded, false, source == null ? study.recipe().path() : source));
    }

    /** What is recorded as a part of what is asked for, where anything is; else for people to write. */
    private void recorded(String number, String topic, @Nullable String recorded, String source) {
        items.add(new Item(number, topic, recorded, false, source));
    }

    /** Nothing is said of images that were no DICOM files: whoever made them knows what was done. */
    private @Nullable String deidentification() {
        Known known = study.data().known();
        return known.dicomFiles() == 0
                ? null
                : Words.count(known.dicomFiles(), "DICOM file")
                        + " kept with the elements alone that decide the pixels or say how they were taken, patient and instance ids"
                        + " replaced by keyed pseudonyms"
                        + (known.deidentifiedOnly()
                                ? "; only files were taken that say that they are de-identified"
                                : "; files were taken whether they say that they are de-identified or not")
                        + "; text within the pixels is not looked for";
    }

    private String missing() {
        String unknown = String.join(
                ", ",
                study.data().known().attributes().stream()
                        .filter(attribute -> attribute.imagesWithout() > 0)
                        .map(attribute -> attribute.name() + " of " + Words.count(attribute.imagesWithout(), "image"))
                        .toList());
        return "every image has a patient and a label, or the dataset would not have been frozen"
                + (unknown.isEmpty() ? "" : "; not known: " + unknown);
    }

    private @Nullable String years() {
        Years years = study.data().known().years();
        return years == null
                ? null
                : "images acquired "
                        + (years.first() == years.last() ? "in " : "from " + years.first() + " to ")
                        + years.last() + ", by the days that are known of " + years.images() + " of "
                        + Words.count(study.data().images(), "image");
    }

    private @Nullable String sites() {
        return study.data().known().site().map(Checklists::values).orElse(null);
    }

    /** An attribute with its values, of many only how many there are. */
    private static String values(Attribute attribute) {
        List<String> values = attribute.values();
        return attribute.name() + ": "
                + (values.isEmpty() || values.size() > MOST_GROUPS
                        ? Words.count(attribute.distinct(), "value")
                        : String.join(", ", values))
                + (attribute.imagesWithout() == 0
                        ? ""
                        : ", unknown of " + Words.count(attribute.imagesWithout(), "image"));
    }

    /** What goes into the network, and how the images were taken where that is known. */
    private void predictors(String number, String topic, String recipe, String data) {
        String acquisition = acquisition();
        part(
                number,
                topic,
                "the pixels of one image: " + preprocessing() + (acquisition == null ? "" : "; " + acquisition),
                acquisition == null ? recipe : recipe + " " + data);
    }

    /** The checks of heat maps that were made. */
    private void explained(String number, String topic, String about) {
        List<Explained> explanations = study.explanations();
        recorded(
                number,
                topic,
                explanations.isEmpty()
                        ? null
                        : String.join(
                                "; ",
                                explanations.stream()
                                        .map(explained -> "Grad-CAM maps of "
                                                + Words.count(explained.images(), "image")
                                                + " were held against maps that show nothing: heat along the border "
                                                + explained.border())
                                        .toList()),
                explanations.isEmpty()
                        ? about
                        : String.join(
                                " ", explanations.stream().map(Explained::path).toList()));
    }

    /** How the patients were divided, and of how many each evaluation is. */
    private void analysed(String number, String topic, String split) {
        StringBuilder words = new StringBuilder(partitions());
        List<String> sources = new ArrayList<>(List.of(split));
        for (Judgement judgement : study.judgements()) {
            words.append("; evaluated on ")
                    .append(judgement.subset())
                    .append(": ")
                    .append(Words.count(judgement.patients(), "patient"))
                    .append(", ")
                    .append(Words.count(judgement.images(), "image"));
            sources.add(judgement.path());
        }
        whole(number, topic, words.toString(), String.join(" ", sources));
    }

    /** What others need to compute predictions is a bundle, which only a model version has. */
    private void fullModel(String number, String topic) {
        List<Version> versions = study.versions();
        if (!versions.isEmpty()) {
            whole(
                    number,
                    topic,
                    "weights as safetensors with plan, preprocessing, threshold and provenance in the bundle of "
                            + String.join(
                                    ", ",
                                    versions.stream()
                                            .map(version -> "'" + version.model() + "' version " + version.number())
                                            .toList()),
                    String.join(" ", versions.stream().map(Version::path).toList()));
        } else if (run() == null) {
            people(number, topic, study.recipe().path());
        } else {
            part(
                    number,
                    topic,
                    "the weights of each training are kept; no model version was made of them, so that there is no bundle to hand"
                            + " over with preprocessing and threshold",
                    answering() + "/artifacts");
        }
    }

    /** What the groups of the newest evaluation that has them say; for people to write where nothing is known of images. */
    private void grouped(String number, String topic, Function<Judgement, String> words, String about) {
        study.grouped()
                .ifPresentOrElse(
                        judgement -> part(number, topic, words.apply(judgement), judgement.path()),
                        () -> people(number, topic, about));
    }

    private static String attributes(Judgement judgement) {
        return String.join(
                ", ", judgement.groups().stream().map(Grouping::attribute).toList());
    }

    private static String characteristics(Judgement judgement) {
        return String.join(
                "; ",
                judgement.groups().stream()
                        .map(grouping -> grouping.attribute() + " "
                                + listed(grouping, group -> Words.count(group.patients(), "patient"))
                                + (grouping.imagesWithout() == 0
                                        ? ""
                                        : ", unknown of " + Words.count(grouping.imagesWithout(), "image")))
                        .toList());
    }

    private static String performance(Judgement judgement) {
        return String.join(
                "; ",
                judgement.groups().stream()
                        .map(grouping -> grouping.figure() + " by " + grouping.attribute() + ": "
                                + listed(grouping, Group::figure)
                                + (grouping.lowest() == null ? "" : "; lowest is '" + grouping.lowest() + "'"))
                        .toList());
    }

    /** The groups, of many the first, each with something. */
    private static String listed(Grouping grouping, Function<Group, String> words) {
        String listed = String.join(
                ", ",
                grouping.groups().stream()
                        .limit(MOST_GROUPS)
                        .map(group -> "'" + group.name() + "' " + words.apply(group))
                        .toList());
        int others = grouping.groups().size() - MOST_GROUPS;
        return others > 0 ? listed + " and " + Words.count(others, "other") : listed;
    }

    /** Groups of patients, other datasets, and what the test made of the promise. */
    private void robustness(String number, String topic, String about) {
        List<String> words = new ArrayList<>();
        List<String> sources = new ArrayList<>();
        study.grouped().ifPresent(judgement -> {
            words.add("figures of groups by " + attributes(judgement));
            sources.add(judgement.path());
        });
        study.promises().forEach(promise -> {
            words.add("promised by development less found in the test, area under the ROC curve: "
                    + Words.estimate(promise.difference()) + ", " + WireNames.of(promise.verdict()));
            sources.add("/api/v1/evaluations/" + promise.testId());
        });
        if (words.isEmpty()) {
            people(number, topic, about);
        } else {
            part(
                    number,
                    topic,
                    String.join("; ", words),
                    String.join(" ", sources.stream().distinct().toList()));
        }
    }

    /** Of other datasets what they have in common with the own one, of the own test subset how it was divided off. */
    private void differences(String number, String topic, String split) {
        List<String> words = new ArrayList<>();
        List<String> sources = new ArrayList<>();
        for (Judgement judgement : study.judgements()) {
            Overlap overlap = judgement.overlap();
            if (overlap != null) {
                words.add("dataset '" + overlap.name() + "': " + overlap.words());
                sources.add(judgement.path());
            }
        }
        if (study.wasJudgedOn("test") || words.isEmpty()) {
            words.add("evaluation patients of the same dataset were divided off "
                    + RecordSections.describe(study.division().spec()) + "; " + shares());
            sources.add(split);
        }
        part(number, topic, String.join("; ", words), String.join(" ", sources));
    }

    /** How many images of each role show each class. */
    private String shares() {
        List<String> roles = new ArrayList<>();
        if (isOverFolds()) {
            roles.add("held out by the folds in turn: " + shares(heldOut()));
            development(Role.TEST).ifPresent(test -> roles.add("test: " + shares(test)));
        } else {
            study.division().audit().folds().stream()
                    .filter(fold -> fold.fold() < 0)
                    .flatMap(fold -> fold.roles().stream())
                    .forEach(role -> roles.add(name(role.role()) + ": " + shares(role)));
        }
        return "images of each class, " + String.join("; ", roles);
    }

    private static String shares(RoleCounts role) {
        return String.join(
                ", ",
                role.classes().stream()
                        .map(counts -> "'" + counts.name() + "' "
                                + Words.percent(role.images() == 0 ? 0 : (double) counts.images() / role.images()))
                        .toList());
    }

    private String ensembling() {
        return study.recipe().ensemble() == null
                ? "none: each model is one network"
                : study.procedureInWords() + ", with equal weights";
    }

    /** The run that answers: of an ensemble its own, else the first training. */
    private String answering() {
        UUID ensemble = study.recipe().ensemble();
        String run = run();
        return ensemble != null
                ? "/api/v1/runs/" + ensemble
                : run == null ? study.recipe().path() : run;
    }

    /** Figures of the evaluations of those subsets, or that there are none. */
    private void judged(String number, String topic, String... subsets) {
        Set<String> wanted = new TreeSet<>(List.of(subsets));
        List<Study.Judgement> found = study.judgements().stream()
                .filter(judgement -> wanted.contains(judgement.subset()))
                .toList();
        if (found.isEmpty() && wanted.contains("outOfFold") && study.recipe().isCrossValidation()) {
            String heldOut = "figures of the held-out images of all folds are in the report";
            items.add(new Item(number, topic, heldOut, true, study.recipe().path() + "/report"));
            return;
        }
        if (found.isEmpty()) {
            items.add(new Item(
                    number, topic, "none was made", true, study.recipe().path()));
            return;
        }
        String recorded = String.join(
                "; ",
                found.stream()
                        .map(judgement -> judgement.subset() + ": " + (isBinary() ? "" : "mean ") + "ROC AUC "
                                + judgement.rocAuc() + figures(judgement))
                        .toList());
        String source =
                String.join(" ", found.stream().map(Study.Judgement::path).toList());
        items.add(new Item(number, topic, recorded, true, source));
    }

    private String network() {
        return name(plan.backbone());
    }

    private static String figures(Study.Judgement judgement) {
        StringBuilder text = new StringBuilder();
        judgement
                .figures()
                .forEach(figure ->
                        text.append(", ").append(figure.name()).append(' ').append(figure.value()));
        return text.toString();
    }

    private boolean isBinary() {
        return study.data().task() == Task.BINARY;
    }

    private String output() {
        List<String> classes = study.data().classes();
        return switch (study.data().task()) {
            case BINARY ->
                "a probability of '" + classes.get(classes.size() - 1)
                        + "'; called so from a threshold on that was chosen by rule on validation or held-out patients";
            case MULTICLASS ->
                "a probability of each of " + classes.size() + " exclusive classes; the most probable is taken";
            case MULTILABEL ->
                "a probability of each of " + classes.size()
                        + " labels; each is called from its own threshold on, chosen by rule on validation or held-out patients";
        };
    }

    private String dataset() {
        return "dataset '" + study.data().name() + "', SHA-256 " + study.data().digest();
    }

    private @Nullable String acquisition() {
        String modality = study.data().modality();
        String bodyPart = study.data().bodyPart();
        List<String> words = new ArrayList<>();
        if (modality != null || bodyPart != null) {
            words.add("modality: " + StudySections.recorded(modality) + ", body part: "
                    + StudySections.recorded(bodyPart));
        }
        List<Attribute> said = study.data().known().acquisition();
        if (!said.isEmpty()) {
            words.add("the files say "
                    + String.join("; ", said.stream().map(Checklists::values).toList()));
        }
        return words.isEmpty() ? null : String.join("; ", words);
    }

    private String preprocessing() {
        return Words.window(plan.image().window()) + "; resized to "
                + plan.image().size() + " pixels with "
                + Words.count(plan.image().channels(), "channel")
                + " (" + name(plan.image().aspect()) + "), the same for every image; augmentation of training images: "
                + Words.count(plan.augmentation().size(), "step");
    }

    private String assignment() {
        return RecordSections.describe(study.division().spec()) + "; seed "
                + study.division().seed();
    }

    private String disjointness() {
        LeakageAudit audit = study.division().audit();
        return "patient; the audit found " + Words.count(audit.sharedPatients(), "patient") + " and "
                + Words.count(audit.sharedContents(), "byte-identical image") + " on two sides";
    }

    private String model() {
        return (study.recipe().ensemble() == null
                        ? ""
                        : Words.count(study.trainings().size(), "network")
                                + ", whose probabilities are averaged, each ")
                + network() + " with the head " + field("head") + ", "
                + Words.count(plan.image().channels(), "channel") + " in, "
                + (isBinary() ? "one probability" : study.data().classes().size() + " probabilities")
                + " out";
    }

    private @Nullable String libraries() {
        Provenance provenance = provenance();
        return provenance == null
                ? null
                : String.join(
                        ", ",
                        provenance.libraries().entrySet().stream()
                                .map(entry -> entry.getKey() + " " + entry.getValue())
                                .toList());
    }

    private @Nullable String beginning() {
        Provenance provenance = provenance();
        if (provenance == null) {
            return null;
        }
        WeightsFile pretrained = provenance.pretrained();
        return pretrained == null
                ? "drawn from seed " + provenance.seed()
                : "pretrained: " + pretrained.name() + ", SHA-256 "
                        + pretrained.digest().hex();
    }

    private String training() {
        return Words.count(study.trainings().size(), "model") + " trained; at most "
                + Words.count(plan.epochs(), "epoch") + ", batches of " + plan.batchSize() + ", loss " + field("loss")
                + ", optimizer " + field("optimizer") + ", schedule " + field("schedule") + ", "
                + Words.count(plan.augmentation().size(), "augmentation") + ", seed " + plan.seed();
    }

    private String selection() {
        Integer candidates = study.recipe().candidates();
        return (candidates == null
                        ? ""
                        : "the plan in every outer fold by the mean area on inner folds of its own patients, among "
                                + Words.count(candidates, "candidate") + "; of each training ")
                + "the best epoch by " + name(plan.stopping().metric()) + " on validation patients, patience "
                + plan.stopping().patience();
    }

    private String imbalance() {
        return (plan.sampling() instanceof SamplingSpec.Natural
                        ? "images shown in their natural shares"
                        : "sampling " + field("sampling"))
                + "; loss " + field("loss")
                + "; whether probabilities were recalibrated stands with the threshold that was frozen";
    }

    private String metrics() {
        if (!isBinary()) {
            return "of each class against everything else ROC AUC, average precision, sensitivity, specificity, predictive values, F1, "
                    + "Brier score, calibration curve, slope and intercept; means over the classes, and figures of all decisions together";
        }
        return "ROC AUC, average precision, sensitivity, specificity, predictive values, F1, Matthews correlation, Brier score, log "
                + "loss, calibration curve, slope and intercept, net benefit";
    }

    private String uncertainty() {
        String intervals =
                "95 % intervals with the patient as what was sampled: DeLong over patients, clustered Wilson, bootstrap of patients";
        return study.judgements().stream()
                .map(Study.Judgement::predictionSets)
                .filter(Objects::nonNull)
                .findFirst()
                .map(report -> intervals + "; of single answers: conformal prediction sets with a promised coverage of "
                        + Words.percent(report.coverage()) + " for each class, calibrated on patients")
                .orElse(intervals);
    }

    private String counts(Role role) {
        return development(role).map(Checklists::size).orElse("nobody");
    }

    /** Who plays a role in the fold that a single training learns from. */
    private Optional<RoleCounts> development(Role role) {
        return study.division().audit().folds().stream()
                .filter(fold -> fold.fold() < 0)
                .flatMap(fold -> fold.roles().stream())
                .filter(counts -> counts.role() == role)
                .findFirst();
    }

    /** Whether what was trained are the folds, whose roles change from one to the next. */
    private boolean isOverFolds() {
        return (study.recipe().isCrossValidation() || study.isOfFolds())
                && !heldOutByFold().isEmpty();
    }

    /** The folds of the first repeat, in which everybody of development is held out once. */
    private List<FoldCounts> folds() {
        List<FoldCounts> folds = study.division().audit().folds().stream()
                .filter(fold -> fold.fold() >= 0)
                .toList();
        return folds.subList(0, folds.size() / study.division().spec().repeats());
    }

    private List<RoleCounts> heldOutByFold() {
        return inFolds(Role.HELD_OUT);
    }

    private List<RoleCounts> inFolds(Role role) {
        return folds().stream()
                .flatMap(fold -> fold.roles().stream())
                .filter(counts -> counts.role() == role)
                .toList();
    }

    /** All who are held out, each once: of patients that no two folds share, numbers add up. */
    private RoleCounts heldOut() {
        Map<String, ClassCounts> classes = new LinkedHashMap<>();
        int patients = 0;
        int images = 0;
        for (RoleCounts fold : heldOutByFold()) {
            patients += fold.patients();
            images += fold.images();
            for (ClassCounts counts : fold.classes()) {
                classes.merge(
                        counts.name(),
                        new ClassCounts(counts.name(), counts.images(), counts.patients(), 0),
                        (one, other) -> new ClassCounts(
                                one.name(), one.images() + other.images(), one.patients() + other.patients(), 0));
            }
        }
        return new RoleCounts(Role.HELD_OUT, patients, images, List.copyOf(classes.values()));
    }

    /** Patients and images, and how many show each class. */
    private static String size(RoleCounts counts) {
        return Words.count(counts.patients(), "patient") + ", " + Words.count(counts.images(), "image")
                + (counts.classes().isEmpty()
                        ? ""
                        : " ("
                                + String.join(
                                        ", ",
                                        counts.classes().stream()
                                                .map(of -> "'" + of.name() + "' " + Words.count(of.images(), "image")
                                                        + " of " + Words.count(of.patients(), "patient"))
                                                .toList())
                                + ")");
    }

    private String partitions() {
        if (!isOverFolds()) {
            return "development fold: train " + counts(Role.TRAIN) + "; validation " + counts(Role.VALIDATION) + "; "
                    + tested();
        }
        int repeats = study.division().spec().repeats();
        return "held out once by " + Words.count(folds().size(), "fold") + " in turn"
                + (repeats == 1 ? "" : ", and so in each of " + repeats + " repeats") + ": " + size(heldOut())
                + "; of each fold train " + range(Role.TRAIN) + ", validation " + range(Role.VALIDATION)
                + ", held out " + range(Role.HELD_OUT) + "; " + tested();
    }

    /** The size of the test subset; empty where there is none. */
    private Optional<String> locked() {
        return development(Role.TEST).filter(test -> test.patients() > 0).map(Checklists::size);
    }

    private String tested() {
        return locked().map(size -> "test " + size).orElse(NOBODY_LOCKED);
    }

    /** From the smallest fold to the largest. */
    private String range(Role role) {
        List<RoleCounts> counts = inFolds(role);
        if (counts.isEmpty()) {
            return "nobody";
        }
        IntSummaryStatistics patients =
                counts.stream().mapToInt(RoleCounts::patients).summaryStatistics();
        IntSummaryStatistics images =
                counts.stream().mapToInt(RoleCounts::images).summaryStatistics();
        return range(patients, "patient") + " (" + range(images, "image") + ")";
    }

    private static String range(IntSummaryStatistics numbers, String noun) {
        return (numbers.getMin() == numbers.getMax() ? "" : numbers.getMin() + " to ")
                + Words.count(numbers.getMax(), noun);
    }

    private @Nullable Provenance provenance() {
        return study.trainings().stream()
                .map(Training::provenance)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private @Nullable String run() {
        return study.trainings().isEmpty() ? null : study.trainings().get(0).path();
    }

    private String firstReport() {
        return study.judgements().isEmpty()
                ? study.recipe().path() + "/report"
                : study.judgements().get(study.judgements().size() - 1).path() + "/report";
    }

    /** A field of the plan as it is written in JSON. */
    private String field(String name) {
        return StudySections.fields(plan).path(name).toString();
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
