package org.foldwise.document;

import java.util.ArrayList;
import java.util.List;

/** The part of a drawing in which layers are drawn between two axes, with the numbers at these. */
final class Plot {
    static final int LEGEND_LINE = 14;

    private static final String GRID = "#d0d0d0";
    private static final String SHADE = "#c6cdd6";
    private static final double SWATCH = 26;

    private final Markup svg;
    private final Axis xAxis;
    private final Axis yAxis;
    private final Frame frame;
    private final String id;

    /**
     * A plot.
     *
     * @param svg the drawing, within an open {@code svg} element
     * @param id unique within the document, a name in XML's sense
     */
    Plot(Markup svg, Axis xAxis, Axis yAxis, Frame frame, String id) {
        this.svg = svg;
        this.xAxis = xAxis;
        this.yAxis = yAxis;
        this.frame = frame;
        this.id = id;
    }

    /** Where it is within the drawing. */
    record Frame(double left, double top, double width, double height) {
        double right() {
            return left + width;
        }

        double bottom() {
            return top + height;
        }
    }

    /** Regions lie under the grid, their edges and everything else over it: no region hides where another ends. */
    void draw(List<Layer> layers) {
        svg.open("clipPath", "id", id);
        rectangle("#000000");
        svg.close();
        rectangle("#ffffff");
        layers.forEach(layer -> {
            if (layer instanceof Layer.Region region) {
                region(region);
            }
        });
        axes();
        layers.forEach(layer -> {
            if (layer instanceof Layer.Region region) {
                edge(region);
            }
        });
        layers.forEach(this::layer);
    }

    private void rectangle(String fill) {
        svg.empty(
                "rect",
                "x",
                Svg.number(frame.left()),
                "y",
                Svg.number(frame.top()),
                "width",
                Svg.number(frame.width()),
                "height",
                Svg.number(frame.height()),
                "fill",
                fill);
    }

    private void axes() {
        for (double tick : xAxis.ticks()) {
            Svg.line(svg, x(tick), frame.top(), x(tick), frame.bottom(), GRID, 0.6);
            Svg.label(svg, xAxis.written(tick), x(tick), frame.bottom() + 13, "middle");
        }
        for (double tick : yAxis.ticks()) {
            Svg.line(svg, frame.left(), y(tick), frame.right(), y(tick), GRID, 0.6);
            Svg.label(svg, yAxis.written(tick), frame.left() - 5, y(tick) + 3.5, "end");
        }
        Svg.line(svg, frame.left(), frame.bottom(), frame.right(), frame.bottom(), Svg.INK, 1);
        Svg.line(svg, frame.left(), frame.top(), frame.left(), frame.bottom(), Svg.INK, 1);
    }

    private void layer(Layer layer) {
        if (layer instanceof Layer.Curve curve) {
            curve(curve);
        } else if (layer instanceof Layer.Marks marks) {
            marks(marks);
        } else if (layer instanceof Layer.Upright upright) {
            double at = x(upright.x());
            Svg.line(svg, at, frame.top(), at, frame.bottom(), Svg.INK, 1.2, "1 2");
        }
    }

    private void region(Layer.Region region) {
        if (region.outline().size() > 2) {
            svg.empty("polygon", "points", points(region.outline()), "fill", SHADE, "clip-path", "url(#" + id + ")");
        }
    }

    private void edge(Layer.Region region) {
        Layer.Stroke edge = region.edge();
        if (edge != null && region.outline().size() > 2) {
            List<String> attributes = new ArrayList<>(
                    List.of("points", points(region.outline()), "fill", "none", "clip-path", "url(#" + id + ")"));
            attributes.addAll(thin(edge));
            svg.empty("polygon", attributes.toArray(String[]::new));
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
            dot(svg, x, y(mark.at().y()));
        }
    }

    private double clamped(double value) {
        return Math.max(yAxis.from(), Math.min(yAxis.to(), value));
    }

    /** A line of a legend: how a layer is drawn, and its name. */
    static void legend(Markup svg, Layer layer, double left, double top) {
        double middle = top + LEGEND_LINE / 2.0;
        double right = left + SWATCH;
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
        } else if (layer instanceof Layer.Region region) {
            Layer.Stroke edge = region.edge();
            List<String> attributes = new ArrayList<>(List.of(
                    "x",
                    Svg.number(left),
                    "y",
                    Svg.number(middle - 4),
                    "width",
                    Svg.number(right - left),
                    "height",
                    "8",
                    "fill",
                    SHADE));
            attributes.addAll(edge == null ? List.of() : thin(edge));
            svg.empty("rect", attributes.toArray(String[]::new));
        } else if (layer instanceof Layer.Marks) {
            dot(svg, (left + right) / 2, middle);
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

    /** The strokes of curves, thinner, for edges of what belongs to them. */
    private static List<String> thin(Layer.Stroke stroke) {
        return switch (stroke) {
            case SOLID -> List.of("stroke", "#123a63", "stroke-width", "0.8");
            case DASHED -> List.of("stroke", "#7a3b00", "stroke-width", "0.8", "stroke-dasharray", "5 2");
            case DOTTED -> List.of("stroke", "#333333", "stroke-width", "0.8", "stroke-dasharray", "1.2 1.8");
            case FAINT -> List.of("stroke", "#7d7d7d", "stroke-width", "0.6");
        };
    }

    private static void dot(Markup svg, double x, double y) {
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
        return frame.left() + frame.width() * (value - xAxis.from()) / (xAxis.to() - xAxis.from());
    }

    private double y(double value) {
        return frame.top() + frame.height() * (yAxis.to() - value) / (yAxis.to() - yAxis.from());
    }
}
