package org.foldwise.learning.dataset;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A side of the body, seen from within it. */
public enum BodySide {
    LEFT,
    RIGHT;

    private static final Pattern WORDS = Pattern.compile("[^\\p{L}]+");

    /** The side that a word names and nothing else: DICOM has L, R, U for no pair and B for both; people write words. */
    public static Optional<BodySide> of(String word) {
        return switch (word.strip().toLowerCase(Locale.ROOT)) {
            case "l", "left" -> Optional.of(LEFT);
            case "r", "right" -> Optional.of(RIGHT);
            default -> Optional.empty();
        };
    }

    /** Whether a label is a side, or names one by a word, so that it is another label of the mirror image. */
    public static boolean isToldBy(String label) {
        return of(label).isPresent()
                || WORDS.splitAsStream(label)
                        .anyMatch(word -> word.equalsIgnoreCase("left") || word.equalsIgnoreCase("right"));
    }
}
