package org.foldwise.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.foldwise.document.Block.Chart;
import org.foldwise.document.Block.Paragraph;
import org.foldwise.document.Layer.Curve;
import org.foldwise.document.Layer.Point;
import org.foldwise.document.Layer.Stroke;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class WebPageTest {
    private static final String PAGE = WebPage.of(Documents.withEverything(Documents.HOSTILE));

    @Test
    void isWellFormedAndShowsHostileTextsAsTheyAre() throws Exception {
        org.w3c.dom.Document page = Documents.parsed(PAGE);

        assertThat(Documents.elements(page, "script")).isEmpty();
        assertThat(Documents.elements(page, "img")).isEmpty();
        assertThat(Documents.elements(page, "style")).hasSize(1);
        String shown = Documents.HOSTILE.replace('\u0000', '\uFFFD').replace('\u0007', '\uFFFD');
        assertThat(Documents.elements(page, "p").map(Element::getTextContent)).contains(shown);
        assertThat(Documents.elements(page, "text").map(Element::getTextContent))
                .contains(shown);
    }

    @Test
    void refersToNothingOutsideAndRunsNothing() throws Exception {
        Set<String> attributes = IntStream.range(0, 1)
                .boxed()
                .flatMap(i -> allElements())
                .flatMap(element -> IntStream.range(0, element.getAttributes().getLength())
                        .mapToObj(j -> element.getAttributes().item(j).getNodeName()))
                .collect(Collectors.toSet());

        assertThat(attributes)
                .doesNotContain("src", "href", "xlink:href", "style", "srcset", "data", "background", "action")
                .noneMatch(name -> name.startsWith("on"));
        String style = Documents.elements(Documents.parsed(PAGE), "style")
                .findFirst()
                .orElseThrow()
                .getTextContent();
        assertThat(style).doesNotContain("url(").doesNotContain("@import");
    }

    private static java.util.stream.Stream<Element> allElements() {
        try {
            return Documents.elements(Documents.parsed(PAGE), "*");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void itsPolicyLetsItsOwnStyleInAndNothingElse() throws Exception {
        String style = Documents.elements(Documents.parsed(PAGE), "style")
                .findFirst()
                .orElseThrow()
                .getTextContent();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));

        assertThat(WebPage.POLICY)
                .startsWith("default-src 'none'; style-src 'sha256-"
                        + Base64.getEncoder().encodeToString(digest) + "'")
                .doesNotContain("unsafe");
    }

    @Test
    void drawsTheNumbersThatTheChartHas() throws Exception {
        List<Point> points = IntStream.range(0, 50)
                .mapToObj(i -> new Point(-3 + i * 0.17, 100 * Math.sin(i)))
                .toList();
        Axis x = new Axis("x", -4, 6);
        Axis y = new Axis("y", -120, 120);
        Chart chart = new Chart("t", "d", x, y, List.of(new Curve("c", Stroke.SOLID, points)), "s");

        Element drawn = Documents.elements(Documents.parsed(ChartDrawing.draw(chart, "a", false)), "polyline")
                .findFirst()
                .orElseThrow();

        String[] pairs = drawn.getAttribute("points").split(" ", -1);
        assertThat(pairs).hasSize(points.size());
        for (int i = 0; i < pairs.length; i++) {
            String[] pair = pairs[i].split(",", -1);
            double backX = -4 + 10 * (Double.parseDouble(pair[0]) - ChartDrawing.PLOT_LEFT) / ChartDrawing.PLOT_WIDTH;
            double backY = 120 - 240 * (Double.parseDouble(pair[1]) - ChartDrawing.PLOT_TOP) / ChartDrawing.PLOT_HEIGHT;
            // lengths are written to a hundredth
            assertThat(backX)
                    .isCloseTo(points.get(i).x(), org.assertj.core.data.Offset.offset(0.005 * 10 / 272 + 1e-9));
            assertThat(backY)
                    .isCloseTo(points.get(i).y(), org.assertj.core.data.Offset.offset(0.005 * 240 / 216 + 1e-9));
        }
    }

    @Test
    void numbersChartsSoThatTheirClippingsDoNotMix() throws Exception {
        assertThat(Documents.elements(Documents.parsed(PAGE), "clipPath").map(clip -> clip.getAttribute("id")))
                .hasSize(3 + 5)
                .doesNotHaveDuplicates();
    }

    @Test
    void isTheSameForTheSameDocument() {
        assertThat(WebPage.of(Documents.withEverything(Documents.HOSTILE))).isEqualTo(PAGE);
        Document other = new Document("t", "s", List.of(new Section("a", List.of(new Paragraph("p", false)))));
        assertThat(WebPage.of(other)).isNotEqualTo(PAGE);
    }
}
