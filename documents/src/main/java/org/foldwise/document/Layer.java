package org.foldwise.document;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something drawn into a chart. Layers differ by dashes and shape, never by colour alone. */
public sealed interface Layer {
    /** What the legend calls it. */
    String name();

    /**
     * A point in the units of the axes.
     *
     * @param x to the right
     * @param y upwards
     */
    record Point(double x, double y) {
        public Point {
            if (!Double.isFinite(x) || !Double.isFinite(y)) {
                throw new IllegalArgumentException("a point must be finite, was " + x + ", " + y);
            }
        }
    }

    /** How a curve is stroked. */
    enum Stroke {
        SOLID,
        DASHED,
        DOTTED,
        FAINT
    }

    /**
     * Points joined by straight lines.
     *
     * @param stroke how
     * @param points in order
     */
    record Curve(String name, Stroke stroke, List<Point> points) implements Layer {
        public Curve {
            points = List.copyOf(points);
        }
    }

    /**
     * A shaded region. All have one shade, so where two may lie on each other each is edged as the curve that it belongs to.
     *
     * @param edge how its outline is stroked; absent for a shade alone
     * @param outline its corners in order
     */
    record Region(String name, @Nullable Stroke edge, List<Point> outline) implements Layer {
        public Region {
            outline = List.copyOf(outline);
        }

        /** A region without an edge. */
        public Region(String name, List<Point> outline) {
            this(name, null, outline);
        }
    }

    /**
     * Single marks, with vertical intervals where there are any.
     *
     * @param marks in order
     */
    record Marks(String name, List<Mark> marks) implements Layer {
        public Marks {
            marks = List.copyOf(marks);
        }
    }

    /**
     * A mark.
     *
     * @param at where
     * @param lower the lower end of an interval upwards; absent for none
     * @param upper the upper end; absent for none
     */
    record Mark(Point at, @Nullable Double lower, @Nullable Double upper) {}

    /**
     * A line from bottom to top.
     *
     * @param x where
     */
    record Upright(String name, double x) implements Layer {}
}
