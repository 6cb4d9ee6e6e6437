package org.foldwise.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Bidi;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.foldwise.document.Block.Chart;
import org.foldwise.document.Block.Paragraph;
import org.foldwise.document.Layer.Curve;
import org.foldwise.document.Layer.Point;
import org.foldwise.document.Layer.Region;
import org.foldwise.document.Layer.Stroke;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

class WebPageTest {
    private static final String PAGE = WebPage.of(Documents.withEverything(Documents.HOSTILE), Links.RELATIVE);

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

    /** Whatever is written in a name, the numbers behind it stay behind it. */
    @Test
    void namesFromRightToLeftAndControlsTurnNothingRound() throws Exception {
        String hebrew = "\u05d3\u05dc\u05e7\u05ea-\u05e8\u05d9\u05d0\u05d5\u05ea";
        String arabic = "\u0645\u0633\u062a\u0634\u0641\u0649 \u0631\u0626\u0648\u064a\u0651";
        String text = "'a\u202eb-override' 12 (3), " + hebrew + " 23 (4), " + arabic + ": 5 of 60; \u0663 7\u200f 8";
        Document document =
                new Document("t " + text, "s", List.of(new Section("a", List.of(new Paragraph(text, true)))));

        org.w3c.dom.Document page = Documents.parsed(WebPage.of(document, Links.RELATIVE));

        String shown = "'a<U+202E>b-override' 12 (3), \u2068" + hebrew + "\u2069 23 (4), \u2068" + arabic
                + "\u2069: 5 of 60; \u2068\u0663\u2069 7<U+200F> 8";
        assertThat(Documents.elements(page, "p").map(Element::getTextContent)).contains(shown);
        assertThat(Documents.elements(page, "title").map(Element::getTextContent))
                .containsExactly("t " + shown);
        // as a browser orders them: numbers from left to right, each behind what it belongs to
        Bidi bidi = new Bidi(shown, Bidi.DIRECTION_LEFT_TO_RIGHT);
        for (String number : List.of("12 (3)", "23 (4)", ": 5 of 60", " 8")) {
            assertThat(bidi.getLevelAt(shown.indexOf(number))).as(number).isZero();
        }
    }

    @Test
    void refersToNothingOutsideAndRunsNothing() throws Exception {
        Set<String> attributes = IntStream.range(0, 1)
                .boxed()
                .flatMap(i -> allElements())
                .filter(element -> !element.getTagName().equals("a"))
                .flatMap(element -> IntStream.range(0, element.getAttributes().getLength())
                        .mapToObj(j -> element.getAttributes().item(j).getNodeName()))
                .collect(Collectors.toSet());

        assertThat(attributes)
                .doesNotContain("src", "href", "xlink:href", "style", "srcset", "data", "background", "action")
                .noneMatch(name -> name.startsWith("on"));
        assertThat(Documents.elements(Documents.parsed(PAGE), "a")).isNotEmpty().allSatisfy(link -> {
            assertThat(link.getAttributes().getLength()).isEqualTo(1);
            assertThat(link.getAttribute("href")).startsWith("/api/v1/").isEqualTo(link.getTextContent());
        });
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
    void addressesOfRecordsAreLinksAndNothingElseIs() throws Exception {
        String text =
                "See /api/v1/runs/a-1/artifacts, (/api/v1/models/m.2) and GET /api/v1/runs. Not POST /api/v1/ensembles, /api/v1, /api/v1/../x,"
                        + " /api/v2/runs/a, /api/v1/runs/{id}, https://example.org/api/v1/runs/a, javascript:/api/v1/runs/a,"
                        + " //api/v1/runs/a nor /api/v1//example.org, and \"/api/v1/splits/s\"><b>.";
        Document document = new Document("t", "s", List.of(new Section("a", List.of(new Paragraph(text, false)))));

        assertThat(targets(WebPage.of(document, Links.RELATIVE)))
                .containsExactly(
                        "/api/v1/runs/a-1/artifacts", "/api/v1/models/m.2", "/api/v1/runs", "/api/v1/splits/s");
        String page = WebPage.of(document, new Links(URI.create("http://127.0.0.1:8080/")));
        assertThat(targets(page))
                .startsWith("http://127.0.0.1:8080/api/v1/runs/a-1/artifacts")
                .hasSize(4);
        assertThat(Documents.elements(Documents.parsed(page), "p").map(Element::getTextContent))
                .contains(text);
    }

    private static List<String> targets(String page) throws Exception {
        return Documents.elements(Documents.parsed(page), "a")
                .map(link -> link.getAttribute("href"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "file:///etc",
                "/relative",
                "https:///nowhere",
                "https://user@example.org",
                "https://example.org/?a",
                "https://example.org/#a"
            })
    void linksLeadToAWebServerOnly(String base) {
        URI address = URI.create(base);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Links(address))
                .withMessageContaining("base must begin with https:// or http://");
    }

    /** Nothing makes the page wider than its window: no word of a heading, a text or a table. */
    @Test
    void wordsOfAnyLengthAreDivided() {
        assertThat(PAGE).contains("h1, h2, p, td { overflow-wrap: anywhere; }");
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

    /** Two regions of one shade that lie on each other: where each ends is drawn over both, as its legend says. */
    @Test
    void regionsThatLieOnEachOtherAreToldApartByTheirEdges() throws Exception {
        List<Point> first = List.of(new Point(0, 0.1), new Point(1, 0.1), new Point(1, 0.6), new Point(0, 0.6));
        List<Point> second = List.of(new Point(0, 0.3), new Point(1, 0.3), new Point(1, 0.9), new Point(0, 0.9));
        Chart chart = new Chart(
                "t",
                "d",
                Axis.share("x"),
                Axis.share("y"),
                List.of(new Region("a", Stroke.SOLID, first), new Region("b", Stroke.DASHED, second)),
                "s");

        org.w3c.dom.Document drawn = Documents.parsed(ChartDrawing.draw(chart, "a", false));

        List<Element> polygons = Documents.elements(drawn, "polygon").toList();
        assertThat(polygons).hasSize(4);
        assertThat(polygons.subList(0, 2))
                .noneMatch(one -> one.getAttribute("fill").equals("none"));
        assertThat(polygons.subList(2, 4))
                .allMatch(one -> one.getAttribute("fill").equals("none"));
        assertThat(polygons.subList(2, 4))
                .extracting(one -> one.getAttribute("points"))
                .isEqualTo(polygons.subList(0, 2).stream()
                        .map(one -> one.getAttribute("points"))
                        .toList());
        List<String> dashes = polygons.subList(2, 4).stream()
                .map(one -> one.getAttribute("stroke-dasharray"))
                .toList();
        assertThat(dashes).doesNotHaveDuplicates();
        assertThat(Documents.elements(drawn, "rect")
                        .filter(one -> one.getAttribute("height").equals("8"))
                        .map(one -> one.getAttribute("stroke-dasharray")))
                .containsExactlyElementsOf(dashes);
    }

    @Test
    void numbersChartsSoThatTheirClippingsDoNotMix() throws Exception {
        assertThat(Documents.elements(Documents.parsed(PAGE), "clipPath").map(clip -> clip.getAttribute("id")))
                .hasSize(3 + 5)
                .doesNotHaveDuplicates();
    }

    @Test
    void isTheSameForTheSameDocument() {
        assertThat(WebPage.of(Documents.withEverything(Documents.HOSTILE), Links.RELATIVE))
                .isEqualTo(PAGE);
        Document other = new Document("t", "s", List.of(new Section("a", List.of(new Paragraph("p", false)))));
        assertThat(WebPage.of(other, Links.RELATIVE)).isNotEqualTo(PAGE);
    }
}
