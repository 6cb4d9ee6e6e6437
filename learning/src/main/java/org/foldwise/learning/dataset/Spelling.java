package org.foldwise.learning.dataset;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;

import java.text.Normalizer;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How words of tables are written: names of patients, labels and sites. Blanks are all of Unicode's, that of no break among them, and the characters that
 * nobody sees, such as one of no width.
 */
public final class Spelling {
    /** Format characters, and those others that Unicode says are not shown where a font does not know them. */
    private static final String INVISIBLE =
            "\\p{Cf}\\x{34F}\\x{115F}\\x{1160}\\x{17B4}\\x{17B5}\\x{180B}-\\x{180F}\\x{3164}\\x{FE00}-\\x{FE0F}\\x{FFA0}\\x{E0100}-\\x{E01EF}";

    /** The braille pattern without dots, which Unicode counts among the symbols. */
    private static final String NO_DOTS = "\\x{2800}";

    private static final String BLANK = "\\s\\p{Z}\\x{1C}-\\x{1F}" + NO_DOTS + INVISIBLE;
    private static final Pattern INVISIBLES = Pattern.compile("[" + INVISIBLE + "]+");
    private static final Pattern BLANKS = Pattern.compile("[" + BLANK + "]+");
    /** Embeddings, overrides and isolates of the Unicode Bidirectional Algorithm; the marks that names need are none of them. */
    private static final Pattern TURNS = Pattern.compile("[\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]");

    /**
     * Joiners and selectors of a letter's form stand behind letters that take them, and show there. Of ASCII these are those of
     * keycaps alone. The tags of England's, Scotland's and Wales's letters make a black flag theirs.
     */
    private static final Pattern FORMS = Pattern.compile(
            "(?<=[^\\x00-\\x7F])[\\x{200C}\\x{200D}\\x{180B}-\\x{180D}\\x{180F}\\x{FE00}-\\x{FE0F}\\x{E0100}-\\x{E01EF}]"
                    + "|(?<=[0-9#*])\\x{FE0F}(?=\\x{20E3})"
                    + "|\\x{1F3F4}\\x{E0067}\\x{E0062}(?:\\x{E0065}\\x{E006E}\\x{E0067}|\\x{E0073}\\x{E0063}\\x{E0074}"
                    + "|\\x{E0077}\\x{E006C}\\x{E0073})\\x{E007F}");

    private static final Pattern HIDDEN = Pattern.compile("[\\p{Zl}\\p{Zp}" + NO_DOTS + INVISIBLE + "]");

    private static final Pattern UNSEEN = Pattern.compile("[\\p{M}" + BLANK + "&&[^ ]]");

    private Spelling() {}

    /** A word without the blanks before and behind it. */
    public static String stripped(String word) {
        int from = 0;
        int to = word.length();
        while (from < to && isBlank(word.codePointAt(from))) {
            from += Character.charCount(word.codePointAt(from));
        }
        while (to > from && isBlank(word.codePointBefore(to))) {
            to -= Character.charCount(word.codePointBefore(to));
        }
        return word.substring(from, to);
    }

    private static boolean isBlank(int character) {
        return character < 0x80
                ? Character.isWhitespace(character)
                : BLANKS.matcher(Character.toString(character)).matches();
    }

    /** Whether two words are equal once case, blanks and the ways to write one letter are left aside. */
    public static boolean isSame(String word, String other) {
        return same(word).equals(same(other));
    }

    /** Groups of two or more different words that are {@link #isSame the same}, in alphabetical order. */
    public static List<SortedSet<String>> variants(Collection<String> words) {
        return words.stream()
                .collect(groupingBy(Spelling::same, TreeMap::new, toCollection(() -> new TreeSet<String>())))
                .values()
                .stream()
                .filter(group -> group.size() > 1)
                .<SortedSet<String>>map(group -> group)
                .toList();
    }

    /** A word for people who have to tell it from another: blanks but the common one, and marks that stand apart from their letter, by number. */
    public static String shown(String word) {
        return UNSEEN.matcher(word)
                .replaceAll(found ->
                        String.format(Locale.ROOT, "<U+%04X>", found.group().codePointAt(0)));
    }

    /** Whether a word turns round what is written beside it, or hides that parts of it are turned round. */
    public static boolean turnsText(String word) {
        return TURNS.matcher(word).find();
    }

    /** Whether people see a word, and all of it: it is not made of blanks alone, and holds nothing that leaves no trace. */
    public static boolean isSeen(String word) {
        return !stripped(word).isEmpty()
                && !HIDDEN.matcher(FORMS.matcher(word).replaceAll("")).find();
    }

    /** What words that are the same have in common. */
    static String same(String word) {
        return BLANKS.matcher(folded(word)).replaceAll("");
    }

    /**
     * Compatible characters composed (normalisation form KC), cases folded, and characters that nobody sees left out, as Unicode's
     * NFKC_Casefold does (The Unicode Standard, 3.13). Cases are folded through capitals, of which a letter may have several.
     */
    public static String folded(String word) {
        String visible = INVISIBLES
                .matcher(Normalizer.normalize(word, Normalizer.Form.NFKC))
                .replaceAll("");
        StringBuilder folded = new StringBuilder();
        // letter by letter, as a small sigma depends on its place in a word
        visible.toUpperCase(Locale.ROOT)
                .codePoints()
                .map(Character::toLowerCase)
                .forEach(folded::appendCodePoint);
        return Normalizer.normalize(folded, Normalizer.Form.NFKC);
    }
}
