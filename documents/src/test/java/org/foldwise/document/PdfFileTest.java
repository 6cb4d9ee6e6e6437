package org.foldwise.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.interactive.action.PDAction;
import org.apache.pdfbox.pdmodel.interactive.action.PDActionURI;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationLink;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.foldwise.document.Block.Chart;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Facts;
import org.foldwise.document.Block.Forest;
import org.foldwise.document.Block.Paragraph;
import org.foldwise.document.Block.Row;
import org.foldwise.document.Block.Table;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

class PdfFileTest {
    private static final Links LINKS = new Links(URI.create("https://foldwise.example.org/here/"));

    private static byte[] file;

    @BeforeAll
    static void render() throws Exception {
        file = PdfFile.of(Documents.withEverything("Sensitivity < 0.9 & \"quoted\""), LINKS);
        Files.write(Path.of("target", "everything.pdf"), file);
        Files.writeString(
                Path.of("target", "everything.html"),
                WebPage.of(Documents.withEverything("Sensitivity < 0.9 & \"quoted\""), LINKS));
    }

    @Test
    void opensAndItsTextCanBeTakenOut() throws Exception {
        try (PDDocument document = Loader.loadPDF(file)) {
            String text = new PDFTextStripper().getText(document);
            assertThat(text)
                    .contains("Report Sensitivity < 0.9 & \"quoted\"")
                    .contains("\u00dcn\u00efcode \u00b5 \u2265 0.90 \u00b1 \u2013")
                    .contains("Page 1 of " + document.getNumberOfPages());
            assertThat(text.replaceAll("\\s", "")).contains("a".repeat(64));
            assertThat(document.getDocumentCatalog()
                            .getDocumentOutline()
                            .getFirstChild()
                            .getTitle())
                    .isEqualTo("Summary");
        }
    }

    /** Files are dated to the second by whoever dates them. */
    @Test
    void equalDocumentsAreEqualFilesWhenever() throws Exception {
        Thread.sleep(1100);
        byte[] again = PdfFile.of(Documents.withEverything("Sensitivity < 0.9 & \"quoted\""), LINKS);
        byte[] other = PdfFile.of(Documents.withEverything("Sensitivity"), LINKS);

        assertThat(again).isEqualTo(file);
        try (PDDocument one = Loader.loadPDF(file);
                PDDocument different = Loader.loadPDF(other)) {
            assertThat(one.getDocumentInformation().getCreationDate()).isNull();
            assertThat(new String(one.getDocumentCatalog().getMetadata().toByteArray(), StandardCharsets.UTF_8))
                    .contains("<pdf:Producer>Foldwise</pdf:Producer>")
                    .doesNotContain("Date");
            assertThat(one.getDocument().getDocumentID())
                    .doesNotHaveToString(different.getDocument().getDocumentID().toString());
        }
    }

    /** Every page as it is printed, in grey: nothing but the page's number lies in its margins, and no page is empty. */
    @Test
    void nothingIsPrintedBeyondTheMargins() throws Exception {
        int dotsPerInch = 100;
        double dot = 25.4 / dotsPerInch;
        try (PDDocument document = Loader.loadPDF(file)) {
            PDFRenderer renderer = new PDFRenderer(document);
            for (int page = 0; page < document.getNumberOfPages(); page++) {
                BufferedImage printed = renderer.renderImageWithDPI(page, dotsPerInch, ImageType.GRAY);
                int ink = 0;
                for (int y = 0; y < printed.getHeight(); y++) {
                    for (int x = 0; x < printed.getWidth(); x++) {
                        if (printed.getRaster().getSample(x, y, 0) < 250) {
                            ink++;
                            assertThat(x * dot)
                                    .as("page %d, from the left", page + 1)
                                    .isBetween(14.5, 210 - 14.5);
                            assertThat(y * dot)
                                    .as("page %d, from above", page + 1)
                                    .isBetween(15.5, 297 - 5.0);
                        }
                    }
                }
                assertThat(ink).as("page %d", page + 1).isGreaterThan(100);
            }
        }
    }

    @Test
    void everyAddressIsALinkAndNothingElseIs() throws Exception {
        List<String> targets = new ArrayList<>();
        try (PDDocument document = Loader.loadPDF(file)) {
            for (PDPage page : document.getPages()) {
                for (PDAnnotation annotation : page.getAnnotations()) {
                    PDAction action = ((PDAnnotationLink) annotation).getAction();
                    assertThat(annotation.getContents()).isEqualTo(((PDActionURI) action).getURI());
                    targets.add(((PDActionURI) action).getURI());
                }
            }
        }
        String base = "https://foldwise.example.org/here/api/v1/";
        String evaluation = base + "evaluations/01912d68-783e-7a51-8f2b-6a1d6f1f5a10";
        assertThat(targets.stream().distinct())
                .containsExactlyInAnyOrder(
                        base + "runs/b",
                        evaluation,
                        base + "experiments/x",
                        base + "images/i",
                        base + "images/j",
                        base + "runs/x",
                        base + "runs/c");
        // three charts and the panels; an address in two lines is two areas
        assertThat(Collections.frequency(targets, evaluation)).isBetween(4, 8);
    }

    @ParameterizedTest
    @EnumSource(
            value = PDFAFlavour.class,
            names = {"PDFA_2_A", "PDFUA_1"})
    void isForArchivesAndForReadersThatReadAloud(PDFAFlavour flavour) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new ByteArrayInputStream(file), flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            List<String> failed = result.getTestAssertions().stream()
                    .filter(assertion -> assertion.getStatus() == TestAssertion.Status.FAILED)
                    .map(assertion -> assertion.getRuleId().getClause() + " " + assertion.getMessage())
                    .distinct()
                    .toList();
            assertThat(failed).isEmpty();
            assertThat(result.isCompliant()).isTrue();
        }
    }

    /** What comes first in a section, in all forms that documents have. */
    private static Stream<Arguments> firstBlocks() {
        List<List<String>> rows = IntStream.range(0, 20)
                .mapToObj(row -> List.of("row " + row, "some text"))
                .toList();
        Forest forest = new Forest(
                "Estimates",
                "Estimates.",
                Axis.share("share"),
                List.of(new Row("first", 0.5, 0.4, 0.6, "0.5")),
                null,
                "/api/v1/runs/x");
        Chart chart = new Chart(
                "A chart",
                "A chart.",
                Axis.share("to the right"),
                Axis.share("upwards"),
                List.of(new Layer.Curve(
                        "a line", Layer.Stroke.SOLID, List.of(new Layer.Point(0, 0), new Layer.Point(1, 1)))),
                "/api/v1/runs/x");
        return Stream.of(
                Arguments.of(
                        "facts",
                        "What",
                        new Facts(rows.stream()
                                .map(row -> new Block.Fact(row.get(0), row.get(1), "/api/v1/runs/x"))
                                .toList())),
                Arguments.of(
                        "a long table",
                        "row 0",
                        new Table("A table", List.of(Column.text("A"), Column.text("B")), rows, "/api/v1/runs/x")),
                Arguments.of(
                        "a short table",
                        "row 0",
                        new Table(
                                "A table",
                                List.of(Column.text("A"), Column.text("B")),
                                rows.subList(0, 5),
                                "/api/v1/runs/x")),
                Arguments.of("a table of half a page", "row 0", tall(5)),
                Arguments.of("a table nearly as tall as a page", "row 0", tall(10)),
                Arguments.of("a table as tall as a page", "row 0", tall(11)),
                Arguments.of("a table taller than a page", "row 0", tall(12)),
                Arguments.of("a forest", "Estimates", forest),
                Arguments.of("a chart", "A chart", chart),
                Arguments.of("a paragraph", "Some words", new Paragraph("Some words.", false)));
    }

    /** A table of few rows of several lines each, which would rather move to the next page than be divided. */
    private static Table tall(int rows) {
        String text = "words ".repeat(60);
        return new Table(
                "A tall table",
                List.of(Column.text("A"), Column.text("B").percent(80)),
                IntStream.range(0, rows)
                        .mapToObj(row -> List.of("row " + row, text))
                        .toList(),
                "/api/v1/runs/x");
    }

    /** Sections begin at ever lower places of a page, so that some would begin at its foot. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("firstBlocks")
    void aHeadingIsOnThePageOfWhatItIsAbout(String name, String first, Block block) throws Exception {
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            List<Block> filler = new ArrayList<>();
            for (int line = 0; line < i; line++) {
                filler.add(new Paragraph("Filler.", false));
            }
            sections.add(new Section("Before " + i, filler));
            sections.add(new Section("Heading of " + i + " here", List.of(block)));
        }
        byte[] rendered = PdfFile.of(new Document("t", "s", sections), LINKS);
        try (PDDocument document = Loader.loadPDF(rendered)) {
            PDFTextStripper text = new PDFTextStripper();
            for (int page = 1; page <= document.getNumberOfPages(); page++) {
                text.setStartPage(page);
                text.setEndPage(page);
                String onPage = text.getText(document);
                int heading = onPage.lastIndexOf("Heading of");
                if (heading >= 0) {
                    assertThat(onPage.substring(heading)).as("page " + page).contains(first);
                }
            }
        }
    }

    /** Few facts belong together: a page does not end after the first of three. */
    @Test
    void fewFactsStandOnOnePage() throws Exception {
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            List<Block> blocks = new ArrayList<>();
            for (int line = 0; line < i; line++) {
                blocks.add(new Paragraph("Filler.", false));
            }
            blocks.add(new Facts(List.of(
                    new Block.Fact("first of " + i, "a", "/api/v1/runs/x"),
                    new Block.Fact("second", "b", "/api/v1/runs/x"),
                    new Block.Fact("last of " + i, "c", "/api/v1/runs/x"))));
            sections.add(new Section("Section " + i, blocks));
        }
        byte[] rendered = PdfFile.of(new Document("t", "s", sections), LINKS);
        try (PDDocument document = Loader.loadPDF(rendered)) {
            PDFTextStripper text = new PDFTextStripper();
            for (int page = 1; page <= document.getNumberOfPages(); page++) {
                text.setStartPage(page);
                text.setEndPage(page);
                String onPage = text.getText(document);
                for (int i = 0; i < 40; i++) {
                    assertThat(onPage.contains("first of " + i + " "))
                            .as("facts %d, page %d", i, page)
                            .isEqualTo(onPage.contains("last of " + i + " "));
                }
            }
        }
    }

    @Test
    void showsCharactersThatNoFontHasAndHostileTextsHarmlessly() throws Exception {
        String text = "\u4e2d\u6587 " + Documents.HOSTILE;
        byte[] rendered = PdfFile.of(
                new Document("t", "s", List.of(new Section("a", List.of(new Paragraph(text, false))))), LINKS);
        try (PDDocument document = Loader.loadPDF(rendered)) {
            assertThat(new PDFTextStripper().getText(document)).contains("?? </p></style><script>alert('x')</script>");
        }
    }

    @Test
    void longWordsStayWithinTheirFrame() throws Exception {
        String word = "W".repeat(190);
        byte[] rendered = PdfFile.of(
                new Document(
                        word,
                        word,
                        List.of(new Section(
                                word,
                                List.of(
                                        new Paragraph(word, false),
                                        new Paragraph("Some have few patients: " + word + ".", true))))),
                LINKS);
        List<Float> ends = new ArrayList<>();
        PDFTextStripper stripper = new PDFTextStripper() {
            @Override
            protected void writeString(String string, List<TextPosition> positions) {
                for (TextPosition position : positions) {
                    ends.add(position.getXDirAdj() + position.getWidthDirAdj());
                }
            }
        };
        try (PDDocument document = Loader.loadPDF(rendered)) {
            stripper.getText(document);
            float right = document.getPage(0).getMediaBox().getWidth() - 15 / 25.4F * 72;
            assertThat(ends).hasSizeGreaterThan(5 * 190).allSatisfy(end -> assertThat(end)
                    .isLessThan(right + 0.5F));
        }
    }

    /** In the order in which they are written, with every number where it belongs. */
    @Test
    void namesFromRightToLeftAndControlsTurnNothingRound() throws Exception {
        String hebrew = "\u05d3\u05dc\u05e7\u05ea";
        Paragraph text = new Paragraph("a\u202eb-override (12); " + hebrew + " (34)", true);
        byte[] rendered = PdfFile.of(new Document("t", "s", List.of(new Section("a", List.of(text)))), LINKS);
        List<TextPosition> signs = new ArrayList<>();
        PDFTextStripper stripper = new PDFTextStripper() {
            @Override
            protected void writeString(String string, List<TextPosition> positions) {
                signs.addAll(positions);
            }
        };
        try (PDDocument document = Loader.loadPDF(rendered)) {
            stripper.getText(document);
            assertThat(new PDFTextStripper().getText(document)).contains("a<U+202E>b-override (12)");
        }
        List<String> behind = new ArrayList<>();
        for (TextPosition letter : signs) {
            for (TextPosition digit : signs) {
                if (hebrew.contains(letter.getUnicode()) && "34".contains(digit.getUnicode())) {
                    assertThat(digit.getXDirAdj()).isGreaterThan(letter.getXDirAdj());
                    behind.add(digit.getUnicode());
                }
            }
        }
        assertThat(behind).contains("3", "4");
    }

    /** What draws the drawings would else order them as a browser does, in which no number is set apart here. */
    @Test
    void namesInDrawingsStandInTheOrderInWhichTheyAreWritten() {
        String hebrew = "\u05d3\u05dc\u05e7\u05ea";
        Forest forest = new Forest(
                "Areas",
                "Areas.",
                new Axis("ROC AUC", 0.5, 1),
                List.of(
                        new Row("a\u202eb-override (12)", 0.7, null, null, "0.700"),
                        new Row(hebrew + " (34)", 0.8, null, null, "0.800")),
                null,
                "/api/v1/runs/a");

        assertThat(ForestDrawing.draw(forest, true))
                .contains(">a&lt;U+202E&gt;b-override (12)<")
                .contains("direction=\"ltr\" unicode-bidi=\"bidi-override\">" + hebrew + " (34)<");
        assertThat(ForestDrawing.draw(forest, false))
                .contains(">\u2068" + hebrew + "\u2069 (34)<")
                .doesNotContain("bidi-override");
    }

    /** Wherever on a page a table or a chart comes to begin. */
    @Test
    void noHeadingStandsAloneAtTheEndOfAPageAndNoChartLeavesAHole() throws Exception {
        int full = pages(filling(80)).get(0).split("filling", -1).length - 1;
        assertThat(full).as("lines that a page holds").isBetween(20, 79);
        for (int lines = full - 12; lines <= full + 1; lines++) {
            List<Block> blocks = filling(lines);
            blocks.add(new Paragraph("to be replaced", false));
            for (int rows : new int[] {2, 40}) {
                blocks.set(lines, table(rows));
                String withCaption = pages(blocks).stream()
                        .filter(page -> page.contains("caption"))
                        .findFirst()
                        .orElseThrow();
                assertThat(withCaption)
                        .as("%d rows after %d lines", rows, lines)
                        .contains("row 1");
            }
            blocks.set(lines, Documents.chart("a chart"));
            List<String> pages = pages(blocks);
            assertThat(pages).as("after %d lines", lines).hasSizeBetween(1, 2);
            assertThat(pages.get(pages.size() - 1)).contains("a chart");
            if (pages.size() == 2 && !pages.get(1).contains("filling")) {
                assertThat(top(blocks)).as("after %d lines", lines).isLessThan(100);
            }
        }
    }

    /** Drawings are shapes in the file, so where panels stand is told by the texts above and below them. */
    @Test
    void noRowOfPanelsIsDividedAndTheLegendStaysWithTheFirst() throws Exception {
        float bottom = 842 - 51;
        float top = 45;
        float row = 0.75f * 184;
        float legend = 0.75f * 8 * Plot.LEGEND_LINE;
        for (int lines = 0; lines <= 48; lines += 12) {
            List<Block> blocks = filling(lines);
            blocks.add(Documents.panels("t", 6));
            try (PDDocument document = Loader.loadPDF(rendered(blocks))) {
                Place axes = place(document, "To the right: 1 - specificity. Upwards: t.");
                Place source = place(document, "From /api/v1/evaluations/");
                assertThat(axes.y() + legend + row).as("after %d lines", lines).isLessThan(bottom);
                assertThat(source.y() - row).as("after %d lines", lines).isGreaterThan(top);
                assertThat(document.getNumberOfPages())
                        .as("after %d lines", lines)
                        .isEqualTo(source.page());
            }
        }
    }

    /** As where every image shows every label. */
    @Test
    void panelsMayAllHaveNothingToDraw() throws Exception {
        Block.Panels panels = Documents.panels("t", 3);
        List<Block> blocks = List.of(new Block.Panels(
                panels.title(), panels.x(), panels.y(), panels.panels().subList(2, 3), panels.source()));

        try (PDDocument document = Loader.loadPDF(rendered(blocks))) {
            assertThat(new PDFTextStripper().getText(document)).contains("To the right: 1 - specificity.");
        }
    }

    /** Where a text begins: its page, and how far below the upper edge, in points. */
    private record Place(int page, float y) {}

    private static Place place(PDDocument document, String wanted) throws IOException {
        List<Place> found = new ArrayList<>();
        PDFTextStripper text = new PDFTextStripper() {
            @Override
            protected void writeString(String string, List<TextPosition> positions) {
                if (string.startsWith(wanted)) {
                    found.add(new Place(getCurrentPageNo(), positions.get(0).getYDirAdj()));
                }
            }
        };
        text.getText(document);
        assertThat(found).as(wanted).hasSize(1);
        return found.get(0);
    }

    private static List<Block> filling(int lines) {
        return new ArrayList<>(Collections.nCopies(lines, new Paragraph("filling", false)));
    }

    private static Table table(int rows) {
        return new Table(
                "caption",
                List.of(Column.text("column"), Column.number("number")),
                IntStream.rangeClosed(1, rows)
                        .mapToObj(row -> List.of("row " + row, "0"))
                        .toList(),
                "the source");
    }

    private static List<String> pages(List<Block> blocks) throws IOException {
        try (PDDocument document = Loader.loadPDF(rendered(blocks))) {
            List<String> pages = new ArrayList<>();
            for (int page = 1; page <= document.getNumberOfPages(); page++) {
                PDFTextStripper text = new PDFTextStripper();
                text.setStartPage(page);
                text.setEndPage(page);
                pages.add(text.getText(document));
            }
            return pages;
        }
    }

    /** How far below the upper edge of the last page its first text stands, in points. */
    private static float top(List<Block> blocks) throws IOException {
        try (PDDocument document = Loader.loadPDF(rendered(blocks))) {
            float[] first = {Float.MAX_VALUE};
            PDFTextStripper text = new PDFTextStripper() {
                @Override
                protected void writeString(String string, List<TextPosition> positions) {
                    first[0] = Math.min(first[0], positions.get(0).getYDirAdj());
                }
            };
            text.setStartPage(document.getNumberOfPages());
            text.getText(document);
            return first[0];
        }
    }

    private static byte[] rendered(List<Block> blocks) {
        return PdfFile.of(new Document("t", "s", List.of(new Section("a", blocks))), LINKS);
    }
}
