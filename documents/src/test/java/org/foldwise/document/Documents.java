package org.foldwise.document;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.foldwise.document.Block.Chart;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Fact;
import org.foldwise.document.Block.Facts;
import org.foldwise.document.Block.Forest;
import org.foldwise.document.Block.Panel;
import org.foldwise.document.Block.Panels;
import org.foldwise.document.Block.Paragraph;
import org.foldwise.document.Block.Row;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Layer.Curve;
import org.foldwise.document.Layer.Mark;
import org.foldwise.document.Layer.Marks;
import org.foldwise.document.Layer.Point;
import org.foldwise.document.Layer.Region;
import org.foldwise.document.Layer.Stroke;
import org.foldwise.document.Layer.Upright;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** A document with one of everything, and ways to look into pages. */
final class Documents {
    /** A text that means something in HTML, SVG, CSS and JavaScript, and has characters that XML does not allow. */
    static final String HOSTILE =
            "</p></style><script>alert('x')</script><img src=\"http://example.org/x.png\" onerror=\"y\"/> & \"quoted\" \u0000\u0007 ]]>";

    private Documents() {}

    static Document withEverything(String text) {
        Chart chart = chart(text);
        Forest forest = new Forest(
                "Folds",
                "Areas of the folds.",
                new Axis("ROC AUC", 0.5, 1),
                List.of(
                        new Row("fold 0", 0.9, 0.8, 0.95, "0.900 (0.800 to 0.950)"),
                        new Row(text, 0.7, null, null, "0.700, no interval"),
                        new Row("fold 2", null, null, null, "needs positive and negative cases")),
                0.8,
                "/api/v1/experiments/x");
        Table table = new Table(
                text,
                List.of(Column.text("Class"), Column.number("Cases")),
                List.of(
                        List.of(text, "12"),
                        List.of("/api/v1/images/i, (/api/v1/images/j).", "1"),
                        List.of("\u00dcn\u00efcode \u00b5 \u2265 0.90 \u00b1 \u2013", "0.123")),
                "/api/v1/runs/x");
        Facts facts = new Facts(List.of(
                new Fact("digest", "a".repeat(64), "run x"), new Fact(text, text, "/api/v1/runs/b and " + text)));
        return new Document(
                "Report " + text,
                text,
                List.of(
                        new Section("Summary", List.of(new Paragraph(text, false), new Paragraph(text, true), facts)),
                        new Section("Figures", List.of(chart, chart, chart, forest, panels(text, 5), table)),
                        new Section(
                                "Nothing",
                                List.of(new Table("empty", List.of(Column.text("A")), List.of(), "/api/v1/runs/c")))));
    }

    /** A chart with one of everything. */
    static Chart chart(String text) {
        List<Point> curve = IntStream.rangeClosed(0, 20)
                .mapToObj(i -> new Point(i / 20.0, Math.pow(i / 20.0, 0.3)))
                .toList();
        List<Point> outline = new ArrayList<>(List.of(new Point(0, 0.2), new Point(0.5, 1), new Point(1, 1)));
        outline.addAll(List.of(new Point(1, 0.9), new Point(0.5, 0.6), new Point(0, 0)));
        return new Chart(
                text,
                text,
                Axis.share(text),
                Axis.share("True positive rate"),
                List.of(
                        new Region("95 % interval, pointwise", outline),
                        new Curve(text, Stroke.SOLID, curve),
                        new Curve("by chance", Stroke.DOTTED, List.of(new Point(0, 0), new Point(1, 1))),
                        new Curve("dashed", Stroke.DASHED, List.of(new Point(0, 0.5), new Point(1, 0.5))),
                        new Curve("faint", Stroke.FAINT, List.of(new Point(0, 0.7), new Point(1, 0.7))),
                        new Curve("nothing", Stroke.SOLID, List.of()),
                        new Marks("a mark", List.of(new Mark(new Point(0.25, 0.5), 0.3, 0.8))),
                        new Upright("frozen threshold", 0.43)),
                "/api/v1/evaluations/01912d68-783e-7a51-8f2b-6a1d6f1f5a10");
    }

    /** So many panels, of which every third has nothing to draw. */
    static Panels panels(String text, int count) {
        return new Panels(
                text,
                Axis.share("1 - specificity"),
                Axis.share(text),
                IntStream.range(0, count)
                        .mapToObj(i -> new Panel(
                                "panel " + i + " " + text,
                                List.of("area 0.832 (0.712 to 0.901)", text),
                                text,
                                i % 3 == 2 ? List.of() : chart(text).layers()))
                        .toList(),
                "/api/v1/evaluations/01912d68-783e-7a51-8f2b-6a1d6f1f5a10");
    }

    static org.w3c.dom.Document parsed(String xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    static Stream<Element> elements(org.w3c.dom.Document page, String name) {
        NodeList found = page.getElementsByTagName(name);
        return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i));
    }
}
