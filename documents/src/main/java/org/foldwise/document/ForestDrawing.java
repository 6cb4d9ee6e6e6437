package org.foldwise.document;

import org.foldwise.document.Block.Forest;
import org.foldwise.document.Block.Row;

/** Draws a {@link Forest} as SVG. */
final class ForestDrawing {
    static final int PLOT_LEFT = 190;
    static final int PLOT_WIDTH = 250;

    private static final int WIDTH = 640;
    private static final int TOP = 8;
    private static final int LINE = 20;
    private static final int LONGEST_LABEL = 34;
    private static final int LONGEST_TEXT = 34;

    private ForestDrawing() {}

    /** The estimates as an {@code svg} element; see {@link ChartDrawing#draw}. */
    static String draw(Forest forest, boolean isPrint) {
        Markup svg = new Markup(isPrint);
        int bottom = TOP + LINE * forest.rows().size();
        Svg.begin(svg, WIDTH, bottom + 36, forest.description(), isPrint);
        Axis axis = forest.axis();
        for (double tick : axis.ticks()) {
            double x = x(axis, tick);
            Svg.line(svg, x, TOP, x, bottom, "#d0d0d0", 0.6);
            Svg.label(svg, axis.written(tick), x, bottom + 13.0, "middle");
        }
        Double reference = forest.reference();
        if (reference != null && reference >= axis.from() && reference <= axis.to()) {
            double x = x(axis, reference);
            Svg.line(svg, x, TOP, x, bottom, "#555555", 1.2);
        }
        Svg.line(svg, PLOT_LEFT, bottom, PLOT_LEFT + PLOT_WIDTH, bottom, Svg.INK, 1);
        Svg.label(svg, axis.label(), PLOT_LEFT + PLOT_WIDTH / 2.0, bottom + 29.0, "middle");
        for (int i = 0; i < forest.rows().size(); i++) {
            row(svg, axis, forest.rows().get(i), TOP + LINE * i + LINE / 2.0);
        }
        return svg.close().finished();
    }

    private static void row(Markup svg, Axis axis, Row row, double y) {
        Svg.label(svg, Svg.shortened(row.label(), LONGEST_LABEL), PLOT_LEFT - 10.0, y + 3.5, "end");
        Double value = row.value();
        if (value == null) {
            text(svg, row, y);
            return;
        }
        Double lower = row.lower();
        Double upper = row.upper();
        if (lower != null && upper != null) {
            Svg.line(svg, x(axis, within(axis, lower)), y, x(axis, within(axis, upper)), y, Svg.INK, 1.2);
        }
        double x = x(axis, within(axis, value));
        svg.empty(
                "rect",
                "x",
                Svg.number(x - 3.5),
                "y",
                Svg.number(y - 3.5),
                "width",
                "7",
                "height",
                "7",
                "fill",
                "#123a63");
        text(svg, row, y);
    }

    private static void text(Markup svg, Row row, double y) {
        Svg.label(svg, Svg.shortened(row.text(), LONGEST_TEXT), PLOT_LEFT + PLOT_WIDTH + 10.0, y + 3.5, "start");
    }

    private static double within(Axis axis, double value) {
        return Math.max(axis.from(), Math.min(axis.to(), value));
    }

    private static double x(Axis axis, double value) {
        return PLOT_LEFT + PLOT_WIDTH * (value - axis.from()) / (axis.to() - axis.from());
    }
}
