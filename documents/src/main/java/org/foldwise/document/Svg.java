package org.foldwise.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What drawings are made of, with the attributes of presentation only, so that no style sheet has to be let in. */
final class Svg {
    static final String INK = "#1a1a1a";

    private Svg() {}

    /** Opens an {@code svg} element that says in words what it shows. */
    static void begin(Markup svg, int width, int height, String description, boolean isPrint) {
        String size = "0 0 " + width + " " + height;
        String named = isPrint ? "alt" : "aria-label";
        svg.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "width",
                Integer.toString(width),
                "height",
                Integer.toString(height),
                "viewBox",
                size,
                "role",
                "img",
                named,
                description,
                "font-family",
                isPrint ? "Liberation Sans" : "Liberation Sans, Arial, Helvetica, sans-serif",
                "font-size",
                "10",
                "fill",
                INK);
    }

    /** A text whose {@code anchor} is at its start, middle or end. */
    static void label(Markup svg, String text, double x, double y, String anchor) {
        List<String> attributes = new ArrayList<>(List.of("x", number(x), "y", number(y), "text-anchor", anchor));
        if (svg.isPrint() && Direction.isRightToLeft(text)) {
            // as the texts outside of drawings; else numbers would change places with the letters beside them
            attributes.addAll(List.of("direction", "ltr", "unicode-bidi", "bidi-override"));
        }
        svg.element("text", text, attributes.toArray(String[]::new));
    }

    static void line(Markup svg, double x1, double y1, double x2, double y2, String colour, double width) {
        line(svg, x1, y1, x2, y2, colour, width, null);
    }

    /** @param dashes lengths of strokes and gaps in turns; absent for a line without gaps */
    static void line(
            Markup svg,
            double x1,
            double y1,
            double x2,
            double y2,
            String colour,
            double width,
            @Nullable String dashes) {
        List<String> attributes = new ArrayList<>(List.of(
                "x1",
                number(x1),
                "y1",
                number(y1),
                "x2",
                number(x2),
                "y2",
                number(y2),
                "stroke",
                colour,
                "stroke-width",
                number(width)));
        if (dashes != null) {
            attributes.addAll(List.of("stroke-dasharray", dashes));
        }
        svg.empty("line", attributes.toArray(String[]::new));
    }

    /** A text of at most that many characters, the last of which says that there were more. */
    static String shortened(String text, int longest) {
        String shown = Direction.visible(text);
        return shown.codePointCount(0, shown.length()) <= longest
                ? shown
                : shown.substring(0, shown.offsetByCodePoints(0, longest - 1)) + "\u2026";
    }

    /** A length in the drawing, to a hundredth. */
    static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
