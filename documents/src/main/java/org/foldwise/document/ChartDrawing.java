package org.foldwise.document;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.document.Block.Chart;

/** Draws a {@link Chart} as SVG with the attributes of presentation only, so that no style sheet has to be let in. */
final class ChartDrawing {
    static final int WIDTH = 330;
    static final int PLOT_LEFT = 46;
    static final int PLOT_TOP = 8;
    static final int PLOT_WIDTH = 272;
    static final int PLOT_HEIGHT = 216;

    private static final int LEGEND_TOP = PLOT_TOP + PLOT_HEIGHT + 38;
    private static final int LEGEND_LINE = 14;
    private static final String GRID = "#d0d0d0";
    private static final String SHADE = "#c6cdd6";

    private final Chart chart;
    private final String id;
    private final Markup svg = new Markup();

    private ChartDrawing(Chart chart, String id) {
        this.chart = chart;
        this.id = id;
    }

    /**
     * The chart as an {@code svg} element.
     *
     * @param id unique within the document, a name in XML's sense
     * @param isPrint whether it is for {@link PdfFile}, which reads the description from another attribute
     */
    static String draw(Chart chart, String id, boolean isPrint) {
        return new ChartDrawing(chart, id).draw(isPrint);
    }

    private String draw(boolean isPrint) {
        Svg.begin(svg, WIDTH, LEGEND_TOP + LEGEND_LINE * chart.layers().size(), chart.description(), isPrint);
        svg.open("clipPath", "id", id);
        rectangle("#000000");
        svg.close();
        rectangle("#ffffff");
        chart.layers().forEach(layer -> {
            if (layer instanceof Layer.Region region) {
                region(region);
            }
        });
        axes();
        chart.layers().forEach(this::layer);
        for (int i = 0; i < chart.layers().size(); i++) {
            legend(chart.layers().get(i), LEGEND_TOP + i * LEGEND_LINE);
        }
        return svg.close().finished();
    }

    private void rectangle(String fill) {
        svg.empty(
                "rect",
                "x",
                Integer.toString(PLOT_LEFT),
                "y",
                Integer.toString(PLOT_TOP),
                "width",
                Integer.toString(PLOT_WIDTH),
                "height",
                Integer.toString(PLOT_HEIGHT),
                "fill",
                fill);
    }

    private void axes() {
        double bottom = PLOT_TOP + PLOT_HEIGHT;
        double right = PLOT_LEFT + PLOT_WIDTH;
        for (double tick : chart.x().ticks()) {
            Svg.line(svg, x(tick), PLOT_TOP, x(tick), bottom, GRID, 0.6);
            Svg.label(svg, chart.x().written(tick), x(tick), bottom + 13, "middle");
        }
        for (double tick : chart.y().ticks()) {
            Svg.line(svg, PLOT_LEFT, y(tick), right, y(tick), GRID, 0.6);
            Svg.label(svg, chart.y().written(tick), PLOT_LEFT - 5, y(tick) + 3.5, "end");
        }
        Svg.line(svg, PLOT_LEFT, bottom, right, bottom, Svg.INK, 1);
        Svg.line(svg, PLOT_LEFT, PLOT_TOP, PLOT_LEFT, bottom, Svg.INK, 1);
        Svg.label(svg, chart.x().label(), PLOT_LEFT + PLOT_WIDTH / 2.0, bottom + 29, "middle");
        svg.element(
                "text",
                chart.y().label(),
                "transform",
                "translate(11 " + Svg.number(PLOT_TOP + PLOT_HEIGHT / 2.0) + ") rotate(-90)",
                "text-anchor",
                "middle");
    }

    private void layer(Layer layer) {
        if (layer instanceof Layer.Curve curve) {
            curve(curve);
        } else if (layer instanceof Layer.Marks marks) {
            marks(marks);
        } else if (layer instanceof Layer.Upright upright) {
            double at = x(upright.x());
            Svg.line(svg, at, PLOT_TOP, at, PLOT_TOP + PLOT_HEIGHT, Svg.INK, 1.2, "1 2");
        }
    }

    private void region(Layer.Region region) {
        if (region.outline().size() > 2) {
            svg.empty("polygon", "points", points(region.outline()), "fill", SHADE, "clip-path", "url(#" + id + ")");
        }
    }

    private void curve(Layer.Curve curve) {
        if (curve.points().size() < 2) {
            return;
        }
        List<String> attributes = new ArrayList<>(
                List.of("points", points(curve.points()), "fill", "none", "clip-path", "url(#" + id + ")"));
        attributes.addAll(stroke(curve.stroke()));
        svg.empty("polyline", attributes.toArray(String[]::new));
    }

    private void marks(Layer.Marks marks) {
        for (Layer.Mark mark : marks.marks()) {
            double x = x(mark.at().x());
            Double lower = mark.lower();
            Double upper = mark.upper();
            if (lower != null && upper != null) {
                Svg.line(svg, x, y(clamped(lower)), x, y(clamped(upper)), Svg.INK, 1.1);
                Svg.line(svg, x - 3, y(clamped(lower)), x + 3, y(clamped(lower)), Svg.INK, 1.1);
                Svg.line(svg, x - 3, y(clamped(upper)), x + 3, y(clamped(upper)), Svg.INK, 1.1);
            }
            dot(x, y(mark.at().y()));
        }
    }

    private double clamped(double value) {
        return Math.max(chart.y().from(), Math.min(chart.y().to(), value));
    }

    private void legend(Layer layer, double top) {
        double middle = top + LEGEND_LINE / 2.0;
        double left = PLOT_LEFT;
        double right = PLOT_LEFT + 26.0;
        if (layer instanceof Layer.Curve curve) {
            List<String> attributes = new ArrayList<>(List.of(
                    "x1",
                    Svg.number(left),
                    "y1",
                    Svg.number(middle),
                    "x2",
                    Svg.number(right),
                    "y2",
                    Svg.number(middle)));
            attributes.addAll(stroke(curve.stroke()));
            svg.empty("line", attributes.toArray(String[]::new));
        } else if (layer instanceof Layer.Region) {
            svg.empty(
                    "rect",
                    "x",
                    Svg.number(left),
                    "y",
                    Svg.number(middle - 4),
                    "width",
                    Svg.number(right - left),
                    "height",
                    "8",
                    "fill",
                    SHADE);
        } else if (layer instanceof Layer.Marks) {
            dot((left + right) / 2, middle);
        } else {
            Svg.line(svg, left, middle, right, middle, Svg.INK, 1.2, "1 2");
        }
        Svg.label(svg, layer.name(), right + 6, middle + 3.5, "start");
    }

    private static List<String> stroke(Layer.Stroke stroke) {
        return switch (stroke) {
            case SOLID -> List.of("stroke", "#123a63", "stroke-width", "1.8");
            case DASHED -> List.of("stroke", "#7a3b00", "stroke-width", "1.6", "stroke-dasharray", "7 3");
            case DOTTED -> List.of("stroke", "#333333", "stroke-width", "1.4", "stroke-dasharray", "2 2.5");
            case FAINT -> List.of("stroke", "#7d7d7d", "stroke-width", "1");
        };
    }

    private void dot(double x, double y) {
        svg.empty("circle", "cx", Svg.number(x), "cy", Svg.number(y), "r", "2.8", "fill", "#123a63");
    }

    private String points(List<Layer.Point> points) {
        StringBuilder text = new StringBuilder();
        for (Layer.Point point : points) {
            text.append(Svg.number(x(point.x())))
                    .append(',')
                    .append(Svg.number(y(point.y())))
                    .append(' ');
        }
        return text.toString().trim();
    }

    private double x(double value) {
        return PLOT_LEFT
                + PLOT_WIDTH
                        * (value - chart.x().from())
                        / (chart.x().to() - chart.x().from());
    }

    private double y(double value) {
        return PLOT_TOP
                + PLOT_HEIGHT
                        * (chart.y().to() - value)
                        / (chart.y().to() - chart.y().from());
    }
}
