package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Forest;
import org.foldwise.document.Block.Panel;
import org.foldwise.document.Block.Panels;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Document;
import org.foldwise.document.Layer;
import org.foldwise.document.Layer.Curve;
import org.foldwise.document.Layer.Mark;
import org.foldwise.document.Layer.Marks;
import org.foldwise.document.Layer.Point;
import org.foldwise.document.Layer.Region;
import org.foldwise.document.PdfFile;
import org.foldwise.document.Section;
import org.foldwise.document.WebPage;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.clinical.DecisionCurve;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.MultilabelReport;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ClassSectionsTest {
    private static final String SOURCE = "/api/v1/evaluations/01912d68-783e-7a51-8f2b-6a1d6f1f5a10";
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(100, 1, 0.95);
    /** From frequent to rare; nobody has the last. */
    private static final List<String> FINDINGS = List.of(
            "Infiltration",
            "Effusion",
            "Atelectasis",
            "Nodule",
            "Mass",
            "Pneumothorax",
            "Consolidation",
            "Pleural_Thickening",
            "Cardiomegaly",
            "Emphysema",
            "Edema",
            "Fibrosis",
            "Pneumonia",
            "Hernia");

    static ScoredImages.Multiclass several(int images, List<String> names) {
        SplittableRandom random = new SplittableRandom(5);
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            // later classes are rarer
            int truth = Math.min(random.nextInt(names.size()), random.nextInt(names.size()));
            double[] raw = new double[names.size()];
            double sum = 0;
            for (int k = 0; k < raw.length; k++) {
                raw[k] = Math.exp(random.nextDouble() * 3 + (k == truth ? 1.2 : 0));
                sum += raw[k];
            }
            List<Double> probabilities = new ArrayList<>();
            for (double one : raw) {
                probabilities.add(one / sum);
            }
            cases.add(new ClassifiedCase("image" + i, new PatientId("p" + i * 2 / 3), truth, probabilities));
        }
        return new ScoredImages.Multiclass(names, cases);
    }

    static ScoredImages.Multilabel labelled(int images) {
        SplittableRandom random = new SplittableRandom(7);
        List<LabelledCase> cases = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            List<Boolean> truth = new ArrayList<>();
            List<Double> probabilities = new ArrayList<>();
            for (int k = 0; k < FINDINGS.size(); k++) {
                double share = k == FINDINGS.size() - 1 ? 0 : 0.3 * Math.pow(0.72, k);
                boolean shown = random.nextDouble() < share;
                double logit = Math.log(Math.max(share, 0.002)) + random.nextDouble(-1.5, 1.5) + (shown ? 1.5 : 0);
                truth.add(shown);
                probabilities.add(1 / (1 + Math.exp(-logit)));
            }
            cases.add(new LabelledCase("image" + i, new PatientId("p" + i * 3 / 4), truth, probabilities));
        }
        return new ScoredImages.Multilabel(FINDINGS, cases);
    }

    private static TaskReport report(ScoredImages images) {
        Decision decision = images instanceof ScoredImages.Multilabel
                ? new Decision.LabelThresholds(
                        IntStream.range(0, images.classes().size())
                                .mapToObj(k -> ThresholdChoice.fixed(0.25))
                                .toList())
                : new Decision.MostProbable();
        return TaskReport.of(images, decision, BOOTSTRAP);
    }

    private static Document document(JudgementParts parts) {
        List<Section> sections = new ArrayList<>(List.of(new Section("Summary", parts.figures())));
        sections.addAll(parts.sections());
        sections.add(parts.worstCases(name -> "/api/v1/images/of-" + name));
        return new Document("Evaluation report", "A test.", sections);
    }

    private static <B extends Block> List<B> blocks(Document document, Class<B> kind) {
        return document.sections().stream()
                .flatMap(section -> section.blocks().stream())
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    private static List<Point> curve(Panel panel, String name) {
        return panel.layers().stream()
                .filter(layer -> layer instanceof Curve && layer.name().equals(name))
                .map(layer -> ((Curve) layer).points())
                .findFirst()
                .orElseThrow();
    }

    /** What is drawn of a class is what the binary report of that class against all others would have stored. */
    @Test
    void eachPanelShowsTheCurvesOfItsClassAgainstEverythingElse() {
        ScoredImages.Multiclass images = several(150, List.of("bcc", "mel", "nv"));
        TaskReport report = report(images);
        Document document = document(new ClassSections(report, images, SOURCE));
        List<Panels> drawn = blocks(document, Panels.class);
        assertThat(drawn.stream().map(Panels::title))
                .containsExactly(
                        "ROC curve of each class",
                        "Precision-recall curve of each class",
                        "Calibration curve of each class",
                        "Decision curve of each class");

        for (int k = 0; k < 3; k++) {
            List<ScoredCase> cases = images.against(k);
            EvaluationReport binary = EvaluationReport.of(cases, 0.5, BOOTSTRAP);
            JudgementSections alone = new JudgementSections(binary, cases, List.of("other", "this"), SOURCE);
            List<Block> discrimination = alone.sections().get(0).blocks();
            ClassReport stored = report.classes().get(k);

            Panel roc = drawn.get(0).panels().get(k);
            assertThat(roc.name()).isEqualTo(images.classes().get(k));
            assertThat(curve(roc, "ROC curve"))
                    .isEqualTo(binary.rocCurve().stream()
                            .map(point -> new Point(point.falsePositiveRate(), point.truePositiveRate()))
                            .toList());
            // the band of the binary report, which draws as many thresholds
            assertThat(((Region) roc.layers().get(0)).outline())
                    .isEqualTo(((Region) ((Block.Chart) discrimination.get(0))
                                    .layers()
                                    .get(0))
                            .outline())
                    .hasSizeGreaterThan(20);
            Mark decided = ((Marks) roc.layers().get(3)).marks().get(0);
            assertThat(decided.at())
                    .isEqualTo(new Point(
                            1 - stored.specificity().value(), stored.recall().value()));

            Panel precisionRecall = drawn.get(1).panels().get(k);
            assertThat(curve(precisionRecall, "precision-recall curve"))
                    .isEqualTo(binary.precisionRecallCurve().stream()
                            .map(point -> new Point(point.recall(), point.precision()))
                            .toList());
            assertThat(((Region) precisionRecall.layers().get(0)).outline())
                    .isEqualTo(((Region) ((Block.Chart) discrimination.get(1))
                                    .layers()
                                    .get(0))
                            .outline());

            Marks bins = (Marks) drawn.get(2).panels().get(k).layers().get(2);
            assertThat(bins.marks().stream().map(Mark::at))
                    .isEqualTo(stored.calibrationBins().stream()
                            .map(bin -> new Point(bin.meanProbability(), bin.positiveShare()))
                            .toList());
            assertThat(blocks(document, Forest.class).get(0).rows().get(k).value())
                    .isEqualTo(stored.rocAuc().value());

            double share = stored.prevalence().value();
            List<Point> model = curve(drawn.get(3).panels().get(k), "model");
            List<DecisionCurve.Point> expected =
                    DecisionCurve.of(cases, List.of(0.01, 0.5, 0.99), 0.95).points();
            assertThat(List.of(model.get(0), model.get(49), model.get(98)))
                    .isEqualTo(expected.stream()
                            .map(point ->
                                    new Point(point.threshold(), point.model().value() / share))
                            .toList());
            assertThat(curve(drawn.get(3).panels().get(k), "act always").get(49).y())
                    .isEqualTo(expected.get(1).treatAll() / share);
        }
    }

    /** The scores of a rare label may all lie below the first hundredth; its curves have steps there as well. */
    @Test
    void eachLabelHasItsCurvesOverThresholds() {
        ScoredImages.Multilabel usual = labelled(300);
        ScoredImages.Multilabel images = new ScoredImages.Multilabel(
                usual.classes(),
                usual.cases().stream()
                        .map(one -> new LabelledCase(
                                one.image(),
                                one.patient(),
                                one.truth(),
                                one.probabilities().stream()
                                        .map(probability -> probability / 200)
                                        .toList()))
                        .toList());
        Document document = document(new ClassSections(report(images), images, SOURCE));
        List<Panel> panels = panels(document, "Rates and F1 of each label over thresholds");
        List<Panel> values =
                panels(document, "Predictive values and Matthews correlation of each label over thresholds");

        assertThat(panels).hasSize(14);
        Panel first = panels.get(0);
        assertThat(first.layers().stream().map(Layer::name))
                .containsExactly(
                        "interval of sensitivity, pointwise",
                        "interval of specificity, pointwise",
                        "sensitivity",
                        "specificity",
                        "F1",
                        "the label's threshold");
        assertThat(values.get(0).layers().stream().map(Layer::name))
                .containsExactly(
                        "interval of positive predictive value",
                        "interval of negative predictive value",
                        "positive predictive value",
                        "negative predictive value",
                        "Matthews correlation",
                        "the label's threshold");
        List<Point> sensitivity = curve(first, "sensitivity");
        assertThat(sensitivity.stream().filter(point -> point.x() > 0 && point.x() < 0.01))
                .hasSizeGreaterThan(40);
        List<ScoredCase> cases = images.against(0);
        long positives = cases.stream().filter(ScoredCase::positive).count();
        for (Point point : sensitivity) {
            long called = cases.stream()
                    .filter(one -> one.positive() && one.probability() >= point.x())
                    .count();
            assertThat(point.y()).isEqualTo((double) called / positives);
        }
        for (Point point : curve(values.get(0), "negative predictive value")) {
            List<ScoredCase> notCalled =
                    cases.stream().filter(one -> one.probability() < point.x()).toList();
            long rightly = notCalled.stream().filter(one -> !one.positive()).count();
            assertThat(point.y()).isEqualTo((double) rightly / notCalled.size());
        }
        for (Point point : curve(values.get(0), "Matthews correlation")) {
            double[] truth =
                    cases.stream().mapToDouble(one -> one.positive() ? 1 : 0).toArray();
            double[] called = cases.stream()
                    .mapToDouble(one -> one.probability() >= point.x() ? 1 : 0)
                    .toArray();
            assertThat(point.y()).isCloseTo(pearson(truth, called), within(1e-9));
        }
        assertThat(panels.get(13).layers()).isEmpty();
        assertThat(values.get(13).layers()).isEmpty();
    }

    private static List<Panel> panels(Document document, String title) {
        return blocks(document, Panels.class).stream()
                .filter(drawn -> drawn.title().equals(title))
                .findFirst()
                .orElseThrow()
                .panels();
    }

    private static double pearson(double[] one, double[] other) {
        double ofOne = Arrays.stream(one).average().orElseThrow();
        double ofOther = Arrays.stream(other).average().orElseThrow();
        double together = 0;
        double squares = 0;
        double otherSquares = 0;
        for (int i = 0; i < one.length; i++) {
            together += (one[i] - ofOne) * (other[i] - ofOther);
            squares += (one[i] - ofOne) * (one[i] - ofOne);
            otherSquares += (other[i] - ofOther) * (other[i] - ofOther);
        }
        return together / Math.sqrt(squares * otherSquares);
    }

    @Test
    void fourteenLabelsOfWhichSomeAreRareAreDrawnAndSaySo() throws Exception {
        ScoredImages.Multilabel images = labelled(600);
        MultilabelReport report = (MultilabelReport) report(images);
        ClassSections sections = new ClassSections(report, images, SOURCE);
        Document document = document(sections);
        String page = WebPage.of(document);

        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(page)));
        assertThat(page).doesNotContain("NaN").doesNotContain("null");
        String figures = sections.figures().toString();
        assertThat(figures)
                .contains("Not judged, and in no mean: Hernia (no image shows it)")
                .contains("over the " + report.judgedClasses() + " of 14 labels");
        for (ClassReport label : report.classes()) {
            boolean isFew = label.judged() && label.patients() < JudgementParts.FEW_PATIENTS;
            assertThat(figures.contains(label.name() + " (" + label.patients() + ")"))
                    .as(label.name())
                    .isEqualTo(isFew);
            Panel roc = blocks(document, Panels.class).get(0).panels().stream()
                    .filter(panel -> panel.name().equals(label.name()))
                    .findFirst()
                    .orElseThrow();
            assertThat(roc.notes().get(1).startsWith("few: ")).isEqualTo(isFew);
            assertThat(roc.layers().isEmpty()).isEqualTo(!label.judged());
        }
        Files.writeString(Path.of("target", "labels.html"), page);
        Files.write(Path.of("target", "labels.pdf"), PdfFile.of(document));
    }

    @Test
    void theWorstDecisionsAreWrongAndTheSurestOnesFirst() {
        ScoredImages.Multiclass images = several(120, List.of("bcc", "mel", "nv"));
        ClassSections sections = new ClassSections(report(images), images, SOURCE);

        Table worst = (Table) sections.worstCases(name -> name).blocks().get(0);

        assertThat(worst.rows()).hasSize(15);
        assertThat(worst.rows().stream().map(row -> Double.valueOf(row.get(3))))
                .isSortedAccordingTo(java.util.Comparator.reverseOrder());
        for (List<String> row : worst.rows()) {
            ClassifiedCase one = images.cases().stream()
                    .filter(scored -> scored.image().equals(row.get(0)))
                    .findFirst()
                    .orElseThrow();
            assertThat(row.get(1)).isEqualTo(images.classes().get(one.truth()));
            assertThat(row.get(2))
                    .isEqualTo(images.classes().get(one.predicted()))
                    .isNotEqualTo(row.get(1));
        }
        assertThat(sections.namesOfWorst())
                .containsExactlyElementsOf(
                        worst.rows().stream().map(row -> row.get(0)).toList());
    }

    @Test
    void ofManyClassesTheMostFrequentConfusionsStandForTheMatrix() throws Exception {
        List<String> names = IntStream.range(0, 20).mapToObj(k -> "kind " + k).toList();
        ScoredImages.Multiclass images = several(400, names);
        TaskReport report = report(images);
        Document document = document(new ClassSections(report, images, SOURCE));

        Table confusions = blocks(document, Table.class).stream()
                .filter(table -> table.caption().equals("The most frequent confusions"))
                .findFirst()
                .orElseThrow();
        long most = images.cases().stream()
                .filter(one -> one.predicted() != one.truth())
                .collect(java.util.stream.Collectors.groupingBy(
                        one -> one.truth() * 20 + one.predicted(), java.util.stream.Collectors.counting()))
                .values()
                .stream()
                .mapToLong(count -> count)
                .max()
                .orElseThrow();
        assertThat(confusions.rows().get(0).get(2)).isEqualTo(Long.toString(most));
        assertThat(WebPage.of(document)).doesNotContain("NaN").doesNotContain("null");
    }

    @Test
    void threeClassesPrintTheirMatrix() throws Exception {
        ScoredImages.Multiclass images = several(240, List.of("bcc", "mel", "nv"));
        Document document = document(new ClassSections(report(images), images, SOURCE));

        Table matrix = blocks(document, Table.class).stream()
                .filter(table -> table.caption().equals("Confusion matrix, images"))
                .findFirst()
                .orElseThrow();
        assertThat(matrix.columns().stream().map(Block.Column::name))
                .containsExactly("In truth", "called 1", "called 2", "called 3", "all");
        long right = IntStream.range(0, 3)
                .mapToLong(k -> Long.parseLong(matrix.rows().get(k).get(k + 1)))
                .sum();
        assertThat(right)
                .isEqualTo(images.cases().stream()
                        .filter(one -> one.predicted() == one.truth())
                        .count());
        Files.writeString(Path.of("target", "classes.html"), WebPage.of(document));
        Files.write(Path.of("target", "classes.pdf"), PdfFile.of(document));
    }

    @Test
    void casesOfWithdrawnPatientsMayBeMissingButNoneMayBeTooMany() {
        ScoredImages.Multiclass images = several(60, List.of("bcc", "mel", "nv"));
        ScoredImages fewer =
                new ScoredImages.Multiclass(images.classes(), images.cases().subList(0, 50));

        assertThat(document(new ClassSections(report(images), fewer, SOURCE)).sections())
                .hasSize(6);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClassSections(report(fewer), images, SOURCE))
                .withMessageContaining("50 images")
                .withMessageContaining("60 cases");
    }
}
