package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Chart;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Document;
import org.foldwise.document.Layer;
import org.foldwise.document.Layer.Curve;
import org.foldwise.document.Layer.Marks;
import org.foldwise.document.Layer.Point;
import org.foldwise.document.Layer.Region;
import org.foldwise.document.PdfFile;
import org.foldwise.document.Section;
import org.foldwise.document.WebPage;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Calibration;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.clinical.DecisionCurve;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;
import tools.jackson.databind.node.ObjectNode;

class JudgementSectionsTest {
    private static final String SOURCE = "/api/v1/evaluations/01912d68-783e-7a51-8f2b-6a1d6f1f5a10";
    private static final List<String> CLASSES = List.of("HEALTHY", "ILL");
    private static final String PREDICTIVE_VALUES = "Predictive values at other prevalences";

    private static List<ScoredCase> drawn(long seed, int images, double signal) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            boolean positive = random.nextInt(5) < 2;
            double logit = random.nextDouble(-2, 2) + random.nextDouble(-2, 2) + (positive ? signal : -signal);
            cases.add(
                    new ScoredCase("image" + i, new PatientId("p" + i * 2 / 3), positive, 1 / (1 + Math.exp(-logit))));
        }
        return cases;
    }

    private static ScoredCase scored(int image, boolean positive, double probability) {
        return new ScoredCase("i" + image, new PatientId("p" + image), positive, probability);
    }

    private static EvaluationReport report(List<ScoredCase> cases) {
        ThresholdChoice threshold =
                cases.stream().map(ScoredCase::positive).distinct().count() == 2
                        ? new ThresholdRule.Youden().choose(cases)
                        : ThresholdChoice.fixed(0.5);
        return EvaluationReport.of(cases, threshold, new BootstrapSpec(200, 1, 0.95));
    }

    private static JudgementSections sections(List<ScoredCase> cases) {
        return new JudgementSections(report(cases), cases, CLASSES, SOURCE);
    }

    private static Document document(List<ScoredCase> cases) {
        JudgementSections sections = sections(cases);
        return new Document(
                "Evaluation report",
                "A test.",
                List.of(
                        new Section("Summary", sections.figures()),
                        sections.discrimination(),
                        sections.decisions(),
                        sections.calibration(),
                        sections.usefulness(),
                        sections.worstCases(name -> "/api/v1/images/of-" + name)));
    }

    private static Chart chart(Section section) {
        return section.blocks().stream()
                .filter(block -> block instanceof Chart)
                .map(block -> (Chart) block)
                .findFirst()
                .orElseThrow();
    }

    private static Curve curve(Chart chart, String name) {
        return chart.layers().stream()
                .filter(layer -> layer instanceof Curve && layer.name().startsWith(name))
                .map(layer -> (Curve) layer)
                .findFirst()
                .orElseThrow();
    }

    private static List<Table> tables(List<Block> blocks) {
        return blocks.stream()
                .filter(block -> block instanceof Table)
                .map(block -> (Table) block)
                .toList();
    }

    @Test
    void aReportFromBeforeThereWereSomeFiguresIsTheShorterForIt() {
        List<ScoredCase> cases = drawn(1, 80, 0.8);
        ObjectNode old = (ObjectNode) ReportJson.tree(report(cases));
        old.remove(List.of("kappa", "maximumCalibrationError", "calibrationLine", "predictiveValues"));

        JudgementSections before =
                new JudgementSections(ReportJson.read(EvaluationReport.class, old.toString()), cases, CLASSES, SOURCE);
        JudgementSections now = sections(cases);

        assertThat(tables(now.figures()).get(0).rows())
                .hasSize(tables(before.figures()).get(0).rows().size() + 2)
                .containsAll(tables(before.figures()).get(0).rows());
        assertThat(tables(before.decisions().blocks()))
                .extracting(Table::caption)
                .doesNotContain(PREDICTIVE_VALUES);
        Table values = tables(now.decisions().blocks()).stream()
                .filter(table -> table.caption().equals(PREDICTIVE_VALUES))
                .findFirst()
                .orElseThrow();
        assertThat(values.rows()).hasSize(7);
        List<String> found = values.rows().stream()
                .filter(row -> row.get(0).endsWith("% (these images)"))
                .findFirst()
                .orElseThrow();
        // in brackets an interval by another method
        assertThat(found.get(1))
                .startsWith(Words.number(report(cases).precision().valueOr(0)) + " (");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void chartsShowTheStoredNumbers(long seed) {
        List<ScoredCase> cases = drawn(seed, 150, 0.8);
        EvaluationReport report = report(cases);
        JudgementSections sections = new JudgementSections(report, cases, CLASSES, SOURCE);

        List<Block> discrimination = sections.discrimination().blocks();
        assertThat(curve((Chart) discrimination.get(0), "area").points())
                .isEqualTo(report.rocCurve().stream()
                        .map(point -> new Point(point.falsePositiveRate(), point.truePositiveRate()))
                        .toList());
        assertThat(curve((Chart) discrimination.get(1), "average precision").points())
                .isEqualTo(report.precisionRecallCurve().stream()
                        .map(point -> new Point(point.recall(), point.precision()))
                        .toList());

        Chart thresholds = chart(sections.decisions());
        for (Point point : curve(thresholds, "F1").points()) {
            assertThat(point.y())
                    .isEqualTo(ConfusionMatrix.at(point.x(), cases).f1().value());
        }
        for (Point point : curve(thresholds, "specificity").points()) {
            assertThat(point.y())
                    .isEqualTo(
                            ConfusionMatrix.at(point.x(), cases).specificity().value());
        }

        Marks bins = (Marks) chart(sections.calibration()).layers().get(2);
        assertThat(bins.marks().stream().map(Layer.Mark::at))
                .isEqualTo(report.calibrationBins().stream()
                        .map(bin -> new Point(bin.meanProbability(), bin.positiveShare()))
                        .toList());

        List<Double> tenths =
                IntStream.rangeClosed(1, 99).mapToObj(i -> i / 100.0).toList();
        assertThat(curve(chart(sections.usefulness()), "model").points())
                .isEqualTo(DecisionCurve.of(cases, tenths, 0.95).points().stream()
                        .map(point -> new Point(point.threshold(), point.model().valueOr(Double.NaN)))
                        .toList());
    }

    @Test
    void everyBinOfTheCalibrationTableHasTheImagesOfTheStoredBin() {
        List<ScoredCase> cases = new ArrayList<>(drawn(4, 80, 1));
        IntStream.rangeClosed(0, 10).forEach(i -> cases.add(scored(1000 + i, i % 2 == 0, i / 10.0)));
        EvaluationReport report = report(cases);

        Table bins = (Table) new JudgementSections(report, cases, CLASSES, SOURCE)
                .calibration()
                .blocks()
                .get(2);

        for (int i = 0; i < report.calibrationBins().size(); i++) {
            Calibration.Bin bin = report.calibrationBins().get(i);
            long patients = cases.stream()
                    .filter(one ->
                            Calibration.uniformBins(List.of(one), 10).get(0).lower() == bin.lower())
                    .map(ScoredCase::patient)
                    .distinct()
                    .count();
            assertThat(bins.rows().get(i).get(1)).isEqualTo(Integer.toString(bin.cases()));
            assertThat(bins.rows().get(i).get(2)).isEqualTo(Long.toString(patients));
            assertThat(bins.rows().get(i).get(4)).startsWith(Words.number(bin.positiveShare()));
        }
    }

    @Test
    void theBandHoldsTheCurveAndNoneIsALineWhereTheClassesAreSeparated() {
        List<ScoredCase> separated = IntStream.range(0, 40)
                .mapToObj(i -> scored(i, i >= 20, i / 40.0))
                .toList();
        Region band =
                (Region) ((Chart) sections(separated).discrimination().blocks().get(0))
                        .layers()
                        .get(0);

        // Wilson's lower end for 20 of 20 is 0.839
        double lowest = band.outline().stream()
                .filter(point -> point.x() < 0.2 && point.x() > 0.1)
                .mapToDouble(Point::y)
                .min()
                .orElseThrow();
        assertThat(lowest).isLessThan(0.85);
        assertThat(sections(separated).figures().stream().map(Object::toString))
                .anyMatch(text -> text.contains("1.000 ("));
    }

    static Stream<List<ScoredCase>> degenerate() {
        return Stream.of(
                List.of(scored(0, true, 0.9)),
                List.of(scored(0, false, 0)),
                List.of(scored(0, true, 1), scored(1, false, 0)),
                IntStream.range(0, 30).mapToObj(i -> scored(i, i == 7, 0.5)).toList(),
                IntStream.range(0, 30)
                        .mapToObj(i -> scored(i, i == 7, i / 30.0))
                        .toList(),
                IntStream.range(0, 30).mapToObj(i -> scored(i, false, i / 30.0)).toList(),
                IntStream.range(0, 30).mapToObj(i -> scored(i, true, 1)).toList(),
                IntStream.range(0, 30)
                        .mapToObj(i -> scored(i, i >= 15, i >= 15 ? 1 : 0))
                        .toList(),
                IntStream.range(0, 30)
                        .mapToObj(i -> new ScoredCase("i" + i, new PatientId("same"), i % 2 == 0, i / 30.0))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("degenerate")
    void smallAndDegenerateJudgementsHaveADocumentThatSaysWhatIsMissing(List<ScoredCase> cases) throws Exception {
        String page = WebPage.of(document(cases));

        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(page)));
        assertThat(page).contains("Small numbers").doesNotContain("NaN").doesNotContain("null");
        if (cases.stream().map(ScoredCase::positive).distinct().count() == 1) {
            assertThat(page).contains("undefined: ").contains("No ROC curve: needs positive and negative cases");
        }
    }

    @Test
    void aLargeJudgementIsDrawnByFewPointsAndRendersToPdf() throws Exception {
        List<ScoredCase> cases = drawn(9, 6000, 0.6);
        Document document = document(cases);

        Chart roc = (Chart) document.sections().get(1).blocks().get(0);
        List<Point> drawn = curve(roc, "area").points();
        assertThat(drawn.size()).isEqualTo(600);
        assertThat(drawn.get(0)).isEqualTo(new Point(0, 0));
        assertThat(drawn.get(599)).isEqualTo(new Point(1, 1));
        Files.writeString(Path.of("target", "judgement.html"), WebPage.of(document));
        byte[] pdf = PdfFile.of(document);
        Files.write(Path.of("target", "judgement.pdf"), pdf);
        assertThat(new String(pdf, 0, 5, java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("%PDF-");
    }

    @Test
    void theWorstCasesAreWrongAndTheSurestOnesFirst() {
        List<ScoredCase> cases = drawn(5, 200, 0.5);
        EvaluationReport report = report(cases);
        JudgementSections sections = new JudgementSections(report, cases, CLASSES, SOURCE);
        double threshold = report.threshold().threshold();

        List<String> names = sections.namesOfWorst();

        assertThat(names).hasSize(10).doesNotHaveDuplicates();
        List<Double> distances = names.stream()
                .map(name -> cases.stream()
                        .filter(one -> one.image().equals(name))
                        .findFirst()
                        .orElseThrow())
                .peek(one -> assertThat(one.positive()).isNotEqualTo(one.probability() >= threshold))
                .map(one -> Math.abs(one.probability() - (one.positive() ? 1 : 0)))
                .toList();
        assertThat(distances).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    @Test
    void casesOfWithdrawnPatientsMayBeMissing() {
        List<ScoredCase> cases = drawn(6, 90, 0.8);
        EvaluationReport report = report(cases);

        JudgementSections left = new JudgementSections(report, cases.subList(0, 60), CLASSES, SOURCE);

        assertThat(curve((Chart) left.sections().get(0).blocks().get(0), "area").points())
                .hasSize(report.rocCurve().size());
        assertThat(left.sections()).hasSize(4);
    }

    @Test
    void refusesCasesOfAnotherReport() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JudgementSections(report(drawn(1, 20, 1)), drawn(1, 21, 1), CLASSES, SOURCE))
                .withMessageContaining("20")
                .withMessageContaining("21");
    }
}
