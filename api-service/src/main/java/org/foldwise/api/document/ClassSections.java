package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.foldwise.document.Axis;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Forest;
import org.foldwise.document.Block.Panel;
import org.foldwise.document.Block.Panels;
import org.foldwise.document.Block.Row;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Layer.Curve;
import org.foldwise.document.Layer.Marks;
import org.foldwise.document.Layer.Point;
import org.foldwise.document.Layer.Region;
import org.foldwise.document.Layer.Stroke;
import org.foldwise.document.Layer.Upright;
import org.foldwise.document.Section;
import org.foldwise.learning.metrics.CalibrationLine;
import org.foldwise.learning.metrics.ClassCurves;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.ThresholdCurve;
import org.foldwise.learning.metrics.clinical.DecisionCurve;
import org.foldwise.learning.metrics.multiclass.ClassMatrix;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.ClassAverages;
import org.foldwise.learning.metrics.scored.MulticlassReport;
import org.foldwise.learning.metrics.scored.MultilabelReport;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.jspecify.annotations.Nullable;

/** What a document says of a judgement on several exclusive classes, or on labels: each against everything else. */
final class ClassSections implements JudgementParts {
    private static final int MOST_DRAWN = 200;
    private static final int WORST = 15;
    /** Of more classes than that no matrix is printed. */
    private static final int LARGEST_MATRIX = 14;

    private static final int MOST_CONFUSIONS = 25;
    /** So many of a label's scores are thresholds of its curves, beside the hundredths. */
    private static final int MOST_SCORES = 60;

    private static final List<Double> HUNDREDTHS =
            IntStream.rangeClosed(0, 100).mapToObj(i -> i / 100.0).toList();
    private static final List<Point> DIAGONAL = List.of(new Point(0, 0), new Point(1, 1));

    private final TaskReport report;
    private final ScoredImages images;
    private final String source;
    private final double level;
    private final List<OneClass> classes = new ArrayList<>();

    /**
     * Sections about a report.
     *
     * @param report as it was stored
     * @param images what it was computed from; fewer where patients were withdrawn since
     * @param source where both are recorded
     */
    ClassSections(TaskReport report, ScoredImages images, String source) {
        if (images.size() > report.images()
                || images.classes().size() != report.classes().size()) {
            throw new IllegalArgumentException("the report is of " + report.images() + " images and "
                    + report.classes().size() + " classes, there are " + images.size() + " cases of "
                    + images.classes().size());
        }
        this.report = report;
        this.images = images;
        this.source = source;
        this.level = report.bootstrap().level();
        for (int k = 0; k < report.classes().size(); k++) {
            ClassReport ofClass = report.classes().get(k);
            List<ScoredCase> cases = images.against(k);
            DrawnCurves drawn = new DrawnCurves(cases, ClassCurves.of(ofClass.name(), cases), level, MOST_DRAWN);
            classes.add(new OneClass(ofClass, cases, drawn));
        }
    }

    /** A class, what was stored of it, and the images by whether they show it. */
    private record OneClass(ClassReport report, List<ScoredCase> cases, DrawnCurves drawn) {
        String name() {
            return report.name();
        }

        /** Fewest patients whose images show it, or do not: whichever are fewer decide how far figures can be believed. */
        long fewestPatients() {
            return Math.min(patients(ScoredCase::positive), patients(scored -> !scored.positive()));
        }

        private long patients(Predicate<ScoredCase> with) {
            return cases.stream()
                    .filter(with)
                    .map(ScoredCase::patient)
                    .distinct()
                    .count();
        }

        /** Of the cases that show it. */
        double share() {
            return (double) cases.stream().filter(ScoredCase::positive).count() / cases.size();
        }

        /** Why there is nothing to draw. */
        String missing() {
            return report.confusion().positives() == 0 ? "no image shows it" : "every image shows it";
        }

        String counts() {
            if (!report.judged()) {
                return missing();
            }
            return (fewestPatients() < FEW_PATIENTS ? "few: " : "") + Words.count(report.images(), "image") + ", "
                    + Words.count(report.patients(), "patient");
        }
    }

    @Override
    public int images() {
        return report.images();
    }

    @Override
    public int patients() {
        return report.patients();
    }

    @Override
    public String shown() {
        return classes.size()
                + (isLabels() ? " labels" : " classes")
                + (report instanceof MultilabelReport labelled
                        ? ", " + Words.count(labelled.imagesWithoutLabel(), "image") + " without any"
                        : "");
    }

    private boolean isLabels() {
        return report instanceof MultilabelReport;
    }

    /** {@code class} or {@code label}. */
    private String noun() {
        return isLabels() ? "label" : "class";
    }

    private String heading() {
        return isLabels() ? "Label" : "Class";
    }

    @Override
    public List<Block> figures() {
        List<Block> blocks = new ArrayList<>(cautions());
        blocks.add(new Table(
                "Figures over all " + (isLabels() ? "labels" : "classes") + " with their intervals",
                List.of(Column.text("Figure"), Column.number("Value (interval)"), Column.text("Interval by")),
                averages(),
                source));
        ClassAverages averages = report instanceof MulticlassReport several
                ? several.averages()
                : ((MultilabelReport) report).averages();
        if (averages != null) {
            blocks.add(FigureTables.averages(averages, source));
        }
        blocks.add(RecordSections.text("Means are over the " + report.judgedClasses() + " of " + classes.size()
                + (isLabels() ? " labels" : " classes")
                + " that some images show and others do not, each counting the same however rare; a mean hides its worst member. "
                + "Figures count images; intervals of " + Words.percent(level)
                + " take the patient as what was sampled, because images of one patient are alike. Resampled ones draw the "
                + report.bootstrap().resamples() + " samples from seed "
                + report.bootstrap().seed() + "."));
        return blocks;
    }

    private List<List<String>> averages() {
        List<List<String>> rows = new ArrayList<>(List.of(
                row("Mean area under the ROC curve", report.meanRocAuc()),
                row("Mean average precision", report.meanAveragePrecision()),
                row("Mean F1", report.meanF1())));
        if (report instanceof MulticlassReport several) {
            rows.addAll(List.of(
                    row("Accuracy", several.accuracy()),
                    row("Balanced accuracy (mean sensitivity)", several.balancedAccuracy()),
                    row("Matthews correlation", several.matthewsCorrelation()),
                    row("Cohen's kappa", several.kappa()),
                    row("Log loss", several.logLoss()),
                    row("Brier score, 0 to 2", several.brierScore())));
            rows.addAll(FigureTables.row(
                    "Mean area over pairs of classes (one against one)", several.oneVersusOneRocAuc()));
            rows.addAll(FigureTables.row(
                    "Expected calibration error of the highest probability", several.topCalibrationError()));
            rows.addAll(FigureTables.row(
                    "Maximum calibration error of the highest probability", several.topMaximumCalibrationError()));
        } else if (report instanceof MultilabelReport labelled) {
            rows.addAll(List.of(
                    row("F1 of all decisions together", labelled.microF1()),
                    row("Share of images with every label right", labelled.subsetAccuracy()),
                    row("Share of wrong decisions (Hamming loss)", labelled.hammingLoss())));
        }
        return rows;
    }

    private List<Block> cautions() {
        List<Block> blocks = new ArrayList<>();
        List<String> few = classes.stream()
                .filter(one -> one.report().judged() && one.fewestPatients() < FEW_PATIENTS)
                .map(one -> one.name() + " (" + one.fewestPatients() + ")")
                .toList();
        if (!few.isEmpty()) {
            blocks.add(RecordSections.caution("Small numbers: images that show the " + noun()
                    + ", or those that do not, come from fewer than " + FEW_PATIENTS + " patients for "
                    + String.join(", ", few)
                    + ". Intervals are wide, curves are coarse, and another sample may look different."));
        }
        List<String> unjudged = classes.stream()
                .filter(one -> !one.report().judged())
                .map(one -> one.name() + " (" + one.missing() + ")")
                .toList();
        if (!unjudged.isEmpty()) {
            blocks.add(RecordSections.caution("Not judged, and in no mean: " + String.join(", ", unjudged)
                    + ". Nothing here says how good the model is at " + (unjudged.size() == 1 ? "it" : "them")
                    + "."));
        }
        return blocks;
    }

    private static List<String> row(String name, Estimate estimate) {
        return List.of(name, Words.estimate(estimate), Words.method(estimate));
    }

    @Override
    public List<Section> sections() {
        return List.of(discrimination(), decisions(), calibration(), usefulness());
    }

    /** The area of each class, and its ROC and precision-recall curve. */
    private Section discrimination() {
        List<Double> ends = new ArrayList<>();
        List<Row> rows = new ArrayList<>(classes.stream()
                .map(one -> RecordSections.row(one.name(), one.report().rocAuc(), ends))
                .toList());
        rows.add(RecordSections.row("mean", report.meanRocAuc(), ends));
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Forest(
                "Area under the ROC curve of each " + noun(),
                "Areas of each " + noun() + " against everything else with their intervals, and their mean.",
                Axis.holding("area under the ROC curve", ends),
                rows,
                report.meanRocAuc().value(),
                source));
        blocks.add(new Table(
                "Each " + noun() + " against everything else",
                List.of(
                        Column.text(heading()).percent(22),
                        Column.number("Images").percent(9),
                        Column.number("Patients").percent(10),
                        Column.number("Share of images").percent(15),
                        Column.number("ROC AUC").percent(22),
                        Column.number("Average precision").percent(22)),
                classes.stream()
                        .map(one -> List.of(
                                one.name(),
                                Long.toString(one.report().images()),
                                Integer.toString(one.report().patients()),
                                Words.value(one.report().prevalence()),
                                Words.estimate(one.report().rocAuc()),
                                Words.estimate(one.report().averagePrecision())))
                        .toList(),
                source));
        blocks.add(new Panels(
                "ROC curve of each " + noun(),
                Axis.share("1 - specificity"),
                Axis.share("sensitivity"),
                classes.stream().map(this::roc).toList(),
                source));
        blocks.add(new Panels(
                "Precision-recall curve of each " + noun(),
                Axis.share("recall (sensitivity)"),
                Axis.share("precision (positive predictive value)"),
                classes.stream().map(this::precisionRecall).toList(),
                source));
        blocks.add(RecordSections.text("The shades join, at one threshold after the other, the " + Words.percent(level)
                + " intervals of the shares (patient-clustered Wilson). They hold pointwise and for one " + noun()
                + ", not for a curve as a whole nor for all of them at once. Chance in a precision-recall curve is the share of images "
                + "that show the " + noun() + ", so curves of rare ones lie lower at the same skill."));
        return new Section("Discrimination", blocks);
    }

    private Panel roc(OneClass one) {
        ClassReport of = one.report();
        if (!of.judged()) {
            return empty(one, "ROC curve");
        }
        return new Panel(
                one.name(),
                List.of("area " + Words.estimate(of.rocAuc()), one.counts()),
                "ROC curve of " + one.name() + "; area " + Words.estimate(of.rocAuc()) + "; " + one.counts() + ".",
                List.of(
                        new Region(
                                Words.percent(level) + " intervals of both rates, pointwise",
                                one.drawn().rocRegion()),
                        new Curve("ROC curve", Stroke.SOLID, one.drawn().roc()),
                        new Curve("chance", Stroke.DOTTED, DIAGONAL),
                        new Marks(
                                decided(),
                                DrawnCurves.mark(
                                        DrawnCurves.complement(of.specificity().value()), of.recall()))));
    }

    private Panel precisionRecall(OneClass one) {
        ClassReport of = one.report();
        if (!of.judged()) {
            return empty(one, "precision-recall curve");
        }
        double prevalence = of.prevalence().valueOr(0);
        return new Panel(
                one.name(),
                List.of("average " + Words.estimate(of.averagePrecision()), one.counts()),
                "Precision-recall curve of " + one.name() + "; average precision "
                        + Words.estimate(of.averagePrecision()) + "; " + one.counts() + ".",
                List.of(
                        new Region(
                                Words.percent(level) + " interval of precision, pointwise",
                                one.drawn().precisionRegion()),
                        new Curve(
                                "precision-recall curve",
                                Stroke.SOLID,
                                one.drawn().precisionRecall()),
                        new Curve(
                                "chance: the share of images that show it",
                                Stroke.DOTTED,
                                List.of(new Point(0, prevalence), new Point(1, prevalence))),
                        new Marks(decided(), DrawnCurves.mark(of.recall().value(), of.precision()))));
    }

    private String decided() {
        return isLabels() ? "at the label's threshold" : "where the most probable class is taken";
    }

    private static Panel empty(OneClass one, String what) {
        return new Panel(
                one.name(),
                List.of("no " + what + ":", one.missing()),
                "No " + what + " of " + one.name() + ": " + one.missing() + ".",
                List.of());
    }

    /** What was decided, and how often rightly. */
    private Section decisions() {
        List<Block> blocks = new ArrayList<>();
        if (report instanceof MulticlassReport several) {
            blocks.add(
                    RecordSections.text(
                            "Each image is called the class with the highest probability, the first of equal ones; there is no threshold to "
                                    + "choose. The figures of a class are of being called so against being called anything else."));
            blocks.addAll(matrix(several.confusion()));
        } else {
            blocks.add(RecordSections.text("Each label is called from its own threshold on. "
                    + classes.stream()
                            .map(one -> one.report().threshold())
                            .filter(threshold -> threshold != null)
                            .findFirst()
                            .map(threshold -> "Rule: " + Words.rule(threshold.rule()) + ".")
                            .orElse("")));
            blocks.add(thresholds());
            blocks.addAll(thresholdPanels());
            blocks.add(RecordSections.text(
                    "To look at. A threshold chosen from these curves would have to be judged on other patients."));
        }
        blocks.add(new Table(
                "Figures of the decisions",
                List.of(
                        Column.text(heading()).percent(20),
                        Column.number("Sensitivity").percent(16),
                        Column.number("Specificity").percent(16),
                        Column.number("Positive predictive value").percent(16),
                        Column.number("Negative predictive value").percent(16),
                        Column.number("F1").percent(16)),
                classes.stream()
                        .map(one -> List.of(
                                one.name(),
                                Words.estimate(one.report().recall()),
                                Words.estimate(one.report().specificity()),
                                Words.estimate(one.report().precision()),
                                Words.estimate(one.report().negativePredictiveValue()),
                                Words.estimate(one.report().f1())))
                        .toList(),
                source));
        if (report.classes().stream().anyMatch(one -> one.predictiveValues() != null)) {
            blocks.add(FigureTables.agreement(report.classes(), heading(), source));
            blocks.add(FigureTables.predictiveValues(report.classes(), heading(), source));
        }
        blocks.add(RecordSections.text("Predictive values hold at the share of images that show the " + noun()
                + "; at others they are by Bayes' theorem from sensitivity and specificity, where these are elsewhere what they are "
                + "here."));
        return new Section("Decisions", blocks);
    }

    /** Of each label its rates, and how far calls of it can be relied upon. */
    private List<Panels> thresholdPanels() {
        List<Panel> rates = new ArrayList<>();
        List<Panel> values = new ArrayList<>();
        List<Double> ends = new ArrayList<>(List.of(0.0, 1.0));
        for (OneClass one : classes) {
            ThresholdChoice threshold = one.report().threshold();
            if (!one.report().judged() || threshold == null) {
                rates.add(empty(one, "curve over thresholds"));
                values.add(empty(one, "curve over thresholds"));
                continue;
            }
            List<ThresholdCurve.Point> points = overThresholds(one);
            points.stream().map(point -> point.matthewsCorrelation().valueOr(0)).forEach(ends::add);
            Upright used = new Upright("the label's threshold", threshold.threshold());
            List<String> notes = List.of("threshold " + Words.number(threshold.threshold()), one.counts());
            String at = " of " + one.name() + " over thresholds; used is " + Words.number(threshold.threshold()) + ".";
            rates.add(new Panel(
                    one.name(),
                    notes,
                    "Sensitivity, specificity and F1" + at,
                    DrawnCurves.ratesOverThresholds(points, used)));
            values.add(new Panel(
                    one.name(),
                    notes,
                    "Positive and negative predictive value and Matthews correlation" + at,
                    DrawnCurves.valuesOverThresholds(points, used)));
        }
        return List.of(
                new Panels(
                        "Rates and F1 of each label over thresholds",
                        Axis.share("threshold"),
                        Axis.share("share"),
                        rates,
                        source),
                new Panels(
                        "Predictive values and Matthews correlation of each label over thresholds",
                        Axis.share("threshold"),
                        Axis.holding("share, correlation", ends),
                        values,
                        source));
    }

    /** At hundredths, and at some of the scores themselves: those of a rare label may all lie within the first hundredth. */
    private List<ThresholdCurve.Point> overThresholds(OneClass one) {
        List<Double> scores = one.cases().stream()
                .map(ScoredCase::probability)
                .distinct()
                .sorted()
                .toList();
        List<Double> thresholds = Stream.concat(HUNDREDTHS.stream(), DrawnCurves.thinned(scores, MOST_SCORES).stream())
                .distinct()
                .sorted()
                .toList();
        return ThresholdCurve.of(one.cases(), thresholds, level).points();
    }

    /** Net benefit of each class over threshold probabilities, on the scale of how many images show it. */
    private Section usefulness() {
        return new Section(
                "Clinical usefulness",
                List.of(
                        new Panels(
                                "Decision curve of each " + noun(),
                                Axis.share("threshold probability"),
                                new Axis("net benefit divided by the share of images that show the " + noun(), -0.4, 1),
                                classes.stream().map(this::netBenefit).toList(),
                                source),
                        RecordSections.text(
                                "Net benefit weighs a false alarm by the odds of the threshold probability (Vickers and Elkin "
                                        + "2006). Divided by the share of images that show the " + noun()
                                        + ", it is 1 where exactly these are acted on, however rare they are (Kerr et al. 2016). It takes "
                                        + "probabilities at their word and these shares for those of the clinic: look at the calibration first. "
                                        + "Where the shade holds the line of another strategy, the images do not say which is of more use."
                                        + (isLabels()
                                                ? ""
                                                : " Each class is a question of its own here: whether to act on it, whatever else is more probable."))));
    }

    private Panel netBenefit(OneClass one) {
        double share = one.share();
        if (!one.report().judged() || share == 0) {
            return empty(one, "decision curve");
        }
        List<Point> model = new ArrayList<>();
        List<Point> always = new ArrayList<>();
        List<Point> upper = new ArrayList<>();
        List<Point> lower = new ArrayList<>();
        for (DecisionCurve.Point point :
                DecisionCurve.of(one.cases(), HUNDREDTHS.subList(1, 100), level).points()) {
            Double value = point.model().value();
            Interval interval = point.model().interval();
            if (value != null) {
                model.add(new Point(point.threshold(), value / share));
            }
            always.add(new Point(point.threshold(), point.treatAll() / share));
            if (interval != null) {
                upper.add(new Point(point.threshold(), interval.upper() / share));
                lower.add(new Point(point.threshold(), interval.lower() / share));
            }
        }
        return new Panel(
                one.name(),
                List.of("shown by " + Words.percent(share) + " of images", one.counts()),
                "Net benefit of acting on " + one.name()
                        + " as the model says, of acting always and of acting never, divided by the "
                        + Words.percent(share) + " of images that show it.",
                List.of(
                        new Region(
                                Words.percent(level) + " interval of the model, pointwise",
                                DrawnCurves.between(upper, lower)),
                        new Curve("model", Stroke.SOLID, model),
                        new Curve("act always", Stroke.DASHED, always),
                        new Curve("act never", Stroke.DOTTED, List.of(new Point(0, 0), new Point(1, 0)))));
    }

    private List<Block> matrix(ClassMatrix matrix) {
        List<String> names = classes.stream().map(OneClass::name).toList();
        if (names.size() > LARGEST_MATRIX) {
            return List.of(
                    confusions(matrix, names),
                    RecordSections.text(
                            "A matrix of " + names.size() + " classes is too wide to print; " + source + " has it."));
        }
        List<Column> columns = new ArrayList<>(List.of(Column.text("In truth")));
        List<List<String>> rows = new ArrayList<>();
        for (int k = 0; k < names.size(); k++) {
            int truth = k;
            columns.add(Column.number("called " + (k + 1)));
            List<String> row = new ArrayList<>(List.of((k + 1) + " " + names.get(k)));
            matrix.counts().get(truth).forEach(count -> row.add(Long.toString(count)));
            row.add(Long.toString(matrix.support(truth)));
            rows.add(row);
        }
        columns.add(Column.number("all"));
        return List.of(new Table("Confusion matrix, images", columns, rows, source));
    }

    private Table confusions(ClassMatrix matrix, List<String> names) {
        record Cell(int truth, int called, long images) {}
        List<Cell> wrong = new ArrayList<>();
        for (int truth = 0; truth < names.size(); truth++) {
            for (int called = 0; called < names.size(); called++) {
                long count = matrix.counts().get(truth).get(called);
                if (truth != called && count > 0) {
                    wrong.add(new Cell(truth, called, count));
                }
            }
        }
        return new Table(
                "The most frequent confusions",
                List.of(Column.text("In truth"), Column.text("Called"), Column.number("Images")),
                wrong.stream()
                        .sorted(Comparator.comparingLong(Cell::images)
                                .reversed()
                                .thenComparing(Cell::truth)
                                .thenComparing(Cell::called))
                        .limit(MOST_CONFUSIONS)
                        .map(cell -> List.of(
                                names.get(cell.truth()), names.get(cell.called()), Long.toString(cell.images())))
                        .toList(),
                source);
    }

    private Table thresholds() {
        return new Table(
                "Thresholds, and images by truth and decision",
                List.of(
                        Column.text("Label").percent(24),
                        Column.number("Threshold").percent(12),
                        Column.number("Reached where it was chosen").percent(20),
                        Column.number("Shown and called").percent(11),
                        Column.number("Shown, not called").percent(11),
                        Column.number("Called, not shown").percent(11),
                        Column.number("Neither").percent(11)),
                classes.stream()
                        .map(one -> {
                            ThresholdChoice threshold = one.report().threshold();
                            return List.of(
                                    one.name(),
                                    threshold == null ? "\u2013" : Words.number(threshold.threshold()),
                                    threshold == null || !threshold.reached().hasValue()
                                            ? "\u2013"
                                            : Words.value(threshold.reached()),
                                    Long.toString(one.report().confusion().truePositives()),
                                    Long.toString(one.report().confusion().falseNegatives()),
                                    Long.toString(one.report().confusion().falsePositives()),
                                    Long.toString(one.report().confusion().trueNegatives()));
                        })
                        .toList(),
                source);
    }

    /** How far the probability of each class can be taken at its word. */
    private Section calibration() {
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Panels(
                "Calibration curve of each " + noun(),
                Axis.share("mean probability"),
                Axis.share("share of images that show it"),
                classes.stream().map(this::calibrationOf).toList(),
                source));
        blocks.add(new Table(
                "Calibration of each " + noun(),
                List.of(
                        Column.text(heading()).percent(18),
                        Column.number("Brier score").percent(20),
                        Column.number("Expected calibration error").percent(20),
                        Column.number("Slope; perfect is 1").percent(21),
                        Column.number("Intercept at slope 1; perfect is 0").percent(21)),
                classes.stream().map(this::calibrationRow).toList(),
                source));
        if (report.classes().stream().anyMatch(one -> one.logLoss() != null)) {
            blocks.add(FigureTables.probabilities(report.classes(), heading(), source));
        }
        blocks.add(RecordSections.text("Each point is a bin of width 0.1 that holds images. Of a rare " + noun()
                + " nearly all images lie in the lowest bins, and the others hold few: look at their intervals. "
                + Words.CALIBRATION_ERRORS));
        return new Section("Calibration", blocks);
    }

    private Panel calibrationOf(OneClass one) {
        List<DrawnCurves.Bin> bins = one.drawn().bins();
        String error = "error " + Words.estimate(one.report().expectedCalibrationError());
        return new Panel(
                one.name(),
                List.of(error, one.counts()),
                "Share of images that show " + one.name()
                        + " over the mean probability of each bin; expected calibration " + error + "; " + one.counts()
                        + ".",
                List.of(
                        new Curve("perfect", Stroke.DOTTED, DIAGONAL),
                        new Curve(
                                "bins of width 0.1",
                                Stroke.FAINT,
                                bins.stream().map(bin -> bin.mark().at()).toList()),
                        new Marks(
                                "share with " + Words.percent(level) + " interval",
                                bins.stream().map(DrawnCurves.Bin::mark).toList())));
    }

    private List<String> calibrationRow(OneClass one) {
        CalibrationLine line = CalibrationLine.of(one.cases(), level);
        return List.of(
                one.name(),
                Words.estimate(one.report().brierScore()),
                Words.estimate(one.report().expectedCalibrationError()),
                Words.estimate(line.slope()),
                Words.estimate(line.interceptAtSlopeOne()));
    }

    /**
     * A wrong decision.
     *
     * @param distance of the probability from the truth
     */
    private record Wrong(String image, String truth, String called, double probability, double distance) {}

    @Override
    public Section worstCases(Function<String, String> addressOf) {
        List<Wrong> wrong = wrong();
        return new Section(
                "Worst cases",
                List.of(
                        new Table(
                                "The wrong decisions farthest from the truth",
                                List.of(
                                        Column.text("Image").percent(40),
                                        Column.text("In truth").percent(22),
                                        Column.text("Called").percent(22),
                                        Column.number(
                                                        isLabels()
                                                                ? "Probability of the label"
                                                                : "Probability of what was called")
                                                .percent(16)),
                                wrong.stream()
                                        .limit(WORST)
                                        .map(one -> List.of(
                                                addressOf.apply(one.image()),
                                                one.truth(),
                                                one.called(),
                                                Words.number(one.probability())))
                                        .toList(),
                                source),
                        RecordSections.text("At most " + WORST + " of "
                                + Words.count(wrong.size(), "wrong decision")
                                + ". Whether the model or the label is wrong is for a reader of images to say.")));
    }

    @Override
    public List<String> namesOfWorst() {
        return wrong().stream().limit(WORST).map(Wrong::image).distinct().toList();
    }

    private List<Wrong> wrong() {
        List<Wrong> wrong = new ArrayList<>();
        if (images instanceof ScoredImages.Multiclass several) {
            for (ClassifiedCase one : several.cases()) {
                if (one.predicted() != one.truth()) {
                    double probability = one.probabilities().get(one.predicted());
                    wrong.add(new Wrong(
                            one.image(),
                            classes.get(one.truth()).name(),
                            classes.get(one.predicted()).name(),
                            probability,
                            probability));
                }
            }
        } else if (images instanceof ScoredImages.Multilabel labelled) {
            labelled.cases().forEach(one -> IntStream.range(0, classes.size())
                    .mapToObj(k -> wrong(one, k))
                    .filter(decision -> decision != null)
                    .forEach(wrong::add));
        }
        wrong.sort(Comparator.comparingDouble(Wrong::distance)
                .reversed()
                .thenComparing(Wrong::image)
                .thenComparing(Wrong::called));
        return wrong;
    }

    private @Nullable Wrong wrong(LabelledCase one, int k) {
        ThresholdChoice threshold = classes.get(k).report().threshold();
        double probability = one.probabilities().get(k);
        boolean isShown = one.truth().get(k);
        if (threshold == null || isShown == (probability >= threshold.threshold())) {
            return null;
        }
        String name = classes.get(k).name();
        return new Wrong(
                one.image(),
                isShown ? name : "not " + name,
                isShown ? "not " + name : name,
                probability,
                Math.abs(probability - (isShown ? 1 : 0)));
    }
}
