package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.foldwise.document.Axis;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Forest;
import org.foldwise.document.Block.Row;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Section;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.conformal.ConformalSets;
import org.foldwise.learning.metrics.conformal.ConformalSets.Limit;
import org.foldwise.learning.metrics.conformal.LabelSetReport;
import org.foldwise.learning.metrics.conformal.LabelSets;
import org.foldwise.learning.metrics.conformal.PredictionSetReport;
import org.foldwise.learning.metrics.conformal.PredictionSetReport.OfClass;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.conformal.SetReport;
import org.foldwise.registry.evaluation.FrozenThreshold;
import org.jspecify.annotations.Nullable;

/** What documents say of prediction sets: what is promised, for whom it is not, and what came of it on other images. */
final class SetSections {
    private static final String TITLE = "Prediction sets";

    private final List<String> classes;
    private final boolean isOfFolds;
    private final PredictionSets sets;
    private final String frozen;

    /**
     * Sections about the sets of a run.
     *
     * @param classes of the task, in order
     * @param isOfFolds whether the run is an ensemble of folds
     * @param sets as they were frozen
     * @param frozen the address of the evaluation that froze them
     */
    SetSections(List<String> classes, boolean isOfFolds, PredictionSets sets, String frozen) {
        this.classes = List.copyOf(classes);
        this.isOfFolds = isOfFolds;
        this.sets = sets;
        this.frozen = frozen;
    }

    /** Sections about the sets of a run of a study. */
    static SetSections of(Study study, FrozenThreshold frozen) {
        return new SetSections(
                study.data().classes(),
                study.isOfFolds(),
                StudyRecords.predictionSets(frozen),
                "/api/v1/evaluations/" + frozen.evaluationId());
    }

    /**
     * Of one evaluation.
     *
     * @param report what the sets did on its images; absent where they were calibrated on them
     * @param source the address of the evaluation
     */
    Section ofEvaluation(@Nullable SetReport report, String source) {
        List<Limited> limited = limited();
        if (limited.isEmpty()) {
            return none();
        }
        List<Block> blocks = new ArrayList<>(promise(limited));
        if (report == null) {
            blocks.add(RecordSections.text(
                    "The limits come from these very images, so how often the sets hold the truth here says "
                            + "nothing. Images of the test subset and of other datasets show it."));
        } else {
            blocks.addAll(below(report));
            blocks.add(coverages(report, source));
            blocks.add(ofClasses(report, source));
            blocks.add(
                    report instanceof LabelSetReport ofLabels
                            ? figures(ofLabels, source)
                            : figures((PredictionSetReport) report, source));
        }
        blocks.add(notPromised());
        return new Section(TITLE, blocks);
    }

    /**
     * Of a model version.
     *
     * @param judgements all that were made of its run
     */
    Section ofModel(List<Study.Judgement> judgements) {
        List<Limited> limited = limited();
        if (limited.isEmpty()) {
            return none();
        }
        List<Block> blocks = new ArrayList<>(promise(limited));
        List<List<String>> rows = new ArrayList<>();
        for (Study.Judgement judgement : judgements) {
            SetReport report = judgement.predictionSets();
            if (report != null) {
                report.byClass()
                        .forEach(one -> rows.add(List.of(
                                judgement.path(),
                                judgement.subset(),
                                one.name(),
                                Integer.toString(one.patients()),
                                Words.estimate(one.covered()),
                                Words.estimate(one.answered()))));
            }
        }
        if (rows.isEmpty()) {
            blocks.add(RecordSections.caution(
                    "Whether the promise is kept was never looked at: no test or external images were judged."));
        } else {
            blocks.add(new Table(
                    "Coverage found, by class",
                    List.of(
                            Column.text("Evaluation").percent(24),
                            Column.text("Images").percent(10),
                            Column.text("Class").percent(16),
                            Column.number("Patients").percent(10),
                            Column.number("Coverage").percent(20),
                            Column.number("Share answered").percent(20)),
                    rows,
                    frozen));
        }
        blocks.add(notPromised());
        return new Section(TITLE, blocks);
    }

    private Section none() {
        String why = sets instanceof PredictionSets.Undefined undefined
                ? "There are none: " + undefined.because() + "."
                : sets instanceof LabelSets
                        ? "There are none. " + undefined()
                        : "There are none: the validation that froze the decision did not ask for any.";
        return new Section(TITLE, List.of(RecordSections.text(why)));
    }

    /** A class, or what is answered of a label, with its limit. */
    private record Limited(String name, double coverage, Limit limit) {}

    private List<Limited> limited() {
        if (sets instanceof ConformalSets conformal) {
            return limited(classes, conformal);
        }
        List<Limited> limited = new ArrayList<>();
        if (sets instanceof LabelSets ofLabels) {
            for (int k = 0; k < classes.size(); k++) {
                if (ofLabels.labels().get(k) instanceof ConformalSets conformal) {
                    limited.addAll(limited(LabelSets.answers(classes.get(k)), conformal));
                }
            }
        }
        return limited;
    }

    private static List<Limited> limited(List<String> names, ConformalSets conformal) {
        return IntStream.range(0, names.size())
                .mapToObj(k -> new Limited(
                        names.get(k), conformal.coverage(), conformal.limits().get(k)))
                .toList();
    }

    /** Why labels have no sets; empty where all have. */
    private String undefined() {
        List<String> why = new ArrayList<>();
        if (sets instanceof LabelSets ofLabels) {
            for (int k = 0; k < classes.size(); k++) {
                if (ofLabels.labels().get(k) instanceof PredictionSets.Undefined none) {
                    why.add(classes.get(k) + " has no sets: " + none.because() + ".");
                }
            }
        }
        return String.join(" ", why);
    }

    private List<Block> promise(List<Limited> limited) {
        boolean isOfLabels = sets instanceof LabelSets;
        String coverage = Words.percent(limited.get(0).coverage());
        List<List<String>> rows = limited.stream()
                .map(one -> {
                    Limit limit = one.limit();
                    Interval range =
                            ConformalSets.rangeOfCoverage(limit.patients(), one.coverage(), BootstrapSpec.LEVEL);
                    return List.of(
                            one.name(),
                            Integer.toString(limit.patients()),
                            Words.number(1 - limit.score()),
                            Words.number(range.lower()) + " to " + Words.number(range.upper()));
                })
                .toList();
        List<Block> blocks = new ArrayList<>();
        blocks.add(RecordSections.text((isOfLabels
                        ? "Beside the decision the model says of each label whether an image may be without it, and whether it may show "
                                + "it. Where one of the two remains, that is an answer; where both do, or none, the model abstains. "
                                + "Promised is, for images without a label and for those with it: of new patients with such images, "
                                + "one drawn of each, "
                        : "Beside the decision the model names all classes that may be right. A set of one class is an answer; where it "
                                + "holds several, or none, the model abstains. Promised is, for each class by itself: of new patients "
                                + "with images of the class, one image drawn of each, ")
                + coverage
                + " have a set that holds the truth, as long as new patients come as the calibration patients did. "
                + "It holds whatever the network, and on average over patients and over calibrations."
                + (isOfLabels ? " Promises for labels do not add up to one for the image." : "")));
        if (!undefined().isEmpty()) {
            blocks.add(RecordSections.caution(undefined()));
        }
        blocks.add(new Table(
                "Limits, frozen with the decision",
                List.of(
                        Column.text("Class").percent(28),
                        Column.number("Calibration patients").percent(20),
                        Column.number("In the set from a probability of").percent(26),
                        Column.number("Coverage of " + Words.percent(BootstrapSpec.LEVEL) + " of such models")
                                .percent(26)),
                rows,
                frozen));
        blocks.add(RecordSections.text(
                "The last column is how far the coverage of one model may lie from the promise by the luck of its "
                        + "calibration alone, with one image a patient; with more it varies less."));
        return blocks;
    }

    /** Classes that are covered less often than promised, by more than the chance of who was judged. */
    private static List<Block> below(SetReport report) {
        List<String> below = report.byClass().stream()
                .filter(one -> isBelow(one.covered(), report.coverage()))
                .map(one -> one.name() + " " + Words.estimate(one.covered()))
                .toList();
        return below.isEmpty()
                ? List.of()
                : List.of(
                        RecordSections.caution(
                                "Covered less often than the " + Words.percent(report.coverage())
                                        + " promised, beyond the interval: " + String.join(", ", below)
                                        + ". Either these patients come otherwise than those of the calibration did, or those were few and unlike most."));
    }

    private static boolean isBelow(Estimate covered, double promised) {
        Interval interval = covered.interval();
        return interval != null && interval.upper() < promised;
    }

    private static Forest coverages(SetReport report, String source) {
        List<Double> ends = new ArrayList<>(List.of(report.coverage()));
        List<Row> rows = new ArrayList<>();
        report.byClass().forEach(one -> rows.add(RecordSections.row(one.name(), one.covered(), ends)));
        if (report instanceof PredictionSetReport several) {
            rows.add(RecordSections.row("all", several.covered(), ends));
        }
        return new Forest(
                "Coverage of each class",
                "How often the sets hold the class, with intervals; the line is what is promised, "
                        + Words.percent(report.coverage()) + ".",
                Axis.holding("coverage", ends),
                rows,
                report.coverage(),
                source);
    }

    private static Table ofClasses(SetReport report, String source) {
        return new Table(
                "Images of each class",
                List.of(
                        Column.text("Class").percent(16),
                        Column.number("Images").percent(9),
                        Column.number("Patients").percent(10),
                        Column.number("Coverage").percent(22),
                        Column.number("Share answered").percent(21),
                        Column.number("Right where answered").percent(22)),
                report.byClass().stream().map(SetSections::row).toList(),
                source);
    }

    private static List<String> row(OfClass one) {
        return List.of(
                one.name(),
                Integer.toString(one.images()),
                Integer.toString(one.patients()),
                Words.estimate(one.covered()),
                Words.estimate(one.answered()),
                Words.estimate(one.rightWhereAnswered()));
    }

    private static Table figures(PredictionSetReport report, String source) {
        return new Table(
                "Answers and abstentions",
                List.of(Column.text("Figure"), Column.number("Value (interval)"), Column.text("Interval by")),
                List.of(
                        figure("Coverage, all classes", report.covered()),
                        figure("Share of images with one class: answered", report.answered()),
                        figure("Share with several classes: abstained", report.several()),
                        figure("Share with none: abstained", report.empty()),
                        figure("Mean number of classes in a set", report.meanSize()),
                        figure("Share of answers that are right", report.rightWhereAnswered()),
                        figure("Share of decisions that are right where it abstains", report.decidedRightlyElsewhere()),
                        figure("Share of answers other than the decision", report.otherThanDecided())),
                source);
    }

    private static Table figures(LabelSetReport report, String source) {
        List<List<String>> rows = new ArrayList<>();
        for (LabelSetReport.OfLabel one : report.labels()) {
            PredictionSetReport ofLabel = one.report();
            if (ofLabel != null) {
                rows.add(List.of(
                        one.label(),
                        Words.estimate(ofLabel.answered()),
                        Words.estimate(ofLabel.rightWhereAnswered()),
                        Words.estimate(ofLabel.decidedRightlyElsewhere()),
                        Words.estimate(ofLabel.otherThanDecided())));
            }
        }
        return new Table(
                "Answers and abstentions",
                List.of(
                        Column.text("Label").percent(20),
                        Column.number("Share answered").percent(20),
                        Column.number("Right where answered").percent(20),
                        Column.number("Decision right where it abstains").percent(20),
                        Column.number("Answer other than the decision").percent(20)),
                rows,
                source);
    }

    private static List<String> figure(String name, Estimate estimate) {
        return List.of(name, Words.estimate(estimate), Words.method(estimate));
    }

    private Block notPromised() {
        return RecordSections.text(
                "Coverage counts each patient alike, other shares count images. Not promised is that a set is right "
                        + "for one patient, for a group of patients, at another site or with another device, nor that an answer is right as "
                        + "often: that depends on how frequent the classes are. "
                        + (isOfFolds
                                ? "The limits were calibrated on probabilities of single networks that had not seen the patients; the ensemble's "
                                        + "are less extreme, so its coverage may be another, which test and external images show."
                                : "The calibration patients had also stopped the training, which may make the limits a little too narrow."));
    }
}
