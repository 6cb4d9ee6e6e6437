package org.foldwise.learning.dataset.layout;

import java.util.Collection;

/** Words in a text that nobody can cut into cells. */
final class WholeWords {
    private WholeWords() {}

    /** Whether one of the words stands somewhere, with neither letter nor digit before and behind it. */
    static boolean isOneIn(String text, Collection<String> words) {
        return words.stream().anyMatch(word -> isIn(text, word));
    }

    private static boolean isIn(String text, String word) {
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            int end = at + word.length();
            boolean begins = at == 0 || !Character.isLetterOrDigit(text.codePointBefore(at));
            boolean ends = end == text.length() || !Character.isLetterOrDigit(text.codePointAt(end));
            if (begins && ends) {
                return true;
            }
        }
        return false;
    }
}
