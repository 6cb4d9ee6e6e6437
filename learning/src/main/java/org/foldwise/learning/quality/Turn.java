package org.foldwise.learning.quality;

/** The eight ways in which a square picture can lie: turned by quarters, seen in a mirror or not. */
enum Turn {
    UPRIGHT(false, false, false),
    /** Left and right have changed sides. */
    MIRRORED(true, false, false),
    /** Top and bottom have changed sides. */
    MIRRORED_UPSIDE_DOWN(false, true, false),
    TURNED_HALF(true, true, false),
    MIRRORED_TURNED_RIGHT(false, false, true),
    /** A quarter counter-clockwise. */
    TURNED_LEFT(true, false, true),
    /** A quarter clockwise. */
    TURNED_RIGHT(false, true, true),
    MIRRORED_TURNED_LEFT(true, true, true);

    private final boolean fromRight;
    private final boolean fromBottom;
    private final boolean transposed;

    Turn(boolean fromRight, boolean fromBottom, boolean transposed) {
        this.fromRight = fromRight;
        this.fromBottom = fromBottom;
        this.transposed = transposed;
    }

    /** Which value of the upright thumbnail, row by row, is seen at a place of the turned one. */
    int source(int x, int y) {
        int last = Thumbnail.SIDE - 1;
        int column = transposed ? y : x;
        int row = transposed ? x : y;
        return (fromBottom ? last - row : row) * Thumbnail.SIDE + (fromRight ? last - column : column);
    }

    /** The turn that does what {@code first} does and then this one. */
    Turn after(Turn first) {
        for (Turn both : values()) {
            // two neighbouring places tell eight ways to lie apart
            if (both.source(0, 0) == first.sourceOf(source(0, 0))
                    && both.source(1, 0) == first.sourceOf(source(1, 0))) {
                return both;
            }
        }
        throw new IllegalStateException("turns of a square are a group");
    }

    private int sourceOf(int place) {
        return source(place % Thumbnail.SIDE, place / Thumbnail.SIDE);
    }

    /** Whether it takes a mirror, such as a film laid on the scanner's glass the wrong way. */
    boolean isMirrored() {
        return (fromRight != fromBottom) != transposed;
    }

    /**
     * The coefficient of a cosine transform after the turn, from those of the upright picture: mirrors change the sign of the odd
     * waves along their direction, quarter turns exchange rows and columns.
     *
     * @param coefficients of the upright picture, {@code side} x {@code side}, by vertical and then by horizontal frequency
     */
    double coefficient(double[] coefficients, int side, int vertical, int horizontal) {
        int across = transposed ? vertical : horizontal;
        int down = transposed ? horizontal : vertical;
        boolean negated = (fromRight && across % 2 == 1) != (fromBottom && down % 2 == 1);
        double value = coefficients[down * side + across];
        return negated ? -value : value;
    }
}
