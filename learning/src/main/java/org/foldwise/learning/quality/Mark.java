package org.foldwise.learning.quality;

import java.util.List;

/** Where lead letters, burned-in text and the like may lie: a corner, or an edge between two of them. */
enum Mark {
    UPPER_LEFT("upper left", 1),
    UPPER_RIGHT("upper right", 1 << 1),
    LOWER_LEFT("lower left", 1 << 2),
    LOWER_RIGHT("lower right", 1 << 3),
    LEFT_EDGE("left edge", 1 << 4),
    UPPER_EDGE("upper edge", 1 << 5),
    RIGHT_EDGE("right edge", 1 << 6),
    LOWER_EDGE("lower edge", 1 << 7);

    static final List<Mark> CORNERS = List.of(UPPER_LEFT, UPPER_RIGHT, LOWER_LEFT, LOWER_RIGHT);
    static final List<Mark> EDGES = List.of(LEFT_EDGE, UPPER_EDGE, RIGHT_EDGE, LOWER_EDGE);

    private final String place;
    private final int bit;

    Mark(String place, int bit) {
        this.place = place;
        this.bit = bit;
    }

    /** For people. */
    String place() {
        return place;
    }

    /** One of 8 bits, as it is kept. */
    int bit() {
        return bit;
    }
}
