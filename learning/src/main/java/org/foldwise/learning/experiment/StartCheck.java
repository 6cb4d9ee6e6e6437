package org.foldwise.learning.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.BodySide;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.PlanFinding.Code;
import org.foldwise.learning.experiment.PlanFinding.Severity;
import org.foldwise.learning.experiment.PlanFinding.Subject;
import org.foldwise.learning.experiment.SplitOutlook.RoleOutlook;
import org.foldwise.learning.metrics.ExpectedArea;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.quality.SplitDrift;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitSpec;
import org.jspecify.annotations.Nullable;

/**
 * What dataset, split, plan and procedure say together about an experiment before it starts. Findings are told, not acted upon;
 * whoever starts an experiment in spite of a {@linkplain Severity#BLOCKING blocking} one gives a reason.
 */
public final class StartCheck {
    /** The area at which the width of intervals is judged. */
    private static final double JUDGED_AREA = 0.85;

    private static final double TOO_WIDE = 0.2;
    private static final double WIDE = 0.1;
    private static final double WEIGHT_TOLERANCE = 1.25;
    /** Weights that differ by no more make up for nothing. */
    private static final double EVEN_UP_TO = 1.01;

    private static final double MODERATE_IMBALANCE = 3;
    private static final double SEVERE_IMBALANCE = 10;
    private static final double VARIED_SHAPES = 1.1;
    private static final double LOST_DETAIL = 6;
    private static final double UNEQUAL_SHARES = 0.1;
    private static final int FEW_PATIENTS = 1000;
    private static final int VERY_FEW_PATIENTS = 300;
    private static final int FEW_FOLDS = 5;
    private static final int MANY_OPENINGS = 3;
    private static final double FAST_RATE = 1e-3;
    private static final double OFTEN = 10;
    private static final int LABELS_TOLD = 5;
    private static final int DIFFERENCES_TOLD = 5;
    /** A small effect: two normal distributions 0.2 standard deviations apart (Cohen 1988). */
    private static final double LARGE_DRIFT = 0.556;
    /** As the ways to image in Hounsfield units are commonly written. */
    private static final ShownWords TOMOGRAPHY = ShownWords.of("ct", "cta", "hrct", "ldct", "computed tomography");

    private final ExperimentPlan plan;
    private final boolean crossValidation;
    private final DatasetFacts dataset;
    private final Split split;
    private final SplitOutlook outlook;
    private final double greatestShareDeviation;
    private final Vault vault;
    private final SplitDrift drift;
    private final List<PlanFinding> findings = new ArrayList<>();

    private StartCheck(
            ExperimentPlan plan,
            boolean crossValidation,
            DatasetFacts dataset,
            Split split,
            SplitOutlook outlook,
            double greatestShareDeviation,
            Vault vault,
            SplitDrift drift) {
        this.plan = plan;
        this.crossValidation = crossValidation;
        this.dataset = dataset;
        this.split = split;
        this.outlook = outlook;
        this.greatestShareDeviation = greatestShareDeviation;
        this.vault = vault;
        this.drift = drift;
    }

    /**
     * What other splits and openings have to do with the patients of a split.
     *
     * @param openings how often patients whom the split locks away have been opened, under whatever split
     * @param lockedElsewhere how many patients it lets be read whom other splits lock away
     * @param lockingSplits how many other splits these are
     */
    public record Vault(int openings, int lockedElsewhere, int lockingSplits) {
        /** Nothing was opened, and nobody else locks anybody away. */
        public static final Vault UNTOUCHED = new Vault(0, 0, 0);
    }

    /**
     * All findings.
     *
     * @param crossValidation whether every fold is trained, and not the development fold
     * @param outlook of {@code split}
     * @param greatestShareDeviation largest difference of a class's share between a role of the split and the whole
     * @param vault what other splits and openings have to do with its patients
     * @param drift whether its roles can be told apart
     */
    public static List<PlanFinding> of(
            ExperimentPlan plan,
            boolean crossValidation,
            DatasetFacts dataset,
            Split split,
            SplitOutlook outlook,
            double greatestShareDeviation,
            Vault vault,
            SplitDrift drift) {
        StartCheck check =
                new StartCheck(plan, crossValidation, dataset, split, outlook, greatestShareDeviation, vault, drift);
        check.lookAtPlan();
        check.lookAtDataset();
        check.lookAtSplit();
        check.lookAtImages();
        check.lookAtAugmentation();
        check.lookAtBalance();
        check.lookAtTransfer();
        check.lookAtTraining();
        return List.copyOf(check.findings);
    }

    /**
     * What there is to say where patients are dealt into folds for one question, and nobody keeps the split: nothing about how else
     * they could have been dealt, and nothing about a test subset, as there is none.
     *
     * @param folds of patients, all of which are trained
     * @param outlook of {@code folds}
     */
    public static List<PlanFinding> ofFolds(
            ExperimentPlan plan, DatasetFacts dataset, Split folds, SplitOutlook outlook) {
        StartCheck check = new StartCheck(plan, true, dataset, folds, outlook, 0, Vault.UNTOUCHED, SplitDrift.UNKNOWN);
        check.lookAtPlan();
        check.lookAtConcerns();
        check.lookAtLabels();
        check.lookAtAbsence();
        check.lookAtValidation();
        check.lookAtImages();
        check.lookAtAugmentation();
        check.lookAtBalance();
        check.lookAtTransfer();
        check.lookAtTraining();
        return List.copyOf(check.findings);
    }

    /**
     * What {@code POST /datasets/{id}/split-plans} says of a split alone.
     *
     * @param vault what other splits have to do with its patients
     * @param drift whether its roles can be told apart
     */
    public static List<PlanFinding> ofSplit(
            DatasetFacts dataset,
            Split split,
            SplitOutlook outlook,
            double greatestShareDeviation,
            Vault vault,
            SplitDrift drift) {
        boolean hasFolds = !split.folds().isEmpty();
        StartCheck check = new StartCheck(
                ExperimentPlan.DEFAULT, hasFolds, dataset, split, outlook, greatestShareDeviation, vault, drift);
        check.lookAtDataset();
        check.lookAtSplit();
        return List.copyOf(check.findings);
    }

    /** What is told of the plan alone, but for what the numbers of images disprove. */
    private void lookAtPlan() {
        boolean weighs = weighsTheSmaller();
        PlanFinding.of(plan).stream()
                .filter(finding -> finding.code() != Code.IMBALANCE_CORRECTED_TWICE || weighs)
                .forEach(findings::add);
    }

    private void lookAtDataset() {
        lookAtConcerns();
        lookAtLabels();
        lookAtDaysAndSites();
    }

    private void lookAtConcerns() {
        for (DatasetFacts.Concern concern : dataset.concerns()) {
            add(
                    Code.DATASET_FINDING,
                    concern.severity().equals("notice") ? Severity.NOTICE : Severity.WARNING,
                    Subject.DATASET,
                    "/findings",
                    "The dataset's own check found " + concern.code() + " (" + concern.severity() + "): "
                            + concern.evidence(),
                    "Look at the dataset's findings before believing what is trained on it.");
        }
    }

    private void lookAtLabels() {
        if (dataset.patientsWithSeveralLabels() > 0) {
            add(
                    Code.PATIENTS_WITH_SEVERAL_LABELS,
                    Severity.NOTICE,
                    Subject.DATASET,
                    "/patientLabelRule",
                    dataset.patientsWithSeveralLabels() + " of " + dataset.patients()
                            + (dataset.patientsWithSeveralLabels() == 1 ? " patients has" : " patients have")
                            + " images of several labels; the dataset's rule decides what their label is.",
                    "Make sure that the rule says what the question means, and that the labels are no mistakes.");
        }
    }

    private void lookAtDaysAndSites() {
        boolean allDated = dataset.images() > 0 && dataset.datedImages() == dataset.images();
        if (allDated && !(split.spec() instanceof SplitSpec.Temporal)) {
            add(
                    Code.DAYS_UNUSED,
                    Severity.NOTICE,
                    Subject.SPLIT,
                    "/spec",
                    "Every image has a day, and the split does not look at it: what is tested may be earlier than what is"
                            + " trained on, which no model in use will ever enjoy.",
                    "Try a split of kind temporal as well.");
        }
        if (dataset.sites() > 1 && !(split.spec() instanceof SplitSpec.Site)) {
            add(
                    Code.SITES_UNUSED,
                    Severity.NOTICE,
                    Subject.SPLIT,
                    "/spec",
                    "The images are of " + dataset.sites()
                            + " sites, and each may be trained on and tested: nothing will be"
                            + " known of a site that is new.",
                    "Try a split of kind site as well.");
        }
    }

    private void lookAtValidation() {
        worst(Role.VALIDATION).ifPresent(role -> width(role)
                .filter(area -> area.width() > TOO_WIDE)
                .ifPresent(area -> add(
                        Code.FEW_VALIDATION_CASES,
                        Severity.WARNING,
                        Subject.SPLIT,
                        "/spec/validation",
                        told(role, area) + ". Early stopping, the schedule and the threshold would follow chance.",
                        "Give validation more patients, or cross-validate.")));
    }

    /** What no figure and no training can be had of, by role. */
    private void lookAtAbsence() {
        for (Role role : Role.values()) {
            SortedMap<String, SortedSet<Integer>> folds = new TreeMap<>();
            outlook.in(role, crossValidation).stream()
                    .filter(one -> !one.balance().hasBoth())
                    .forEach(one -> folds.computeIfAbsent(absence(one), absence -> new TreeSet<>())
                            .add(one.fold()));
            if (!folds.isEmpty()) {
                List<String> told = new ArrayList<>();
                folds.forEach((absence, in) ->
                        told.add(absence + (crossValidation && role != Role.TEST ? " in " + numbered(in) : "")));
                add(
                        Code.CLASS_ABSENT,
                        role == Role.HELD_OUT ? Severity.NOTICE : Severity.WARNING,
                        Subject.SPLIT,
                        "/spec",
                        capitalised(named(role)) + " images: " + String.join("; ", told) + ". " + consequence(role),
                        "Take fewer folds or larger shares where that gives every role some; join a class of so few patients to"
                                + " another, leave it out, or collect more.");
            }
        }
    }

    private String absence(RoleOutlook role) {
        boolean none = role.positives().images() == 0;
        return outlook.task() == Task.BINARY
                ? (none ? "none is positive" : "all are positive")
                : (none ? "none shows '" : "all show '") + role.label() + "'";
    }

    private static String consequence(Role role) {
        return switch (role) {
            case TRAIN -> "What is never seen, or seen everywhere, is not learnt: such answers are guesses.";
            case VALIDATION -> "No figure and no threshold can be had of it there; early stopping goes by the others.";
            case HELD_OUT ->
                "Figures of it are undefined there, and so is their mean over folds where it has a part; those of all"
                        + " held-out images together are not.";
            case TEST, DROPPED -> "The test will not say how well it is told.";
        };
    }

    private static String numbered(SortedSet<Integer> folds) {
        return (folds.size() == 1 ? "fold " : "folds ")
                + folds.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String capitalised(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    private static String named(Role role) {
        return role == Role.HELD_OUT ? "held-out" : role.name().toLowerCase(Locale.ROOT);
    }

    private void lookAtSplit() {
        lookAtAbsence();
        lookAtValidation();
        judge(Role.TEST, Code.FEW_TEST_CASES, "Lock more patients away, or cross-validate.");
        if (crossValidation) {
            judge(
                    Role.HELD_OUT,
                    Code.FEW_HELD_OUT_CASES,
                    "Look at the pooled figures, or take fewer folds and repeat them.");
        }
        if (split.test().isEmpty()) {
            add(
                    Code.NO_TEST_SUBSET,
                    crossValidation ? Severity.NOTICE : Severity.WARNING,
                    Subject.SPLIT,
                    "/spec",
                    "The split locks nobody away: there will be no figure of patients whom no choice has looked at.",
                    "Set a test subset aside before anything is tried.");
        }
        lookAtVault();
        int dropped = split.development().patients(Role.DROPPED).size();
        if (dropped > 0) {
            add(
                    Code.PATIENTS_DROPPED,
                    Severity.NOTICE,
                    Subject.SPLIT,
                    "/spec",
                    dropped + " of " + split.development().roles().size()
                            + (dropped == 1 ? " patients is" : " patients are")
                            + " on both sides of the cut and used for nothing.",
                    "Report it: figures are of those who are left.");
        }
        if (greatestShareDeviation > UNEQUAL_SHARES) {
            add(
                    Code.UNEQUAL_SHARES,
                    Severity.WARNING,
                    Subject.SPLIT,
                    "/spec",
                    "In some role a class's share of the images differs from its share of all by "
                            + percent(greatestShareDeviation) + ".",
                    split.spec() instanceof SplitSpec.Fixed
                            ? "Let the roles be chosen here: they are stratified."
                            : "Precision, predictive values and calibration change with the shares: report both.");
        }
        lookAtDrift();
        lookAtRepeats();
        int folds = split.folds().size();
        if (crossValidation && folds > 0 && folds < FEW_FOLDS) {
            add(
                    Code.FEW_FOLDS,
                    Severity.NOTICE,
                    Subject.PROCEDURE,
                    "",
                    "Mean and spread of " + folds
                            + " folds say little about how much the result depends on who was held out.",
                    "Take 5 folds or more, or repeat them; go by the intervals, which are by patient.");
        }
    }

    private void lookAtRepeats() {
        int alike = split.repeatsAlike();
        if (alike > 0) {
            add(
                    Code.REPEATS_ALIKE,
                    Severity.WARNING,
                    Subject.SPLIT,
                    "/spec/repeats",
                    alike + " of " + split.spec().repeats()
                            + (alike == 1 ? " repeats holds" : " repeats hold")
                            + " the same patients out together as an earlier one does: nothing new is seen there, and means,"
                            + " spreads and tests over folds count it as if it were.",
                    split.spec() instanceof SplitSpec.Fixed
                            ? "Deal the patients out anew in each repeat, or hand in fewer repeats."
                            : "Take fewer repeats: so few patients can hardly be divided in other ways that are as even.");
        }
    }

    /** Told whichever folds are trained, but for those that are held out, which matter to a cross-validation alone. */
    private void lookAtDrift() {
        lookAtDrift(
                Role.VALIDATION,
                "those to train on",
                "Early stopping, schedule and threshold go by images of another kind than those that are learnt from: let validation"
                        + " be drawn at random from what is trained on, or stratify by what differs.");
        lookAtDrift(
                Role.TEST,
                "those to train and validate on",
                isMeantToDiffer()
                        ? "That is what a split of this kind is for. Say so beside its figures, and read them for each value of what"
                                + " differs apart: they are no figures of images like those that are trained on."
                        : "Figures of the test say little of images like those that are trained on. Stratify by what differs, or say"
                                + " what the test is a test of.");
        if (crossValidation) {
            lookAtDrift(
                    Role.HELD_OUT,
                    "those that are trained on",
                    isMeantToDiffer()
                            ? "That is what leaving sites out is for. Read the figures of each fold by itself."
                            : "Folds test different things: read their figures one by one, or let the folds be dealt at random.");
        }
    }

    /** Whether what is tested was chosen to be from elsewhere. */
    private boolean isMeantToDiffer() {
        return split.spec() instanceof SplitSpec.Temporal || split.spec() instanceof SplitSpec.Site;
    }

    private void lookAtDrift(Role role, String others, String suggestion) {
        List<SplitDrift.Difference> differences = drift.of(role);
        if (differences.isEmpty()) {
            return;
        }
        boolean meant = role != Role.VALIDATION && isMeantToDiffer();
        boolean grave = !meant
                && differences.stream()
                        .anyMatch(one -> one.isOutside() && one.probe().auc() >= LARGE_DRIFT);
        String told = differences.stream()
                .sorted(Comparator.comparingDouble(one -> -one.probe().auc()))
                .limit(DIFFERENCES_TOLD)
                .map(one -> (one.fold() == Fold.DEVELOPMENT ? "" : "in fold " + one.fold() + " ")
                        + String.format(
                                Locale.ROOT,
                                "by '%s' with a ROC AUC of %.3f (%.3f to %.3f)",
                                one.knowledge(),
                                one.probe().auc(),
                                one.probe().interval().lower(),
                                one.probe().interval().upper()))
                .collect(Collectors.joining(", "));
        int left = differences.size() - DIFFERENCES_TOLD;
        add(
                Code.ROLES_DIFFER,
                grave ? Severity.WARNING : Severity.NOTICE,
                Subject.SPLIT,
                "/spec",
                capitalised(named(role)) + " images can be told from " + others
                        + ", over patients who were not learnt from: "
                        + told + (left > 0 ? ", and in " + left + " more ways" : "")
                        + ". No label and no answer was looked at.",
                suggestion);
    }

    private void lookAtVault() {
        int openings = vault.openings();
        if (openings > 0) {
            add(
                    Code.TEST_OPENED_BEFORE,
                    openings >= MANY_OPENINGS ? Severity.BLOCKING : Severity.WARNING,
                    Subject.SPLIT,
                    "/test",
                    "Patients of the test subset of this split have been opened " + openings
                            + (openings == 1 ? " time" : " times")
                            + ", under this split or others. What is developed from now on has seen their answers, and each further"
                            + " opening flatters more.",
                    "Develop on a split of data that is new, or report that the test subset was used for development.");
        }
        int locked = vault.lockedElsewhere();
        if (locked > 0) {
            boolean givenByHand = split.spec() instanceof SplitSpec.Fixed;
            add(
                    Code.LOCKED_PATIENTS_READ,
                    givenByHand ? Severity.BLOCKING : Severity.WARNING,
                    Subject.SPLIT,
                    "/spec",
                    "This split trains on, validates on or holds out " + locked
                            + (locked == 1 ? " patient" : " patients") + " whom " + vault.lockingSplits()
                            + (vault.lockingSplits() == 1 ? " other split locks" : " other splits lock")
                            + " away. Whoever looks at what comes out knows their answers; when they are opened, the opening says"
                            + " how many of its patients had been read before, and by what.",
                    givenByHand
                            ? "Give these patients the role test, or say why they are no longer locked away."
                            : "Stay with one split, or give this one the same test patients as roles of kind fixed; else open no"
                                    + " test subset but that of this split.");
        }
    }

    private void judge(Role role, Code code, String suggestion) {
        worst(role).ifPresent(worst -> width(worst)
                .filter(area -> area.width() > WIDE)
                .ifPresent(area -> add(
                        code,
                        area.width() > TOO_WIDE ? Severity.WARNING : Severity.NOTICE,
                        Subject.SPLIT,
                        "/spec",
                        told(worst, area) + ".",
                        suggestion)));
    }

    private String told(RoleOutlook role, ExpectedArea area) {
        boolean isTheSameInAll = role.fold() == Fold.DEVELOPMENT || role.role() == Role.TEST;
        String where = isTheSameInAll ? "" : "In fold " + role.fold() + ", ";
        String name = named(role.role());
        boolean binary = outlook.task() == Task.BINARY;
        String positive = binary ? " positive of " : " of '" + role.label() + "' and of ";
        String negative = binary ? " negative of " : " others of ";
        return where + role.images() + " " + name + " images are "
                + role.positives().images() + positive
                + Counted.of(role.positives().patients(), "patient") + " and "
                + role.negatives().images() + negative
                + Counted.of(role.negatives().patients(), "patient") + ": " + reach(area);
    }

    private static String reach(ExpectedArea area) {
        Interval interval = area.interval();
        return interval == null
                ? "a ROC AUC would have no interval, as one patient cannot say how far patients of a class differ"
                : "of a model with a ROC AUC of " + JUDGED_AREA + " the 95 % interval would reach from "
                        + two(interval.lower()) + " to " + two(interval.upper());
    }

    /** Of the folds that are trained, the one in which a role tells least. */
    private Optional<RoleOutlook> worst(Role role) {
        return outlook.in(role, crossValidation).stream()
                .filter(one -> one.balance().hasBoth())
                .max(Comparator.comparingDouble(one -> width(one).orElseThrow().width()));
    }

    private static Optional<ExpectedArea> width(RoleOutlook role) {
        return role.at(JUDGED_AREA).findFirst();
    }

    private void lookAtImages() {
        DatasetFacts.Pixels pixels = dataset.pixels();
        if (pixels == null) {
            return;
        }
        lookAtWindow(pixels);
        ImageSpec image = plan.image();
        double variety = pixels.widest() / pixels.narrowest();
        String shapes = "Width divided by height is from " + two(pixels.narrowest()) + " to " + two(pixels.widest());
        if (image.aspect() == ImageSpec.Aspect.STRETCH && variety > VARIED_SHAPES) {
            add(
                    Code.SHAPES_STRETCHED,
                    Severity.WARNING,
                    Subject.PLAN,
                    "/image/aspect",
                    shapes + ": stretched to a square, what has one shape in one image has another in the next.",
                    "Set image.aspect to letterbox.");
        }
        if (image.aspect() == ImageSpec.Aspect.CENTRE_CROP && variety > VARIED_SHAPES) {
            add(
                    Code.EDGES_CUT,
                    Severity.NOTICE,
                    Subject.PLAN,
                    "/image/aspect",
                    shapes + ": what lies outside the square in the middle is not seen.",
                    "Set image.aspect to letterbox, unless nothing of interest is at the edges.");
        }
        if (pixels.medianSide() > LOST_DETAIL * image.size()) {
            add(
                    Code.DETAIL_LOST,
                    Severity.NOTICE,
                    Subject.PLAN,
                    "/image/size",
                    "Half of the images are at least " + Math.round(pixels.medianSide())
                            + " pixels high, and the network sees "
                            + image.size() + ": what is smaller than "
                            + Math.round(pixels.medianSide() / image.size()) + " of their pixels is gone.",
                    "Choose a larger image.size where findings are small.");
        }
        if (pixels.medianSide() < image.size() / 2.0) {
            add(
                    Code.IMAGES_ENLARGED,
                    Severity.NOTICE,
                    Subject.PLAN,
                    "/image/size",
                    "Half of the images are at most " + Math.round(pixels.medianSide())
                            + " pixels high and are enlarged to " + image.size() + ".",
                    "Choose a smaller image.size: nothing is gained by enlarging.");
        }
        if (image.channels() == 1 && pixels.colourImages() > 0) {
            add(
                    Code.CHANNELS_DIFFER,
                    Severity.WARNING,
                    Subject.PLAN,
                    "/image/channels",
                    Counted.of(pixels.colourImages(), "image has", "images have")
                            + " colour, and the network sees grey levels.",
                    "Set image.channels to 3 where colour carries meaning.");
        }
        if (image.channels() == 3 && pixels.colourImages() == 0) {
            add(
                    Code.CHANNELS_DIFFER,
                    Severity.NOTICE,
                    Subject.PLAN,
                    "/image/channels",
                    "No image has colour, and the network sees each grey level three times.",
                    "Set image.channels to 1: pretrained weights are added up over the channels.");
        }
    }

    private void lookAtWindow(DatasetFacts.Pixels pixels) {
        String modality = text(dataset.modality()).strip();
        boolean tomography = TOMOGRAPHY.in(modality);
        WindowSpec window = plan.image().window();
        if (window instanceof WindowSpec.File && tomography && pixels.shadesOnly() == 0) {
            add(
                    Code.WINDOWS_OF_FILES,
                    Severity.NOTICE,
                    Subject.PLAN,
                    "/image/window",
                    "Every file shows its Hounsfield units by the window that it brings with it. Windows change with the series and"
                            + " with who looked at it last, so that one tissue has several grey values, and a window may go with a"
                            + " class.",
                    "Set image.window to the one that the finding is looked for in, such as {\"kind\": \"named\", \"name\":"
                            + " \"lung\"}.");
        }
        if (window instanceof WindowSpec.Named && !tomography) {
            add(
                    Code.WINDOW_UNIT,
                    modality.isEmpty() ? Severity.NOTICE : Severity.WARNING,
                    Subject.PLAN,
                    "/image/window",
                    "The plan shows a window of Hounsfield units, and the dataset "
                            + (modality.isEmpty()
                                    ? "does not say that its images are of CT."
                                    : "shows " + modality + ", whose values have another unit or none."),
                    modality.isEmpty()
                            ? "Say the dataset's modality."
                            : "Leave the window to the files, or give a fixed one in the images' own unit.");
        }
    }

    private void lookAtMirroring() {
        Optional<String> side = BodySide.toldBy(outlook.classes());
        if (side.isPresent()) {
            add(
                    Code.MIRRORED_ANATOMY,
                    Severity.BLOCKING,
                    Subject.PLAN,
                    "/augmentation",
                    "The plan says that left and right do not matter and mirrors images, but '" + side.get()
                            + "' is told by the side: a mirrored image shows the other one under this label.",
                    "Leave the flip out.");
            return;
        }
        String modality = text(dataset.modality()).strip();
        String bodyPart = text(dataset.bodyPart()).strip();
        String shown = (modality + " " + bodyPart).strip();
        Sides sides = Sides.of(modality, bodyPart);
        if (sides == Sides.DIFFER) {
            add(
                    Code.MIRRORED_ANATOMY,
                    Severity.BLOCKING,
                    Subject.PLAN,
                    "/augmentation",
                    "The plan says that left and right do not matter and mirrors images, but the dataset shows " + shown
                            + ", where they do: a mirrored image is of anatomy that hardly any patient has.",
                    "Leave the flip out.");
        } else if (sides == Sides.UNKNOWN && bodyPart.isEmpty()) {
            add(
                    Code.MIRRORED_ANATOMY,
                    Severity.WARNING,
                    Subject.PLAN,
                    "/augmentation",
                    "The plan mirrors images, and neither the dataset nor its files say which part of the body they show.",
                    "Say the dataset's body part, or leave the flip out.");
        } else if (sides == Sides.UNKNOWN) {
            add(
                    Code.MIRRORED_ANATOMY,
                    Severity.WARNING,
                    Subject.PLAN,
                    "/augmentation",
                    "The plan mirrors images, and whether left and right matter in what the dataset shows, " + shown
                            + ", is not known here.",
                    "Make sure that they do not, or leave the flip out.");
        }
    }

    private void lookAtAugmentation() {
        boolean mirrors = plan.augmentation().stream()
                .anyMatch(step ->
                        step instanceof Augmentation.HorizontalFlip || step instanceof Augmentation.VerticalFlip);
        if (mirrors) {
            lookAtMirroring();
        }
        lookAtSuitability();
        if (plan.augmentation().stream().anyMatch(step -> step.classes() == AugmentedClasses.MINORITY)) {
            add(
                    Code.MINORITY_AUGMENTED,
                    Severity.NOTICE,
                    Subject.PLAN,
                    "/augmentation",
                    "Only images of the smaller class are changed: a trace of the change becomes a sign of the class.",
                    "Change all classes alike, or compare both ways on validation patients.");
        }
    }

    private void lookAtSuitability() {
        String modality = text(dataset.modality()).strip();
        String bodyPart = text(dataset.bodyPart()).strip();
        for (int i = 0; i < plan.augmentation().size(); i++) {
            Augmentation step = plan.augmentation().get(i);
            String pointer = "/augmentation/" + i;
            AugmentationRule.against(step, modality, bodyPart)
                    .ifPresent(rule -> add(
                            Code.AUGMENTATION_UNSUITED,
                            rule.severity(),
                            Subject.PLAN,
                            pointer,
                            "The dataset shows " + (modality + " " + bodyPart).strip() + ", which '" + named(step)
                                    + "' does not suit as the plan has it: " + rule.reason() + ".",
                            "Leave it out or lessen it, and look at what the plan makes of the images with an augmentation"
                                    + " audit."));
        }
    }

    /** As plans spell it. */
    private static String named(Augmentation step) {
        String name = step.getClass().getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    private void lookAtBalance() {
        List<RoleOutlook> training = outlook.in(Role.TRAIN, crossValidation);
        training.stream().mapToInt(RoleOutlook::images).min().ifPresent(this::lookAtUpdates);
        switch (outlook.task()) {
            case BINARY ->
                training.stream()
                        .filter(role -> role.balance().hasBoth())
                        .max(Comparator.comparingDouble(StartCheck::imbalance))
                        .ifPresent(worst -> lookAtImbalance(worst.balance(), imbalance(worst)));
            case MULTICLASS ->
                training.stream()
                        .collect(Collectors.groupingBy(RoleOutlook::fold, TreeMap::new, Collectors.toList()))
                        .values()
                        .stream()
                        .max(Comparator.comparingDouble(StartCheck::classImbalance))
                        .ifPresent(this::lookAtClasses);
            // a label of many is seldom shown, and is weighed by itself
            case MULTILABEL -> lookAtLabelWeights(training);
        }
    }

    /** The classes of the fold in which the largest outnumbers the smallest most. */
    private void lookAtClasses(List<RoleOutlook> classes) {
        double ratio = classImbalance(classes);
        String told = "Training images are "
                + classes.stream()
                        .map(one -> one.positives().images() + " of '" + one.label() + "'")
                        .collect(Collectors.joining(", "));
        lookAtIgnoredImbalance(
                ratio,
                !isEven(classWeights(classes)),
                told + ", the largest class " + two(ratio) + " to 1 of the smallest",
                "Set loss.classWeights to balanced; a high accuracy does not show the harm.");
        if (plan.loss() instanceof LossSpec.CrossEntropy loss
                && loss.classWeights() instanceof ClassWeights.Fixed fixed
                && fixed.values().size() == classes.size()
                && loss.weighsClasses()) {
            judgeClassWeights(fixed.values(), classes, told);
        }
        if (repeatsImages() && ratio > OFTEN) {
            add(
                    Code.OVERSAMPLED_OFTEN,
                    Severity.WARNING,
                    Subject.PLAN,
                    "/sampling",
                    told + ": each image of the smallest class is shown about " + Math.round(ratio)
                            + " times for one of the largest, and is learnt by heart.",
                    "Leave sampling natural and weigh the loss, or watch the validation loss closely.");
        }
    }

    /** Weights balance classes where weight times images is the same of all; only their proportions matter. */
    private void judgeClassWeights(List<Double> weights, List<RoleOutlook> classes, String told) {
        double logarithms = 0;
        int present = 0;
        for (int i = 0; i < weights.size(); i++) {
            int images = classes.get(i).positives().images();
            logarithms += images == 0 ? 0 : Math.log(weights.get(i) * images);
            present += images == 0 ? 0 : 1;
        }
        double even = Math.exp(logarithms / Math.max(1, present));
        int furthest = 0;
        double factor = 0;
        for (int i = 0; i < weights.size(); i++) {
            double share = weights.get(i) * classes.get(i).positives().images() / even;
            double off = share == 0 ? 0 : Math.max(share, 1 / share);
            if (off > factor) {
                factor = off;
                furthest = i;
            }
        }
        if (factor > WEIGHT_TOLERANCE) {
            RoleOutlook one = classes.get(furthest);
            add(
                    Code.POSITIVE_WEIGHT_OFF,
                    Severity.WARNING,
                    Subject.PLAN,
                    "/loss/classWeights",
                    told + ". In proportion to the other weights, that of '" + one.label() + "' is "
                            + two(weights.get(furthest)) + ", and what gives all classes the same weight is "
                            + two(even / one.positives().images()) + ".",
                    "Set loss.classWeights to balanced: they are computed from the training patients of each fold.");
        }
    }

    /** Weights that are given for labels, each against the fold in which it is furthest from balance. */
    private void lookAtLabelWeights(List<RoleOutlook> training) {
        List<String> labels =
                training.stream().map(RoleOutlook::label).distinct().toList();
        if (!givesPositiveWeights(labels.size())) {
            return;
        }
        List<String> off = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            String label = labels.get(i);
            int index = i;
            training.stream()
                    .filter(role -> role.label().equals(label) && role.balance().hasBoth())
                    .max(Comparator.comparingDouble(
                            role -> factor(positiveWeight(index, role.balance()), role.balance())))
                    .ifPresent(worst -> {
                        double weight = positiveWeight(index, worst.balance());
                        if (weight != 1 && factor(weight, worst.balance()) > WEIGHT_TOLERANCE) {
                            off.add("that of '" + label + "' is " + two(weight) + ", and "
                                    + two(balanced(worst.balance())) + " for " + worst.balance() + " images");
                        }
                    });
        }
        if (!off.isEmpty()) {
            boolean focal = plan.loss() instanceof LossSpec.Focal;
            add(
                    Code.POSITIVE_WEIGHT_OFF,
                    Severity.WARNING,
                    Subject.PLAN,
                    focal ? "/loss/alpha" : "/loss/positiveWeight",
                    off.size() + " of " + labels.size()
                            + " positive weights" + (focal ? ", which are alpha / (1 - alpha)," : "")
                            + " are not negatives divided by positives, which gives both the same weight"
                            + (focal ? " before gamma lessens easy images: " : ": ")
                            + off.stream().limit(LABELS_TOLD).collect(Collectors.joining("; "))
                            + (off.size() > LABELS_TOLD ? "; ..." : "") + ".",
                    focal
                            ? "Set loss.alpha to -1, which weighs nothing, or loss.kind to binaryCrossEntropy, whose positiveWeight"
                                    + " balanced is computed for each label."
                            : "Set loss.positiveWeight to balanced: it is computed for each label from the training patients of each"
                                    + " fold.");
        }
    }

    /** Whether the plan itself says how much positive images of so many outputs count, and does not say 1 throughout. */
    private boolean givesPositiveWeights(int outputs) {
        if (plan.loss() instanceof LossSpec.BinaryCrossEntropy loss) {
            return loss.positiveWeight() instanceof PositiveWeight.Fixed
                    || (loss.positiveWeight() instanceof PositiveWeight.FixedPerLabel fixed
                            && fixed.values().size() == outputs);
        }
        return plan.loss() instanceof LossSpec.Focal focal && focal.weighsClasses();
    }

    /** What the loss multiplies positive images of an output by, against negative ones; 1 where it is made for other outputs. */
    private double positiveWeight(int output, ClassBalance balance) {
        if (plan.loss() instanceof LossSpec.Focal focal) {
            return focal.positiveWeight();
        }
        if (plan.loss() instanceof LossSpec.BinaryCrossEntropy loss) {
            if (loss.positiveWeight() instanceof PositiveWeight.FixedPerLabel fixed) {
                return output < fixed.values().size() ? fixed.values().get(output) : 1;
            }
            return loss.positiveWeight().in(balance);
        }
        return 1;
    }

    /** Of the classes that have images. */
    private List<Double> classWeights(List<RoleOutlook> classes) {
        if (!(plan.loss() instanceof LossSpec.CrossEntropy loss)
                || (loss.classWeights() instanceof ClassWeights.Fixed fixed
                        && fixed.values().size() != classes.size())) {
            return List.of();
        }
        List<Double> weights = loss.classWeights()
                .in(classes.stream().map(one -> (long) one.positives().images()).toList());
        return weights.stream().filter(Double::isFinite).toList();
    }

    /** Whether weights come to the same. */
    private static boolean isEven(List<Double> weights) {
        return weights.isEmpty()
                || weights.stream().mapToDouble(weight -> weight).max().orElseThrow()
                        <= EVEN_UP_TO
                                * weights.stream()
                                        .mapToDouble(weight -> weight)
                                        .min()
                                        .orElseThrow();
    }

    /** Whether, in a fold that is trained, the loss counts images of the smaller class for more. */
    private boolean weighsTheSmaller() {
        List<RoleOutlook> training = outlook.in(Role.TRAIN, crossValidation);
        return switch (outlook.task()) {
            case BINARY ->
                training.stream()
                        .map(RoleOutlook::balance)
                        .filter(ClassBalance::hasBoth)
                        .anyMatch(balance -> !isEven(List.of(1.0, positiveWeight(0, balance)))
                                && !isAgainst(positiveWeight(0, balance), balance));
            case MULTICLASS ->
                training.stream()
                        .collect(Collectors.groupingBy(RoleOutlook::fold, TreeMap::new, Collectors.toList()))
                        .values()
                        .stream()
                        .anyMatch(classes -> !isEven(classWeights(classes)));
            case MULTILABEL -> plan.loss().weighsClasses();
        };
    }

    /** Whether a positive weight lets the smaller class count for less. */
    private static boolean isAgainst(double weight, ClassBalance balance) {
        return (weight > 1) != (balanced(balance) > 1);
    }

    private boolean isNatural() {
        return plan.sampling() instanceof SamplingSpec.Natural;
    }

    private boolean repeatsImages() {
        return plan.sampling() instanceof SamplingSpec.Oversampling || plan.sampling() instanceof SamplingSpec.Weighted;
    }

    private static double classImbalance(List<RoleOutlook> classes) {
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (RoleOutlook one : classes) {
            int images = one.positives().images();
            largest = Math.max(largest, images);
            smallest = images == 0 ? smallest : Math.min(smallest, images);
        }
        return largest / smallest;
    }

    private static double balanced(ClassBalance balance) {
        return (double) balance.negatives() / balance.positives();
    }

    private static double factor(double weight, ClassBalance balance) {
        return Math.max(weight / balanced(balance), balanced(balance) / weight);
    }

    private void lookAtIgnoredImbalance(double ratio, boolean weighs, String told, String suggestion) {
        if (isNatural() && !weighs && ratio > MODERATE_IMBALANCE) {
            add(
                    Code.IMBALANCE_IGNORED,
                    ratio > SEVERE_IMBALANCE ? Severity.WARNING : Severity.NOTICE,
                    Subject.PLAN,
                    "/loss",
                    told + ", and neither loss nor sampling makes up for it.",
                    suggestion);
        }
    }

    private void lookAtImbalance(ClassBalance balance, double ratio) {
        boolean focal = plan.loss() instanceof LossSpec.Focal;
        lookAtIgnoredImbalance(
                ratio,
                !isEven(List.of(1.0, positiveWeight(0, balance))),
                "Training images are " + balance + ", " + two(ratio) + " to 1",
                "Set " + (focal ? alphaOf(balance) : "loss.positiveWeight to balanced")
                        + ", or choose a threshold for it; a high AUC does not show the harm.");
        if (givesPositiveWeights(1)) {
            judgeWeight(positiveWeight(0, balance), balance);
        }
        if (repeatsImages() && ratio > OFTEN) {
            add(
                    Code.OVERSAMPLED_OFTEN,
                    Severity.WARNING,
                    Subject.PLAN,
                    "/sampling",
                    "Training images are " + balance + ": each image of the smaller class is shown about "
                            + Math.round(ratio) + " times for one of the larger, and is learnt by heart.",
                    "Leave sampling natural and weigh the loss, or watch the validation loss closely.");
        }
    }

    private void lookAtUpdates(int images) {
        if (plan.batchSize() * 4L > images) {
            add(
                    Code.FEW_UPDATES,
                    Severity.NOTICE,
                    Subject.PLAN,
                    "/batchSize",
                    Counted.of(images, "training image makes", "training images make")
                            + " fewer than 4 updates an epoch with batches of " + plan.batchSize() + ".",
                    "Choose a smaller batchSize.");
        }
    }

    private void judgeWeight(double weight, ClassBalance balance) {
        boolean focal = plan.loss() instanceof LossSpec.Focal;
        String pointer = focal ? "/loss/alpha" : "/loss/positiveWeight";
        String given = "The positive weight is " + two(weight) + (focal ? ", which is alpha / (1 - alpha)," : "");
        if (weight == 1) {
            return;
        }
        if (!isNatural() && isAgainst(weight, balance)) {
            if (Math.max(weight, 1 / weight) > WEIGHT_TOLERANCE) {
                add(
                        Code.POSITIVE_WEIGHT_OFF,
                        Severity.WARNING,
                        Subject.PLAN,
                        pointer,
                        given + (focal ? " and" : ", and")
                                + " the sampling evens the classes out, after which 1 gives both the same weight: the smaller class"
                                + " counts for less.",
                        focal
                                ? "Set loss.alpha to 0.5, or to -1."
                                : "Set loss.positiveWeight to none, or leave sampling natural.");
            }
            return;
        }
        double balanced = balanced(balance);
        if (factor(weight, balance) <= WEIGHT_TOLERANCE) {
            return;
        }
        double halved = (double) (balance.negatives() + balance.positives()) / (2.0 * balance.positives());
        boolean isHalved = !focal && Math.abs(weight / halved - 1) < 0.05;
        add(
                Code.POSITIVE_WEIGHT_OFF,
                Severity.WARNING,
                Subject.PLAN,
                pointer,
                given + (focal ? " but" : ", but") + " training images are " + balance
                        + ", and what gives both classes the same weight"
                        + (focal ? " before gamma lessens easy images" : "") + " is negatives divided by positives, "
                        + two(balanced)
                        + (isHalved
                                ? ". The value is that of n / (2 positives), which is the weight of one class in a loss that"
                                        + " weighs both."
                                : "."),
                focal
                        ? "Set " + alphaOf(balance)
                                + ", or to -1, which weighs nothing, and choose a threshold. The 0.25 of the"
                                + " paper is meant for a gamma of 2 and thousands of easy negatives for each positive."
                        : "Set loss.positiveWeight to balanced: it is computed from the training patients of each fold.");
    }

    /** The alpha of a focal loss that balances the classes. */
    private static String alphaOf(ClassBalance balance) {
        return String.format(
                Locale.ROOT,
                "loss.alpha to %.3f, the share of negative images",
                (double) balance.negatives() / (balance.negatives() + balance.positives()));
    }

    private static double imbalance(RoleOutlook role) {
        double positives = role.positives().images();
        double negatives = role.negatives().images();
        return Math.max(positives / negatives, negatives / positives);
    }

    private void lookAtTransfer() {
        int patients = outlook.in(Role.TRAIN, crossValidation).stream()
                .mapToInt(RoleOutlook::patients)
                .min()
                .orElse(0);
        String few = "There " + (patients == 1 ? "is " : "are ") + Counted.of(patients, "patient") + " to train on";
        boolean drawn = plan.pretrained().namesNone();
        boolean fine = plan.stageRates().stream().allMatch(rate -> rate == 1)
                && plan.freeze().stages() == 0;
        if (drawn && patients < FEW_PATIENTS && plan.freeze().stages() < BackboneName.STAGES) {
            add(
                    Code.DRAWN_ON_FEW,
                    Severity.NOTICE,
                    Subject.PLAN,
                    "/pretrained",
                    few + ", and the backbone begins with weights that are drawn.",
                    "Begin with pretrained weights; whether they help on these images, a cross-validation of both shows.");
        }
        if (!drawn && fine && patients < FEW_PATIENTS && rate() >= FAST_RATE) {
            add(
                    Code.TUNED_AT_ONCE,
                    Severity.NOTICE,
                    Subject.PLAN,
                    "/freeze",
                    few + ", and all pretrained stages are changed from the first step on at the full rate of " + rate()
                            + ".",
                    "Freeze the stages first and unfreeze them one by one, or give them smaller stageRates.");
        }
        boolean large = plan.backbone() == BackboneName.RESNET50 || plan.backbone() == BackboneName.DENSENET121;
        if (large && patients < VERY_FEW_PATIENTS && plan.freeze().stages() < BackboneName.STAGES) {
            add(
                    Code.LARGE_NETWORK_FEW_PATIENTS,
                    Severity.WARNING,
                    Subject.PLAN,
                    "/backbone",
                    few + ", and the network is one of the larger ones.",
                    "Start with resnet18, or freeze the backbone.");
        }
    }

    private double rate() {
        OptimizerSpec optimizer = plan.optimizer();
        if (optimizer instanceof OptimizerSpec.Adam adam) {
            return adam.learningRate();
        }
        return optimizer instanceof OptimizerSpec.AdamW adamW
                ? adamW.learningRate()
                : ((OptimizerSpec.Sgd) optimizer).learningRate() / OFTEN;
    }

    private void lookAtTraining() {
        if (plan.stopping().patience() >= plan.epochs()) {
            add(
                    Code.STOPPING_NEVER_ACTS,
                    Severity.NOTICE,
                    Subject.PLAN,
                    "/stopping/patience",
                    "A patience of " + plan.stopping().patience() + " never ends a training of "
                            + Counted.of(plan.epochs(), "epoch")
                            + " early. The best epoch's weights are kept all the same.",
                    "Allow more epochs, or less patience.");
        }
        if (plan.schedule() instanceof ScheduleSpec.Constant) {
            add(
                    Code.RATE_NEVER_CHANGES,
                    Severity.NOTICE,
                    Subject.PLAN,
                    "/schedule",
                    "The learning rate is the same from the first step to the last.",
                    "Choose a schedule, such as plateau.");
        }
    }

    private void add(
            Code code, Severity severity, Subject subject, String pointer, String evidence, String suggestion) {
        findings.add(new PlanFinding(code, severity, subject, pointer, evidence, suggestion));
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String two(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }

    private static String percent(double share) {
        return Math.round(100 * share) + " percentage points";
    }
}
