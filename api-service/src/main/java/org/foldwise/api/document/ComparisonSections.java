package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.foldwise.document.Axis;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Chart;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Forest;
import org.foldwise.document.Block.Panel;
import org.foldwise.document.Block.Panels;
import org.foldwise.document.Block.Row;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Layer;
import org.foldwise.document.Layer.Curve;
import org.foldwise.document.Layer.Mark;
import org.foldwise.document.Layer.Marks;
import org.foldwise.document.Layer.Point;
import org.foldwise.document.Layer.Stroke;
import org.foldwise.document.Section;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ClassCurves;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PairedDeLong;
import org.foldwise.learning.metrics.PatientBootstrap.Difference;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.comparison.ClassFigure;
import org.foldwise.learning.metrics.comparison.ClassModelComparison;
import org.foldwise.learning.metrics.comparison.ClusteredMcNemar;
import org.foldwise.learning.metrics.comparison.McNemar;
import org.foldwise.learning.metrics.comparison.ModelComparison;
import org.foldwise.learning.metrics.comparison.RightDecisions;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.jspecify.annotations.Nullable;

/** What a document says of two models on the same images: A, the first, and B, the second. Every difference is A less B. */
final class ComparisonSections {
    private static final int MOST_DRAWN = 600;
    private static final int MOST_DRAWN_OF_A_CLASS = 200;
    private static final int FEW_PATIENTS = JudgementParts.FEW_PATIENTS;
    private static final double SMALLEST_P = 0.001;
    private static final String LESS = "A less B (interval)";
    private static final String NONE = "\u2013";
    private static final List<Point> DIAGONAL = List.of(new Point(0, 0), new Point(1, 1));

    private final ScoredImages first;
    private final ScoredImages second;
    private final @Nullable ModelComparison binary;
    private final @Nullable ClassModelComparison several;
    private final BootstrapSpec bootstrap;
    private final String source;

    /**
     * Sections about a comparison.
     *
     * @param first images as A scored them
     * @param second the same as B did
     * @param binary of a binary task; absent otherwise
     * @param several of several classes, or of labels; absent otherwise
     * @param bootstrap how intervals were computed
     * @param source the address of the comparison
     */
    ComparisonSections(
            ScoredImages first,
            ScoredImages second,
            @Nullable ModelComparison binary,
            @Nullable ClassModelComparison several,
            BootstrapSpec bootstrap,
            String source) {
        this.first = first;
        this.second = second;
        this.binary = binary;
        this.several = several;
        this.bootstrap = bootstrap;
        this.source = source;
    }

    /**
     * A figure of both.
     *
     * @param pValue two-sided, in words
     * @param isShare whether the difference lies between -1 and 1
     */
    private record Line(String name, Estimate a, Estimate b, Estimate difference, String pValue, boolean isShare) {
        List<String> cells() {
            return List.of(
                    name,
                    a.hasValue() ? Words.value(a) : NONE,
                    b.hasValue() ? Words.value(b) : NONE,
                    differenceInWords(),
                    pValue,
                    Words.method(difference));
        }

        /** With the reason of whichever is undefined, which says more than that one of them is. */
        String differenceInWords() {
            if (difference.hasValue()) {
                return Words.estimate(difference);
            }
            return Words.estimate(!a.hasValue() ? a : !b.hasValue() ? b : difference);
        }
    }

    List<Section> sections() {
        List<Section> sections = new ArrayList<>(List.of(differences(), discrimination(), decisions()));
        if (several != null) {
            sections.add(1, classes(several));
        }
        return sections;
    }

    /** What must be known of how few patients there are. */
    List<Block> cautions() {
        List<String> few = new ArrayList<>();
        for (int k = first.task() == Task.BINARY ? 1 : 0; k < first.classes().size(); k++) {
            List<ScoredCase> cases = first.against(k);
            long fewest = Math.min(patients(cases, true), patients(cases, false));
            if (fewest < FEW_PATIENTS) {
                few.add(first.classes().get(k) + " (" + fewest + ")");
            }
        }
        return few.isEmpty()
                ? List.of()
                : List.of(RecordSections.caution("Small numbers: images that show the " + noun()
                        + ", or those that do not, come from fewer than " + FEW_PATIENTS + " patients for "
                        + String.join(", ", few)
                        + ". Differences are hardly known, and another sample may turn them round."));
    }

    private static long patients(List<ScoredCase> cases, boolean isPositive) {
        return cases.stream()
                .filter(scored -> scored.positive() == isPositive)
                .map(ScoredCase::patient)
                .distinct()
                .count();
    }

    private String noun() {
        return first.task() == Task.MULTILABEL ? "label" : "class";
    }

    private String heading() {
        return first.task() == Task.MULTILABEL ? "Label" : "Class";
    }

    /** Every figure of both, and how it differs. */
    private Section differences() {
        List<Line> lines = binary == null ? lines(Objects.requireNonNull(several)) : lines(binary);
        List<Double> ends = new ArrayList<>(List.of(0.0));
        List<Row> rows = lines.stream()
                .filter(Line::isShare)
                .map(line -> row(line.name(), line.difference(), line.differenceInWords(), ends))
                .toList();
        return new Section(
                "Differences",
                List.of(
                        new Forest(
                                "Differences, A less B",
                                "Differences of figures with their intervals; the line stands at no difference.",
                                Axis.holding("A less B", ends),
                                rows,
                                0.0,
                                source),
                        new Table(
                                "Figures of both and their differences",
                                List.of(
                                        Column.text("Figure").percent(24),
                                        Column.number("A").percent(8),
                                        Column.number("B").percent(8),
                                        Column.number(LESS).percent(23),
                                        Column.number("p value").percent(8),
                                        Column.text("Interval by").percent(29)),
                                lines.stream().map(Line::cells).toList(),
                                source),
                        RecordSections.text("A difference above 0 says that A has the higher figure"
                                + (binary == null ? "" : "; of those marked so, less is better")
                                + ". Figures count"
                                + " images; intervals of " + Words.percent(bootstrap.level())
                                + " take the patient as what was sampled: by patientJackknife, patients are left out of both models one after the other. Resampled ones draw the same patients for both, "
                                + bootstrap.resamples() + " times from seed " + bootstrap.seed()
                                + ". Where all resamples agree there is no interval, as resampling then says nothing. P values are"
                                + " two-sided and of one figure each: among so many one may be small by chance."
                                + (binary == null
                                        ? ""
                                        : " Log loss, which has no upper bound, is in the table alone."))));
    }

    private List<Line> lines(ModelComparison comparison) {
        PairedDeLong areas = comparison.areas();
        List<Line> lines = new ArrayList<>();
        lines.add(new Line(
                "Area under the ROC curve",
                figure(comparison, Figure.ROC_AUC, true),
                figure(comparison, Figure.ROC_AUC, false),
                areas == null
                        ? Estimate.undefined(String.valueOf(comparison.noAreasBecause()))
                        : areas.difference(bootstrap.level()),
                areas == null ? NONE : p(areas.pValue()),
                true));
        lines.add(line("Average precision", Figure.AVERAGE_PRECISION, comparison));
        lines.add(line("Sensitivity (recall)", Figure.RECALL, comparison));
        lines.add(line("Specificity", Figure.SPECIFICITY, comparison));
        lines.add(line("Positive predictive value", Figure.PRECISION, comparison));
        lines.add(line("Negative predictive value", Figure.NEGATIVE_PREDICTIVE_VALUE, comparison));
        lines.add(line("F1", Figure.F1, comparison));
        lines.add(line("Balanced accuracy", Figure.BALANCED_ACCURACY, comparison));
        lines.add(accuracy("Accuracy", comparison.rightDecisions(), comparison.decisions()));
        lines.add(line("Macro F1", Figure.MACRO_F1, comparison));
        lines.add(line("Weighted F1", Figure.WEIGHTED_F1, comparison));
        lines.add(line("Matthews correlation", Figure.MATTHEWS_CORRELATION, comparison));
        lines.add(line("Cohen's kappa", Figure.KAPPA, comparison));
        lines.add(line("Brier score (less is better)", Figure.BRIER_SCORE, comparison));
        lines.add(line("Log loss (less is better)", Figure.LOG_LOSS, comparison));
        lines.add(line("Expected calibration error (less)", Figure.EXPECTED_CALIBRATION_ERROR, comparison));
        lines.add(line("Maximum calibration error (less)", Figure.MAXIMUM_CALIBRATION_ERROR, comparison));
        return lines;
    }

    private static Line line(String name, Figure figure, ModelComparison comparison) {
        Difference difference = Objects.requireNonNull(comparison.differences().get(figure));
        return new Line(
                name,
                figure(comparison, figure, true),
                figure(comparison, figure, false),
                difference.estimate(),
                p(difference.pValue()),
                figure != Figure.LOG_LOSS);
    }

    private static Estimate figure(ModelComparison comparison, Figure figure, boolean ofFirst) {
        return Objects.requireNonNull((ofFirst ? comparison.first() : comparison.second()).get(figure));
    }

    private List<Line> lines(ClassModelComparison comparison) {
        return List.of(
                line("Mean area under the ROC curve", ClassFigure.MEAN_ROC_AUC, comparison),
                line("Mean average precision", ClassFigure.MEAN_AVERAGE_PRECISION, comparison),
                line("Mean F1", ClassFigure.MEAN_F1, comparison),
                line("Balanced accuracy", ClassFigure.BALANCED_ACCURACY, comparison),
                accuracy(
                        first.task() == Task.MULTILABEL ? "Every label right" : "Accuracy",
                        comparison.rightDecisions(),
                        comparison.decisions()));
    }

    private static Line line(String name, ClassFigure figure, ClassModelComparison comparison) {
        Difference difference = Objects.requireNonNull(comparison.differences().get(figure));
        return new Line(
                name,
                Objects.requireNonNull(comparison.first().get(figure)),
                Objects.requireNonNull(comparison.second().get(figure)),
                difference.estimate(),
                p(difference.pValue()),
                true);
    }

    /** By what McNemar's test over patients is of, so that interval and p value go together. */
    private Line accuracy(String name, RightDecisions right, ClusteredMcNemar decisions) {
        double images = right.images();
        return new Line(
                name,
                Estimate.of((right.both() + right.onlyFirst()) / images),
                Estimate.of((right.both() + right.onlySecond()) / images),
                decisions.difference(bootstrap.level()),
                p(decisions.obuchowski().pValue()),
                true);
    }

    private static Row row(String label, Estimate difference, String words, List<Double> ends) {
        Double value = difference.value();
        Interval interval = difference.interval();
        if (value != null) {
            ends.add(value);
        }
        if (interval != null) {
            ends.add(interval.lower());
            ends.add(interval.upper());
        }
        return new Row(
                label,
                value,
                interval == null ? null : interval.lower(),
                interval == null ? null : interval.upper(),
                words);
    }

    /** Each class, or label, against everything else, with p values adjusted for how many there are. */
    private Section classes(ClassModelComparison comparison) {
        List<Double> ends = new ArrayList<>(List.of(0.0));
        List<Row> rows = new ArrayList<>();
        List<List<String>> areas = new ArrayList<>();
        for (ClassModelComparison.OfClass one : comparison.classes()) {
            PairedDeLong paired = one.areas();
            Estimate difference = paired == null
                    ? Estimate.undefined(String.valueOf(one.pValue().undefinedBecause()))
                    : paired.difference(bootstrap.level());
            rows.add(row(one.name(), difference, Words.estimate(difference), ends));
            areas.add(List.of(
                    one.name(),
                    paired == null ? NONE : Words.number(paired.one()),
                    paired == null ? NONE : Words.number(paired.other()),
                    Words.estimate(difference),
                    p(one.pValue()),
                    p(one.adjustedPValue())));
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Forest(
                "Areas under the ROC curve of each " + noun() + ", A less B",
                "Differences of areas of each " + noun() + " against everything else with their intervals.",
                Axis.holding("A less B", ends),
                rows,
                0.0,
                source));
        blocks.add(new Table(
                "Areas under the ROC curve of each " + noun() + " against everything else",
                List.of(
                        Column.text(heading()).percent(24),
                        Column.number("A").percent(11),
                        Column.number("B").percent(11),
                        Column.number(LESS).percent(28),
                        Column.number("p value").percent(13),
                        Column.number("Adjusted p").percent(13)),
                areas,
                source));
        if (!first.task().isExclusive()) {
            blocks.add(new Table(
                    "Share of images on whose label the decision is right",
                    List.of(
                            Column.text(heading()).percent(34),
                            Column.number(LESS).percent(36),
                            Column.number("p value").percent(15),
                            Column.number("Adjusted p").percent(15)),
                    comparison.classes().stream()
                            .map(one -> {
                                ClusteredMcNemar decided = Objects.requireNonNull(one.decisions());
                                return List.of(
                                        one.name(),
                                        Words.estimate(decided.difference(bootstrap.level())),
                                        p(one.decisionsPValue()),
                                        p(one.adjustedDecisionsPValue()));
                            })
                            .toList(),
                    source));
        }
        blocks.add(RecordSections.text("Areas by DeLong's test over patients (Obuchowski 1997)"
                + (first.task().isExclusive() ? "" : ", decisions by McNemar's over patients (Obuchowski 1998)")
                + ". Of 20 comparisons of equal models one has a p value below 0.05 on average; adjusted ones (Holm 1979) allow for the "
                + comparison.areasTested() + " areas"
                + (first.task().isExclusive() ? "" : " and the " + comparison.decisionsTested() + " decisions")
                + " that were compared. Intervals are of one " + noun() + " each and make no allowance for that."));
        return new Section("Each " + noun(), blocks);
    }

    /** ROC curves of both in one plot, and the tests of the areas. */
    private Section discrimination() {
        List<Block> blocks = new ArrayList<>();
        if (binary == null) {
            blocks.add(new Panels(
                    "ROC curves of both for each " + noun(),
                    Axis.share("1 - specificity"),
                    Axis.share("sensitivity"),
                    Objects.requireNonNull(several).classes().stream()
                            .map(one -> panel(one, first.classes().indexOf(one.name())))
                            .toList(),
                    source));
        } else {
            blocks.add(chart(binary));
            PairedDeLong patients = binary.areas();
            PairedDeLong images = binary.areasOverImages();
            if (patients != null && images != null) {
                blocks.add(new Table(
                        "Tests of the two areas",
                        List.of(
                                Column.text("Test").percent(40),
                                Column.number(LESS).percent(30),
                                Column.number("z").percent(14),
                                Column.number("p value").percent(16)),
                        List.of(
                                test("DeLong over patients (Obuchowski 1997), Student", patients),
                                test("DeLong over images, which ignores patients, normal", images)),
                        source));
            }
        }
        blocks.add(RecordSections.text(
                "Whether two curves differ is not to be read from how far bands around each overlap, so there are none: both are of the"
                        + " same images, and what they have in common is no doubt about the difference."));
        return new Section("Discrimination", blocks);
    }

    private List<String> test(String name, PairedDeLong areas) {
        return List.of(
                name,
                Words.estimate(areas.difference(bootstrap.level())),
                areas.z().hasValue() ? Words.value(areas.z()) : NONE,
                p(areas.pValue()));
    }

    private Block chart(ModelComparison comparison) {
        List<Layer> layers = curves(1, comparison.first(), comparison.second(), MOST_DRAWN);
        if (layers.isEmpty()) {
            return RecordSections.text(
                    "No ROC curves: " + figure(comparison, Figure.ROC_AUC, true).undefinedBecause() + ".");
        }
        List<Mark> marks = new ArrayList<>(mark(comparison, true));
        marks.addAll(mark(comparison, false));
        layers.add(new Marks("each at its own threshold", marks));
        return new Chart(
                "ROC curves of both",
                "ROC curves of A, solid, and of B, dashed, on the same images.",
                Axis.share("1 - specificity"),
                Axis.share("sensitivity"),
                layers,
                source);
    }

    private static List<Mark> mark(ModelComparison comparison, boolean ofFirst) {
        Estimate recall = figure(comparison, Figure.RECALL, ofFirst);
        Double specificity = figure(comparison, Figure.SPECIFICITY, ofFirst).value();
        return DrawnCurves.mark(DrawnCurves.complement(specificity), recall);
    }

    private List<Layer> curves(int index, Map<Figure, Estimate> a, Map<Figure, Estimate> b, int most) {
        return curves(
                index,
                "A, area " + Words.value(Objects.requireNonNull(a.get(Figure.ROC_AUC))),
                "B, area " + Words.value(Objects.requireNonNull(b.get(Figure.ROC_AUC))),
                most);
    }

    /** Nothing where one kind of image is missing. */
    private List<Layer> curves(int index, String a, String b, int most) {
        List<Point> ofFirst = curve(first, index, most);
        List<Point> ofSecond = curve(second, index, most);
        return ofFirst.isEmpty()
                ? new ArrayList<>()
                : new ArrayList<>(List.of(
                        new Curve(a, Stroke.SOLID, ofFirst),
                        new Curve(b, Stroke.DASHED, ofSecond),
                        new Curve("chance", Stroke.DOTTED, DIAGONAL)));
    }

    private List<Point> curve(ScoredImages images, int index, int most) {
        List<ScoredCase> cases = images.against(index);
        return new DrawnCurves(cases, ClassCurves.of(images.classes().get(index), cases), bootstrap.level(), most)
                .roc();
    }

    private Panel panel(ClassModelComparison.OfClass one, int index) {
        PairedDeLong areas = one.areas();
        return new Panel(
                one.name(),
                areas == null
                        ? List.of("too few patients")
                        : List.of("A " + Words.number(areas.one()) + ", B " + Words.number(areas.other())),
                "ROC curves of A and B for " + one.name() + ".",
                curves(index, "A", "B", MOST_DRAWN_OF_A_CLASS));
    }

    /** McNemar's table, and what the tests make of it. */
    private Section decisions() {
        RightDecisions right =
                binary == null ? Objects.requireNonNull(several).rightDecisions() : binary.rightDecisions();
        ClusteredMcNemar decisions =
                binary == null ? Objects.requireNonNull(several).decisions() : binary.decisions();
        McNemar test = right.test();
        String counted = first.task() == Task.MULTILABEL ? "Images with every label right" : "Images decided rightly";
        return new Section(
                "Decisions",
                List.of(
                        new Table(
                                counted + " (McNemar's table)",
                                List.of(
                                        Column.text("Images").percent(28),
                                        Column.number("B right").percent(24),
                                        Column.number("B wrong").percent(24),
                                        Column.number("All").percent(24)),
                                List.of(
                                        counts("A right", right.both(), right.onlyFirst()),
                                        counts("A wrong", right.onlySecond(), right.neither()),
                                        counts(
                                                "All",
                                                right.both() + right.onlySecond(),
                                                right.onlyFirst() + right.neither())),
                                source),
                        new Table(
                                "Tests of whether both are right equally often",
                                List.of(
                                        Column.text("Test").percent(54),
                                        Column.number("Chi-squared").percent(22),
                                        Column.number("p value").percent(24)),
                                List.of(
                                        List.of(
                                                "McNemar over patients (Obuchowski 1998)",
                                                orNone(decisions.obuchowski().statistic()),
                                                p(decisions.obuchowski().pValue())),
                                        List.of(
                                                "McNemar over images, which ignores patients, exact",
                                                NONE,
                                                p(test.exactPValue())),
                                        List.of(
                                                "McNemar over images, which ignores patients, mid-p",
                                                NONE,
                                                p(test.midPValue()))),
                                source),
                        RecordSections.text(
                                "The table counts images, whoever's they are. Only images on which one model alone is right tell the two"
                                        + " apart. Where patients have several images the test over patients is to be believed; where each has"
                                        + " one, all three hold, and mid-p comes nearest to what it promises.")));
    }

    private static List<String> counts(String name, int right, int wrong) {
        return List.of(
                name, Integer.toString(right), Integer.toString(wrong), Integer.toString(Math.addExact(right, wrong)));
    }

    private static String orNone(Estimate estimate) {
        return estimate.hasValue() ? Words.value(estimate) : NONE;
    }

    static String p(Estimate pValue) {
        return p(pValue.value());
    }

    /** Three decimals, of what is smaller only that it is. */
    static String p(@Nullable Double pValue) {
        if (pValue == null) {
            return NONE;
        }
        return pValue < SMALLEST_P ? "< " + SMALLEST_P : String.format(Locale.ROOT, "%.3f", pValue);
    }
}
