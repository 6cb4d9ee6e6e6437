package org.foldwise.learning.explanation;

import java.util.List;
import java.util.Map;

/** Figures of 5 x 7 pixels, drawn without the platform's fonts: servers often have none. */
final class Digits {
    static final int HEIGHT = 7;

    private static final int WIDTH = 5;

    private static final Map<Character, List<String>> SHAPES = Map.of(
            '0', List.of(".###.", "#...#", "#...#", "#...#", "#...#", "#...#", ".###."),
            '1', List.of("..#..", ".##..", "..#..", "..#..", "..#..", "..#..", ".###."),
            '2', List.of(".###.", "#...#", "....#", "...#.", "..#..", ".#...", "#####"),
            '5', List.of("#####", "#....", "####.", "....#", "....#", "#...#", ".###."),
            '.', List.of(".....", ".....", ".....", ".....", ".....", ".##..", ".##.."));

    /** Receives the dark pixels of a text. */
    @FunctionalInterface
    interface Pen {
        void dot(int x, int y);
    }

    private Digits() {}

    /** Draws a text of the figures that are known here from 0, 0 on. */
    static void draw(String text, Pen pen) {
        for (int i = 0; i < text.length(); i++) {
            List<String> shape = SHAPES.get(text.charAt(i));
            if (shape == null) {
                throw new IllegalArgumentException("there is no figure for '" + text.charAt(i) + "'");
            }
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    if (shape.get(y).charAt(x) == '#') {
                        pen.dot(i * (WIDTH + 1) + x, y);
                    }
                }
            }
        }
    }
}
