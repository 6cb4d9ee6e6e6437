package org.foldwise.learning.dataset.synthetic;

import java.util.List;

/**
 * A lead letter beside the patient's shoulder, which says left or right.
 *
 * @param rows of the glyph from top to bottom, {@code #} where it is white
 * @param left whether it lies on the film's left
 * @param size height of one glyph row as a share of the film's longer side
 * @param offsetX distance from the film's side, as a share of its longer side
 * @param offsetY distance from the film's top, as a share of its longer side
 */
record Marker(List<String> rows, boolean left, double size, double offsetX, double offsetY) {
    private static final List<String> R = List.of("####.", "#...#", "#...#", "####.", "#.#..", "#..#.", "#...#");
    private static final List<String> L = List.of("#....", "#....", "#....", "#....", "#....", "#....", "#####");
    private static final List<String> BOXED_R = List.of(
            "#########",
            "#.......#",
            "#.###...#",
            "#.#..#..#",
            "#.###...#",
            "#.#.#...#",
            "#.#..#..#",
            "#.......#",
            "#########");
    private static final List<String> BOXED_L = List.of(
            "#########",
            "#.......#",
            "#.#.....#",
            "#.#.....#",
            "#.#.....#",
            "#.#.....#",
            "#.####..#",
            "#.......#",
            "#########");

    Marker {
        rows = List.copyOf(rows);
    }

    /** Four kinds in turn, so that neighbouring sites differ: R on the film's left, L on its right, plain or boxed. */
    static Marker drawn(SeededStream random, int index) {
        List<List<String>> kinds = List.of(R, L, BOXED_L, BOXED_R);
        int kind = index % kinds.size();
        boolean left = kind == 0 || kind == 3;
        return new Marker(
                kinds.get(kind),
                left,
                random.between(0.009, 0.012),
                random.between(0.04, 0.07),
                random.between(0.04, 0.08));
    }

    /** Whether the marker covers a pixel of a film of that size. */
    boolean covers(int x, int y, int width, int height) {
        double unit = size * Math.max(width, height);
        double fromSide = offsetX * Math.max(width, height);
        double start = left ? fromSide : width - fromSide - rows.get(0).length() * unit;
        int column = (int) Math.floor((x + 0.5 - start) / unit);
        int row = (int) Math.floor((y + 0.5 - offsetY * Math.max(width, height)) / unit);
        return row >= 0
                && row < rows.size()
                && column >= 0
                && column < rows.get(row).length()
                && rows.get(row).charAt(column) == '#';
    }
}
