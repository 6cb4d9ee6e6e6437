package org.foldwise.document;

import com.openhtmltopdf.extend.FSSupplier;
import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FSFontUseCase;
import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.pdfboxout.PdfBoxRenderer;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder.PdfAConformance;
import com.openhtmltopdf.svgsupport.BatikSVGDrawer;
import com.openhtmltopdf.util.XRLog;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.UUID;
import java.util.logging.Level;
import java.util.regex.Pattern;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDMetadata;

/**
 * A document as a PDF file for archives and for readers that read aloud: PDF/A-2a and PDF/UA-1, fonts embedded, charts as vectors.
 * Characters that the fonts lack show as question marks. Equal documents give equal bytes: the file has no date, and its identifier
 * follows from what it says.
 */
public final class PdfFile {
    private static final String FAMILY = "Liberation Sans";

    private static final String STYLE = Page.STYLE
            + """
            body { margin: 0; }
            @page { size: A4; margin: 16mm 15mm 18mm 15mm;
              @bottom-right { content: 'Page ' counter(page) ' of ' counter(pages); font-family: 'Liberation Sans'; font-size: 8pt; } }
            """;

    /** What the renderer writes of the time of day; nothing else is in that element. */
    private static final Pattern DATE_OF_METADATA = Pattern.compile(
            "<rdf:Description[^>]*>\\s*<xmp:CreateDate>[^<]*</xmp:CreateDate>\\s*</rdf:Description>\\s*");

    static {
        XRLog.listRegisteredLoggers().forEach(logger -> XRLog.setLevel(logger, Level.WARNING));
    }

    private PdfFile() {}

    /** The file with links that name no host. */
    public static byte[] of(Document document) {
        return of(document, Links.RELATIVE);
    }

    /**
     * The file's bytes. Takes seconds, and a processor.
     *
     * @param links where addresses lead to
     */
    public static byte[] of(Document document, Links links) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (BatikSVGDrawer charts = new BatikSVGDrawer()) {
            PdfRendererBuilder builder = new PdfRendererBuilder();
            builder.useSVGDrawer(charts);
            // charts find their font here; without it, they would look for one of the machine's
            builder.useFont(
                    font("Regular"),
                    FAMILY,
                    400,
                    FontStyle.NORMAL,
                    true,
                    EnumSet.of(FSFontUseCase.DOCUMENT, FSFontUseCase.SVG));
            builder.useFont(font("Bold"), FAMILY, 700, FontStyle.NORMAL, true);
            builder.usePdfAConformance(PdfAConformance.PDFA_2_A);
            builder.usePdfUaAccessibility(true);
            builder.useColorProfile(ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData());
            builder.useUriResolver((base, uri) -> uri.startsWith("#") ? uri : null);
            builder.useReplacementText("?");
            builder.withProducer("Foldwise");
            String page = Page.of(document, links, bookmarks(document), STYLE, true);
            builder.withHtmlContent(page, null);
            try (PdfBoxRenderer renderer = builder.buildPdfRenderer();
                    PDDocument pdf = renderer.createPDFKeepOpen()) {
                pdf.getDocumentInformation().getCOSObject().removeItem(COSName.CREATION_DATE);
                withoutDate(pdf.getDocumentCatalog().getMetadata());
                // of the identifier that is written, which would begin with the time of day
                pdf.setDocumentId(UUID.nameUUIDFromBytes(page.getBytes(StandardCharsets.UTF_8))
                        .getMostSignificantBits());
                pdf.save(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    private static void withoutDate(PDMetadata metadata) throws IOException {
        String dated = new String(metadata.toByteArray(), StandardCharsets.UTF_8);
        String undated = DATE_OF_METADATA.matcher(dated).replaceFirst("");
        if (undated.contains("Date>")) {
            throw new IllegalStateException("the renderer dates files in a way that is not known here");
        }
        metadata.importXMPMetadata(undated.getBytes(StandardCharsets.UTF_8));
    }

    private static Markup bookmarks(Document document) {
        Markup head = new Markup(true);
        head.empty("meta", "name", "subject", "content", document.subject());
        head.open("bookmarks");
        for (int i = 0; i < document.sections().size(); i++) {
            head.empty("bookmark", "name", document.sections().get(i).title(), "href", "#" + Page.anchor(i));
        }
        return head.close();
    }

    private static FSSupplier<InputStream> font(String style) {
        String name = "/liberation/LiberationSans-" + style + ".ttf";
        return () -> {
            InputStream font = PdfFile.class.getResourceAsStream(name);
            if (font == null) {
                throw new IllegalStateException("the font " + name + " is missing");
            }
            return font;
        };
    }
}
