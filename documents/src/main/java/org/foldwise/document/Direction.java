package org.foldwise.document;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Keeps what people wrote from changing the order of what stands beside it. Letters that are read from right to left draw numbers and brackets
 * next to them into their order, and controls turn round all that follows (Unicode Standard Annex 9, Unicode Bidirectional Algorithm).
 */
final class Direction {
    private static final Pattern CONTROL =
            Pattern.compile("[\\x{61C}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]");

    private static final int FIRST_STRONG_ISOLATE = 0x2068;
    private static final int POP_DIRECTIONAL_ISOLATE = 0x2069;

    private Direction() {}

    /** A text whose controls are shown by their numbers, as they act on nothing then. */
    static String visible(String text) {
        return CONTROL.matcher(text)
                .replaceAll(found ->
                        String.format(Locale.ROOT, "<U+%04X>", found.group().codePointAt(0)));
    }

    /** The same, with whatever is read from right to left set apart, words of one name together. */
    static String isolated(String text) {
        String visible = visible(text);
        if (!isRightToLeft(visible)) {
            return visible;
        }
        StringBuilder isolated = new StringBuilder();
        int next = 0;
        while (next < visible.length()) {
            int point = visible.codePointAt(next);
            int end = isRightToLeft(point) ? endOfName(visible, next) : next + Character.charCount(point);
            if (isRightToLeft(point)) {
                isolated.appendCodePoint(FIRST_STRONG_ISOLATE)
                        .append(visible, next, end)
                        .appendCodePoint(POP_DIRECTIONAL_ISOLATE);
            } else {
                isolated.append(visible, next, end);
            }
            next = end;
        }
        return isolated.toString();
    }

    /** Whether some of a text is read from right to left. */
    static boolean isRightToLeft(String text) {
        return text.codePoints().anyMatch(Direction::isRightToLeft);
    }

    /** Behind the last letter from right to left, and the marks on it, that only blanks and hyphens part from the one that the name begins with. */
    private static int endOfName(String text, int start) {
        int end = start;
        int next = start;
        while (next < text.length()) {
            int point = text.codePointAt(next);
            next += Character.charCount(point);
            boolean isMark = Character.getDirectionality(point) == Character.DIRECTIONALITY_NONSPACING_MARK;
            if (isRightToLeft(point) || (isMark && end == next - Character.charCount(point))) {
                end = next;
            } else if (!isMark && point != ' ' && point != '-') {
                break;
            }
        }
        return end;
    }

    private static boolean isRightToLeft(int point) {
        return switch (Character.getDirectionality(point)) {
            case Character.DIRECTIONALITY_RIGHT_TO_LEFT,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC,
                    Character.DIRECTIONALITY_ARABIC_NUMBER -> true;
            default -> false;
        };
    }
}
