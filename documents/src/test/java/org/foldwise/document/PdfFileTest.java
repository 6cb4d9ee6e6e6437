package org.foldwise.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.foldwise.document.Block.Paragraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

class PdfFileTest {
    private static byte[] file;

    @BeforeAll
    static void render() throws Exception {
        file = PdfFile.of(Documents.withEverything("Sensitivity < 0.9 & \"quoted\""));
        Files.write(Path.of("target", "everything.pdf"), file);
        Files.writeString(
                Path.of("target", "everything.html"),
                WebPage.of(Documents.withEverything("Sensitivity < 0.9 & \"quoted\"")));
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

    @Test
    void showsCharactersThatNoFontHasAndHostileTextsHarmlessly() throws Exception {
        String text = "\u4e2d\u6587 " + Documents.HOSTILE;
        byte[] rendered =
                PdfFile.of(new Document("t", "s", List.of(new Section("a", List.of(new Paragraph(text, false))))));
        try (PDDocument document = Loader.loadPDF(rendered)) {
            assertThat(new PDFTextStripper().getText(document)).contains("?? </p></style><script>alert('x')</script>");
        }
    }
}
