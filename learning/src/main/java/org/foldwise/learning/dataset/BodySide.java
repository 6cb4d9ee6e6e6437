package org.foldwise.learning.dataset;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A side of the body, seen from within it. */
public enum BodySide {
    LEFT,
    RIGHT;

    /** What names one in English, German, French, Spanish, Italian and Portuguese, of one and of several; German makes one word of it and of what it is said of. */
    private static final Map<BodySide, Pattern> WORDS = Map.of(
            LEFT,
            Pattern.compile(
                    "left(?:sided)?|links\\p{L}*|linke[mnrs]?|gauches?|izquierd[ao]s?|sinistr[aeio]|esquerd[ao]s?"),
            RIGHT,
            Pattern.compile(
                    "right(?:sided)?|rechts\\p{L}*|rechte[mnrs]?|droite?s?|derech[ao]s?|destr[aeio]|direit[ao]s?"));

    /** What stands for one, and for much else, with what stands for the other in its place. */
    private static final Map<String, String> LEFT_CODES = Map.of("l", "r", "lt", "rt", "os", "od");

    private static final Map<String, String> RIGHT_CODES = Map.of("r", "l", "rt", "lt", "od", "os");

    /** Between words, also where a small letter comes before a capital one. */
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}]+|(?<=\\p{Ll})(?=\\p{Lu})");

    /** R1 is no R, but a margin or a root. */
    private static final Pattern BETWEEN_CODES = Pattern.compile("[^\\p{L}\\p{N}]+|(?<=\\p{Ll})(?=\\p{Lu})");

    /** The side that a word names and nothing else: DICOM has L, R, U for no pair and B for both; people write words, and oculists OS and OD. */
    public static Optional<BodySide> of(String word) {
        String plain = Spelling.folded(Spelling.stripped(word));
        if (LEFT_CODES.containsKey(plain)) {
            return Optional.of(LEFT);
        }
        return RIGHT_CODES.containsKey(plain) ? Optional.of(RIGHT) : named(plain);
    }

    private static Optional<BodySide> named(String word) {
        return WORDS.entrySet().stream()
                .filter(side -> side.getValue().matcher(word).matches())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * The first of a task's labels that names a side, so that it is another label of the mirror image. A word says so alone; {@code L},
     * which may mean low, only beside a label that has the other side in its place, or beside a side that is told by a word.
     */
    public static Optional<String> toldBy(Collection<String> labels) {
        boolean word = labels.stream().anyMatch(BodySide::hasWord);
        Set<List<String>> all = new HashSet<>();
        labels.forEach(label -> all.add(parts(BETWEEN_CODES, label)));
        return labels.stream()
                .filter(label -> hasWord(label)
                        || (word && of(label).isPresent())
                        || others(parts(BETWEEN_CODES, label)).stream().anyMatch(all::contains))
                .findFirst();
    }

    private static boolean hasWord(String label) {
        return parts(BETWEEN_WORDS, label).stream().anyMatch(word -> named(word).isPresent());
    }

    private static List<String> parts(Pattern gaps, String label) {
        return gaps.splitAsStream(Normalizer.normalize(label, Normalizer.Form.NFKC))
                .filter(part -> !part.isEmpty())
                .map(Spelling::folded)
                .toList();
    }

    /** The same words, each code of a side replaced by the other side's of its kind. */
    private static List<List<String>> others(List<String> parts) {
        List<List<String>> others = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            String code = parts.get(i);
            String other = LEFT_CODES.getOrDefault(code, RIGHT_CODES.get(code));
            if (other != null) {
                List<String> label = new ArrayList<>(parts);
                label.set(i, other);
                others.add(label);
            }
        }
        return others;
    }
}
