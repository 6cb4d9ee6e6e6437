package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.foldwise.api.document.ReviewSections.Doubted;
import org.foldwise.document.Block.Forest;
import org.foldwise.document.Block.Paragraph;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Document;
import org.foldwise.document.PdfFile;
import org.foldwise.document.Section;
import org.foldwise.document.WebPage;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ErrorReview;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.scored.ClassErrorReview;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport.Attribute;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport.OfClass;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ReviewSectionsTest {
    private static final String SOURCE = "/api/v1/evaluations/01912d68-783e-7a51-8f2b-6a1d6f1f5a10";
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(100, 1, 0.95);

    /** Attributes by the number at the end of an image's name: two of few values, and one of many. */
    private static Map<String, Function<String, @Nullable String>> known() {
        Map<String, Function<String, @Nullable String>> known = new LinkedHashMap<>();
        known.put("view", image -> number(image) % 9 == 0 ? null : number(image) % 3 == 0 ? "AP" : "PA");
        known.put("age", image -> List.of("0 to 34", "35 to 49", "50 to 62", "63 to 95")
                .get(number(image) % 4));
        known.put("device", image -> "scanner " + (char) ('A' + number(image) % 10));
        return known;
    }

    private static int number(String image) {
        return Integer.parseInt(image.substring("image".length()));
    }

    private static Decision decision(ScoredImages images) {
        return images instanceof ScoredImages.Multilabel
                ? new Decision.LabelThresholds(
                        IntStream.range(0, images.classes().size())
                                .mapToObj(k -> ThresholdChoice.fixed(0.25))
                                .toList())
                : new Decision.MostProbable();
    }

    private static List<Table> tables(Section section) {
        return section.blocks().stream()
                .filter(Table.class::isInstance)
                .map(Table.class::cast)
                .toList();
    }

    @Test
    void fourteenLabelsByGroupCanBeRead() throws Exception {
        ScoredImages.Multilabel images = ClassSectionsTest.labelled(900);
        ClassSubgroupReport report = ClassSubgroupReport.of(images, known(), List.of(), decision(images), BOOTSTRAP);
        ClassErrorReview review = ClassErrorReview.of(images, decision(images), true);

        Section subgroups = ReviewSections.classSubgroups(report, "label", SOURCE);
        Doubted doubted = Doubted.of(review).orElseThrow();
        Section doubts = ReviewSections.doubts(doubted, name -> "/api/v1/images/of-" + name, SOURCE);
        Document document = new Document("Evaluation report", "A test.", List.of(subgroups, doubts));
        String page = WebPage.of(document);

        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(page)));
        assertThat(page).doesNotContain("NaN").doesNotContain("null");
        assertThat(subgroups.blocks().stream().filter(Forest.class::isInstance)).hasSize(3);
        for (Attribute attribute : report.attributes()) {
            List<Table> ofAttribute = tables(subgroups).stream()
                    .filter(table -> table.caption().equals("ROC AUC of each label by " + attribute.name()))
                    .toList();
            // the areas of at most 4 groups stand beside each other, and those of at most 8 are printed
            int printed = Math.min(8, attribute.groups().size());
            assertThat(ofAttribute)
                    .hasSize((printed + 3) / 4)
                    .allMatch(table -> table.rows().size() == 14);
            for (int k = 0; k < 14; k++) {
                OfClass first = attribute.groups().get(0).classes().get(k);
                String cell = ofAttribute.get(0).rows().get(k).get(1);
                assertThat(cell.startsWith("few: " + first.positivePatients() + " with"))
                        .as(first.name())
                        .isEqualTo(!first.rocAuc().hasValue());
            }
        }
        String text = subgroups.blocks().stream()
                .filter(Paragraph.class::isInstance)
                .map(block -> ((Paragraph) block).text())
                .toList()
                .toString();
        assertThat(text)
                .contains(
                        "is that of '" + report.attributes().get(0).lowest().meanRocAuc() + "'; some group's always is")
                .contains("100 images without a known view are in no group")
                .contains("The labels of the 8 groups with the most patients are printed");
        assertThat(doubts.title()).isEqualTo("Doubted labels");
        // nobody has the last label, so nothing is doubted of it
        assertThat(tables(doubts).get(0).rows()).hasSize(13);
        assertThat(tables(doubts).get(1).rows()).hasSize(15);
        assertThat(doubted.names().stream().map(name -> "/api/v1/images/of-" + name))
                .containsExactlyElementsOf(tables(doubts).get(1).rows().stream()
                        .map(row -> row.get(0))
                        .toList());
        assertThat(Doubted.of(images, images.classes())).contains(doubted);
        Files.writeString(Path.of("target", "label-groups.html"), page);
        Files.write(Path.of("target", "label-groups.pdf"), PdfFile.of(document));
    }

    @Test
    void doubtsOfABinaryTaskAreThoseOfItsPositiveClass() {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            boolean isIll = i % 2 == 0;
            // two images whose labels the model contradicts, the second more surely
            double right = i == 7 ? 0.1 : i == 8 ? 0.05 : 0.8 + i / 1000.0;
            cases.add(new ScoredCase("image" + i, new PatientId("p" + i), isIll, isIll ? right : 1 - right));
        }
        Doubted stored = Doubted.of(ErrorReview.of(cases, 0.5, true), "ILL").orElseThrow();

        Section doubts = ReviewSections.doubts(stored, name -> name, SOURCE);

        assertThat(doubts.title()).isEqualTo("Doubted labels");
        assertThat(tables(doubts).get(0).rows()).singleElement().satisfies(row -> assertThat(row)
                .containsSubsequence("ILL", "1", "1"));
        assertThat(tables(doubts).get(1).rows())
                .containsExactly(List.of("image8", "ILL", "yes", "0.050"), List.of("image7", "ILL", "no", "0.900"));
        assertThat(Doubted.of(new ScoredImages.Binary(List.of("a", "b"), cases), List.of("HEALTHY", "ILL")))
                .contains(stored);
        assertThat(Doubted.of(ErrorReview.of(cases, 0.5, false), "ILL")).isEmpty();
    }

    @Test
    void classesThatExcludeEachOtherHaveGroupsAndDoubtsOfTheirOwn() throws Exception {
        ScoredImages.Multiclass images = ClassSectionsTest.several(300, List.of("bcc", "mel", "nv"));
        ClassSubgroupReport report = ClassSubgroupReport.of(images, known(), List.of(), decision(images), BOOTSTRAP);
        ClassErrorReview review = ClassErrorReview.of(images, decision(images), true);

        Section subgroups = ReviewSections.classSubgroups(report, "class", SOURCE);
        Section doubts = ReviewSections.doubts(Doubted.of(review).orElseThrow(), name -> name, SOURCE);

        assertThat(tables(subgroups).get(0).columns().get(6).name()).isEqualTo("Accuracy");
        assertThat(tables(subgroups).get(0).rows()).hasSize(2);
        assertThat(doubts.title()).isEqualTo("Doubted classes");
        assertThat(tables(doubts).get(0).rows()).hasSize(3);
        assertThat(tables(doubts).get(1).rows())
                .allMatch(row -> !row.get(1).equals(row.get(2)))
                .hasSizeLessThanOrEqualTo(15);
        assertThat(Doubted.of(ClassErrorReview.of(images, decision(images), false)))
                .isEmpty();
        assertThat(Doubted.of(images, images.classes()))
                .contains(Doubted.of(review).orElseThrow());
        Document document = new Document("Evaluation report", "A test.", List.of(subgroups, doubts));
        Files.write(Path.of("target", "class-groups.pdf"), PdfFile.of(document));
    }
}
