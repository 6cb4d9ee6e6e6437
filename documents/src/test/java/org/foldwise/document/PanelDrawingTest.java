package org.foldwise.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.geom.Rectangle2D;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.foldwise.document.Block.Panel;
import org.foldwise.document.Block.Panels;
import org.foldwise.document.Layer.Curve;
import org.foldwise.document.Layer.Point;
import org.foldwise.document.Layer.Stroke;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class PanelDrawingTest {
    private static Panels panels(Panel... panels) {
        return new Panels("t", Axis.share("x"), Axis.share("y"), List.of(panels), "s");
    }

    private static org.w3c.dom.Document drawn(Panel panel) throws Exception {
        return Documents.parsed(PanelDrawing.draw(panels(panel), panel, "a", false));
    }

    private static double length(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    /** The box that a text of a panel takes in the font that the PDF file embeds. */
    private static Rectangle2D box(Element text) throws Exception {
        double size = text.getParentNode().getNodeName().equals("g") ? 9 : 10;
        try (InputStream file = PdfFile.class.getResourceAsStream("/liberation/LiberationSans-Regular.ttf")) {
            Font font = Font.createFont(Font.TRUETYPE_FONT, file).deriveFont((float) size);
            double width = font.getStringBounds(text.getTextContent(), new FontRenderContext(null, true, true))
                    .getWidth();
            double left = length(text, "x")
                    - switch (text.getAttribute("text-anchor")) {
                        case "end" -> width;
                        case "middle" -> width / 2;
                        default -> 0;
                    };
            return new Rectangle2D.Double(left, length(text, "y") - 0.72 * size, width, 0.72 * size);
        }
    }

    @Test
    void noTextLiesOnAnotherOrBeyondThePanelOrInThePlot() throws Exception {
        Panel panel = new Panel(
                "Enlarged_Cardiomediastinum, left atrium included",
                List.of("area 0.832 (0.712 to 0.901)", "few: 12345 images, 12345 patients"),
                "d",
                List.of());
        org.w3c.dom.Document page = drawn(panel);
        List<Rectangle2D> boxes = new ArrayList<>();
        for (Element text : Documents.elements(page, "text").toList()) {
            boxes.add(box(text));
        }

        Rectangle2D plot = new Rectangle2D.Double(
                PanelDrawing.PLOT_LEFT, PanelDrawing.PLOT_TOP, PanelDrawing.PLOT_SIZE, PanelDrawing.PLOT_SIZE);
        assertThat(boxes).hasSize(3 + 6 + 6);
        for (int i = 0; i < boxes.size(); i++) {
            assertThat(boxes.get(i).getMinX()).isGreaterThanOrEqualTo(0);
            assertThat(boxes.get(i).getMaxX()).isLessThanOrEqualTo(PanelDrawing.WIDTH);
            assertThat(boxes.get(i).intersects(plot)).as("text %d", i).isFalse();
            for (int j = 0; j < i; j++) {
                assertThat(boxes.get(i).intersects(boxes.get(j)))
                        .as("%d on %d", i, j)
                        .isFalse();
            }
        }
        assertThat(Documents.elements(page, "text").findFirst().orElseThrow().getTextContent())
                .isEqualTo("Enlarged_Cardiomediastinum,\u2026");
    }

    @Test
    void drawsTheNumbersThatThePanelHas() throws Exception {
        List<Point> points = IntStream.rangeClosed(0, 40)
                .mapToObj(i -> new Point(i / 40.0, Math.pow(i / 40.0, 0.4)))
                .toList();
        Panel panel = new Panel("p", List.of(), "d", List.of(new Curve("c", Stroke.SOLID, points)));

        String[] pairs = Documents.elements(drawn(panel), "polyline")
                .findFirst()
                .orElseThrow()
                .getAttribute("points")
                .split(" ", -1);

        assertThat(pairs).hasSize(points.size());
        for (int i = 0; i < pairs.length; i++) {
            String[] pair = pairs[i].split(",", -1);
            double size = PanelDrawing.PLOT_SIZE;
            assertThat((Double.parseDouble(pair[0]) - PanelDrawing.PLOT_LEFT) / size)
                    .isCloseTo(points.get(i).x(), offset(0.005 / size + 1e-9));
            assertThat(1 - (Double.parseDouble(pair[1]) - PanelDrawing.PLOT_TOP) / size)
                    .isCloseTo(points.get(i).y(), offset(0.005 / size + 1e-9));
        }
    }

    @Test
    void theLegendNamesEachKindOfLayerOnceAlsoWhereTheFirstPanelIsEmpty() throws Exception {
        Curve curve = new Curve("ROC curve", Stroke.SOLID, List.of(new Point(0, 0), new Point(1, 1)));
        Curve chance = new Curve("chance", Stroke.DOTTED, List.of(new Point(0, 0), new Point(1, 1)));
        Panels panels = panels(
                new Panel("Hernia", List.of("no ROC curve"), "d", List.of()),
                new Panel("Mass", List.of(), "d", List.of(curve, chance)),
                new Panel("Edema", List.of(), "d", List.of(curve, chance)));

        assertThat(Documents.elements(Documents.parsed(PanelDrawing.legend(panels, false)), "text")
                        .map(Element::getTextContent))
                .containsExactly("ROC curve", "chance");
    }

    @Test
    void refusesNoPanelsAndMoreNotesThanThereIsRoomFor() {
        assertThatIllegalArgumentException().isThrownBy(() -> panels()).withMessageContaining("1 or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Panel("p", List.of("1", "2", "3"), "d", List.of()))
                .withMessageContaining("at most 2, were 3");
    }
}
