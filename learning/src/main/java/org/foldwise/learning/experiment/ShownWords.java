package org.foldwise.learning.experiment;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Words by which ways to image and parts of the body are named. Whatever joins words in a name parts them, so that {@code XR_ELBOW} and
 * {@code Head-Neck} are of two words each; letters of both cases are the same.
 */
final class ShownWords {
    private static final Pattern JOINTS = Pattern.compile("[^\\p{L}\\p{N}]+");

    private final Pattern pattern;

    private ShownWords(Pattern pattern) {
        this.pattern = pattern;
    }

    /** Whole words, or the beginnings of words where a star follows; of several words, blanks between them. */
    static ShownWords of(String... words) {
        return new ShownWords(Pattern.compile(
                Arrays.stream(words)
                        .map(word -> word.endsWith("*")
                                ? Pattern.quote(word.substring(0, word.length() - 1))
                                : Pattern.quote(word) + "\\b")
                        .collect(Collectors.joining("|", "\\b(", ")")),
                Pattern.CASE_INSENSITIVE));
    }

    /** Whether a text has any of them. */
    boolean in(String text) {
        return pattern.matcher(JOINTS.matcher(text).replaceAll(" ")).find();
    }
}
