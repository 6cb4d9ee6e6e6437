package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.foldwise.document.Axis;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Chart;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Paragraph;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Layer.Curve;
import org.foldwise.document.Layer.Mark;
import org.foldwise.document.Layer.Marks;
import org.foldwise.document.Layer.Point;
import org.foldwise.document.Layer.Region;
import org.foldwise.document.Layer.Stroke;
import org.foldwise.document.Layer.Upright;
import org.foldwise.document.Section;
import org.foldwise.learning.metrics.CalibrationLine;
import org.foldwise.learning.metrics.ClassCurves;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.F1Averages;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PredictiveValues;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdCurve;
import org.foldwise.learning.metrics.clinical.DecisionCurve;

/** What a document says of a judgement of a binary task. */
final class JudgementSections implements JudgementParts {
    private static final int MOST_DRAWN = 600;
    private static final int MOST_SCORES = 200;
    private static final int WORST = 10;

    private final EvaluationReport report;
    private final List<ScoredCase> cases;
    private final List<String> classes;
    private final String source;
    private final double level;
    private final DrawnCurves drawn;

    /**
     * Sections about a report.
     *
     * @param report as it was stored
     * @param cases what it was computed from; fewer where patients were withdrawn since
     * @param classes the negative and the positive class
     * @param source where both are recorded
     */
    JudgementSections(EvaluationReport report, List<ScoredCase> cases, List<String> classes, String source) {
        if (cases.size() > report.images()) {
            throw new IllegalArgumentException(
                    "the report is of " + report.images() + " images, there are " + cases.size() + " cases");
        }
        this.report = report;
        this.cases =
                cases.stream().sorted(Comparator.comparing(ScoredCase::image)).toList();
        this.classes = List.copyOf(classes);
        this.source = source;
        this.level = report.bootstrap().level();
        this.drawn = new DrawnCurves(
                this.cases,
                new ClassCurves(positive(), report.rocCurve(), report.precisionRecallCurve(), report.calibrationBins()),
                level,
                MOST_DRAWN);
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
        return report.positives() + " positive, " + report.negatives() + " negative";
    }

    @Override
    public List<Section> sections() {
        return List.of(discrimination(), decisions(), calibration(), usefulness());
    }

    @Override
    public List<Block> figures() {
        List<Block> blocks = new ArrayList<>(cautions());
        List<List<String>> rows = new ArrayList<>(List.of(
                row("Area under the ROC curve", report.rocAuc()),
                row("Average precision", report.averagePrecision()),
                row("Sensitivity (recall)", report.recall()),
                row("Specificity", report.specificity()),
                row("Positive predictive value (precision)", report.precision()),
                row("Negative predictive value", report.negativePredictiveValue()),
                row("F1", report.f1()),
                row("Balanced accuracy", report.balancedAccuracy()),
                row("Accuracy", report.accuracy()),
                row("Matthews correlation", report.matthewsCorrelation()),
                row("Brier score", report.brierScore()),
                row("Log loss", report.logLoss()),
                row("Expected calibration error", report.expectedCalibrationError()),
                row("Prevalence of " + positive(), report.prevalence())));
        F1Averages averages = report.f1Averages();
        if (averages != null) {
            rows.add(row("Macro F1, both classes alike", averages.macro()));
            rows.add(row("Weighted F1, classes by their images", averages.weighted()));
            rows.add(row("Micro F1, which is the accuracy", averages.micro()));
        }
        rows.addAll(FigureTables.row("Cohen's kappa", report.kappa()));
        rows.addAll(FigureTables.row("Maximum calibration error", report.maximumCalibrationError()));
        blocks.add(new Table(
                "Figures with their intervals",
                List.of(Column.text("Figure"), Column.number("Value (interval)"), Column.text("Interval by")),
                rows,
                source));
        blocks.add(text("Figures count images; intervals of " + Words.percent(level)
                + " take the patient as what was sampled, because images of one patient are alike. Resampled ones draw the "
                + report.bootstrap().resamples() + " samples from seed "
                + report.bootstrap().seed() + "; " + report.singleClassResamples()
                + " of them held one class only and were left out where both are needed. Predictive values hold at this "
                + "prevalence; a table among the decisions says what they would be at others."));
        return blocks;
    }

    private List<Block> cautions() {
        List<Block> blocks = new ArrayList<>();
        for (boolean isPositive : new boolean[] {true, false}) {
            long patients = patients(scored -> scored.positive() == isPositive);
            if (patients < FEW_PATIENTS) {
                blocks.add(new Paragraph(
                        "Small numbers: images of the class " + (isPositive ? positive() : negative()) + " come from "
                                + Words.count(patients, "patient")
                                + ". Intervals are wide, curves are coarse, and another sample may look different.",
                        true));
            }
        }
        return blocks;
    }

    private static List<String> row(String name, Estimate estimate) {
        return List.of(name, Words.estimate(estimate), Words.method(estimate));
    }

    /** ROC and precision-recall curve. */
    Section discrimination() {
        List<Block> blocks = new ArrayList<>();
        if (report.rocCurve().isEmpty()) {
            blocks.add(text("No ROC curve: " + report.rocAuc().undefinedBecause() + "."));
        } else {
            blocks.add(roc());
        }
        if (report.precisionRecallCurve().isEmpty()) {
            blocks.add(text(
                    "No precision-recall curve: " + report.averagePrecision().undefinedBecause() + "."));
        } else {
            blocks.add(precisionRecall());
        }
        blocks.add(text("The shades join, at one threshold after the other, the " + Words.percent(level)
                + " intervals of the shares (patient-clustered Wilson). They hold pointwise, not for the curve as a whole; "
                + "none shrinks to a line where the classes are separated."));
        return new Section("Discrimination", blocks);
    }

    private Chart roc() {
        return new Chart(
                "ROC curve",
                "ROC curve; area " + Words.estimate(report.rocAuc()) + ".",
                Axis.share("1 - specificity"),
                Axis.share("sensitivity"),
                List.of(
                        new Region(Words.percent(level) + " intervals of both rates, pointwise", drawn.rocRegion()),
                        new Curve("area " + Words.estimate(report.rocAuc()), Stroke.SOLID, drawn.roc()),
                        new Curve("chance", Stroke.DOTTED, List.of(new Point(0, 0), new Point(1, 1))),
                        new Marks(
                                "at the threshold " + Words.number(threshold()),
                                DrawnCurves.mark(
                                        DrawnCurves.complement(
                                                report.specificity().value()),
                                        report.recall()))),
                source);
    }

    private Chart precisionRecall() {
        double prevalence = report.prevalence().valueOr(0);
        return new Chart(
                "Precision-recall curve",
                "Precision-recall curve; average precision " + Words.estimate(report.averagePrecision()) + ".",
                Axis.share("recall (sensitivity)"),
                Axis.share("precision (positive predictive value)"),
                List.of(
                        new Region(Words.percent(level) + " interval of precision, pointwise", drawn.precisionRegion()),
                        new Curve(
                                "average precision " + Words.estimate(report.averagePrecision()),
                                Stroke.SOLID,
                                drawn.precisionRecall()),
                        new Curve(
                                "prevalence " + Words.number(prevalence),
                                Stroke.DOTTED,
                                List.of(new Point(0, prevalence), new Point(1, prevalence))),
                        new Marks(
                                "at the threshold " + Words.number(threshold()),
                                DrawnCurves.mark(report.recall().value(), report.precision()))),
                source);
    }

    /** The threshold, the confusion matrix, and what other thresholds would have given. */
    Section decisions() {
        ConfusionMatrix matrix = report.confusion();
        List<Block> blocks = new ArrayList<>();
        blocks.add(text("Called " + positive() + " from a probability of "
                + threshold() + " on. Rule: " + Words.rule(report.threshold().rule())
                + (report.threshold().reached().hasValue()
                        ? "; reached " + Words.value(report.threshold().reached()) + " on the cases it was chosen on."
                        : " (" + report.threshold().reached().undefinedBecause() + ").")));
        blocks.add(new Table(
                "Confusion matrix, images",
                List.of(
                        Column.text("In truth"),
                        Column.number("called " + negative()),
                        Column.number("called " + positive()),
                        Column.number("all"),
                        Column.number("called rightly")),
                List.of(
                        List.of(
                                negative(),
                                Long.toString(matrix.trueNegatives()),
                                Long.toString(matrix.falsePositives()),
                                Long.toString(matrix.negatives()),
                                Words.estimate(report.specificity())),
                        List.of(
                                positive(),
                                Long.toString(matrix.falseNegatives()),
                                Long.toString(matrix.truePositives()),
                                Long.toString(matrix.positives()),
                                Words.estimate(report.recall()))),
                source));
        List<PredictiveValues> predictiveValues = report.predictiveValues();
        if (predictiveValues != null) {
            blocks.add(FigureTables.predictiveValues(predictiveValues, report.prevalence(), source));
            blocks.add(
                    text(
                            "By Bayes' theorem from sensitivity and specificity, where these are elsewhere what they are here."));
        }
        blocks.addAll(thresholdCharts());
        blocks.add(thresholdTable());
        blocks.add(text("To look at. A threshold chosen from these curves would have to be judged on other patients."));
        return new Section("Decisions", blocks);
    }

    /** At hundredths and at scores themselves, where the steps are: those of a rare class may lie between two hundredths. */
    private List<Chart> thresholdCharts() {
        SortedSet<Double> thresholds = new TreeSet<>(
                IntStream.rangeClosed(0, 100).mapToObj(i -> i / 100.0).toList());
        thresholds.addAll(ThresholdCurve.scores(cases, MOST_SCORES));
        List<ThresholdCurve.Point> points = curveAt(List.copyOf(thresholds));
        Upright used = new Upright("threshold used: " + Words.number(threshold()), threshold());
        List<Double> ends = new ArrayList<>(List.of(0.0, 1.0));
        points.stream().map(point -> point.matthewsCorrelation().valueOr(0)).forEach(ends::add);
        return List.of(
                new Chart(
                        "Rates and F1 over thresholds",
                        "Sensitivity, specificity and F1 at the thresholds 0, 0.01, ..., 1 and at the scores themselves, of which "
                                + MOST_SCORES + " at most.",
                        Axis.share("threshold"),
                        Axis.share("share"),
                        DrawnCurves.ratesOverThresholds(points, used),
                        source),
                new Chart(
                        "Predictive values and Matthews correlation over thresholds",
                        "Positive and negative predictive value and Matthews correlation at the same thresholds.",
                        Axis.share("threshold"),
                        Axis.holding("share, correlation", ends),
                        DrawnCurves.valuesOverThresholds(points, used),
                        source));
    }

    private Table thresholdTable() {
        List<List<String>> rows = new ArrayList<>();
        List<Double> thresholds = new ArrayList<>(
                IntStream.rangeClosed(1, 9).mapToObj(i -> i / 10.0).toList());
        if (!thresholds.contains(threshold())) {
            thresholds.add(threshold());
        }
        for (ThresholdCurve.Point point : curveAt(thresholds)) {
            rows.add(List.of(
                    Words.number(point.threshold()) + (point.threshold() == threshold() ? " (used)" : ""),
                    Words.estimate(point.recall()),
                    Words.estimate(point.specificity()),
                    Words.estimate(point.precision()),
                    Words.estimate(point.negativePredictiveValue()),
                    Words.estimate(point.f1()),
                    Words.value(point.matthewsCorrelation())));
        }
        Collections.reverse(rows);
        return new Table(
                "Figures at some thresholds",
                List.of(
                        Column.text("Threshold").percent(12),
                        Column.number("Sensitivity").percent(15),
                        Column.number("Specificity").percent(15),
                        Column.number("Positive predictive value").percent(15),
                        Column.number("Negative predictive value").percent(15),
                        Column.number("F1").percent(15),
                        Column.number("Matthews correlation").percent(13)),
                rows,
                source);
    }

    /** How far probabilities can be taken at their word. */
    Section calibration() {
        List<DrawnCurves.Bin> bins = drawn.bins();
        List<Mark> marks = bins.stream().map(DrawnCurves.Bin::mark).toList();
        List<List<String>> rows = bins.stream()
                .map(bin -> List.of(
                        Words.number(bin.stored().lower()) + " to "
                                + Words.number(bin.stored().upper()),
                        Integer.toString(bin.stored().cases()),
                        Integer.toString(bin.patients()),
                        Words.number(bin.stored().meanProbability()),
                        Words.estimate(bin.share())))
                .toList();
        CalibrationLine line = CalibrationLine.of(cases, level);
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Chart(
                "Calibration curve",
                "Observed share of " + positive() + " over the mean probability of each bin.",
                Axis.share("mean probability"),
                Axis.share("share of " + positive()),
                List.of(
                        new Curve("perfect", Stroke.DOTTED, List.of(new Point(0, 0), new Point(1, 1))),
                        new Curve(
                                "bins of width 0.1",
                                Stroke.FAINT,
                                marks.stream().map(Mark::at).toList()),
                        new Marks("share with " + Words.percent(level) + " interval", marks)),
                source));
        blocks.add(new Table(
                "Calibration line",
                List.of(Column.text("Figure"), Column.number("Value (interval)"), Column.text("Perfect is")),
                List.of(
                        List.of("Slope", Words.estimate(line.slope()), "1"),
                        List.of("Intercept", Words.estimate(line.intercept()), "0"),
                        List.of("Intercept at slope 1", Words.estimate(line.interceptAtSlopeOne()), "0")),
                source));
        blocks.add(new Table(
                "Bins that hold images",
                List.of(
                        Column.text("Probability"),
                        Column.number("Images"),
                        Column.number("Patients"),
                        Column.number("Mean probability"),
                        Column.number("Share of " + positive())),
                rows,
                source));
        blocks.add(text(Words.CALIBRATION_ERRORS));
        return new Section("Calibration", blocks);
    }

    /** Net benefit over threshold probabilities. */
    Section usefulness() {
        DecisionCurve curve = DecisionCurve.of(
                cases, IntStream.rangeClosed(1, 99).mapToObj(i -> i / 100.0).toList(), level);
        List<Point> model = new ArrayList<>();
        List<Point> all = new ArrayList<>();
        List<Point> upper = new ArrayList<>();
        List<Point> lower = new ArrayList<>();
        for (DecisionCurve.Point point : curve.points()) {
            model.add(new Point(point.threshold(), point.model().valueOr(0)));
            all.add(new Point(point.threshold(), point.treatAll()));
            Interval interval = point.model().interval();
            if (interval != null) {
                upper.add(new Point(point.threshold(), interval.upper()));
                lower.add(new Point(point.threshold(), interval.lower()));
            }
        }
        double top = Math.max(0.05, report.prevalence().valueOr(0));
        return new Section(
                "Clinical usefulness",
                List.of(
                        new Chart(
                                "Decision curve",
                                "Net benefit of the model, of acting always and of acting never.",
                                Axis.share("threshold probability"),
                                Axis.holding("net benefit", List.of(-0.3 * top, 1.1 * top)),
                                List.of(
                                        new Region(
                                                Words.percent(level) + " interval of the model, pointwise",
                                                DrawnCurves.between(upper, lower)),
                                        new Curve("model", Stroke.SOLID, model),
                                        new Curve("act always", Stroke.DASHED, all),
                                        new Curve(
                                                "act never", Stroke.DOTTED, List.of(new Point(0, 0), new Point(1, 0))),
                                        new Upright("threshold used: " + Words.number(threshold()), threshold())),
                                source),
                        text(
                                "Net benefit weighs a false alarm by the odds of the threshold probability (Vickers and Elkin "
                                        + "2006). It takes probabilities at their word and this prevalence for that of the clinic: look "
                                        + "at the calibration first. Where the shade holds the line of another strategy, the images do "
                                        + "not say which is of more use.")));
    }

    @Override
    public Section worstCases(Function<String, String> addressOf) {
        List<ScoredCase> wrong = worst();
        return new Section(
                "Worst cases",
                List.of(
                        new Table(
                                "The wrong decisions farthest from the truth",
                                List.of(
                                        Column.text("Image"),
                                        Column.text("In truth"),
                                        Column.text("Called"),
                                        Column.number("Probability of " + positive())),
                                wrong.stream()
                                        .map(scored -> List.of(
                                                addressOf.apply(scored.image()),
                                                scored.positive() ? positive() : negative(),
                                                scored.positive() ? negative() : positive(),
                                                Words.number(scored.probability())))
                                        .toList(),
                                source),
                        text("At most " + WORST + " of "
                                + Words.count(
                                        report.confusion().falsePositives()
                                                + report.confusion().falseNegatives(),
                                        "wrong decision")
                                + ". Whether the model or the label is wrong is for a reader of images to say.")));
    }

    @Override
    public List<String> namesOfWorst() {
        return worst().stream().map(ScoredCase::image).toList();
    }

    private List<ScoredCase> worst() {
        return cases.stream()
                .filter(scored -> scored.positive() != (scored.probability() >= threshold()))
                .sorted(Comparator.comparingDouble(
                                (ScoredCase scored) -> Math.abs(scored.probability() - (scored.positive() ? 1 : 0)))
                        .reversed()
                        .thenComparing(ScoredCase::image))
                .limit(WORST)
                .toList();
    }

    private double threshold() {
        return report.threshold().threshold();
    }

    private String positive() {
        return classes.get(1);
    }

    private String negative() {
        return classes.get(0);
    }

    private long patients(Predicate<ScoredCase> with) {
        return cases.stream().filter(with).map(ScoredCase::patient).distinct().count();
    }

    private List<ThresholdCurve.Point> curveAt(List<Double> thresholds) {
        return ThresholdCurve.of(cases, thresholds, level).points();
    }

    private static Paragraph text(String text) {
        return new Paragraph(text, false);
    }
}
