package org.foldwise.learning.dataset;

import java.util.regex.Pattern;

/** Whether a word is what a file is called. */
public final class FileNames {
    private static final Pattern PUNCTUATION = Pattern.compile("[^\\p{L}\\p{N}]+");

    private FileNames() {}

    /**
     * Whether a file is called so, with or without folders and extensions, letters of any case and punctuation left aside. Of nothing but punctuation no file is.
     *
     * @param path of the file, with {@code /} between folders
     */
    public static boolean isCalled(String path, String word) {
        String wanted = bare(word);
        if (wanted.isEmpty()) {
            return false;
        }
        for (int from = 0; from >= 0; from = next(path, from)) {
            String name = path.substring(from);
            String stem = withoutExtension(name);
            if (wanted.equals(bare(name)) || wanted.equals(bare(stem)) || wanted.equals(bare(withoutExtension(stem)))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a word ends as the file does: in its extension, if it has one. What is but digits is none: keys may have dots. */
    public static boolean hasExtensionOf(String path, String word) {
        String stem = withoutExtension(path);
        return path.substring(stem.length()).chars().anyMatch(Character::isLetter)
                && Spelling.folded(word).endsWith(Spelling.folded(path.substring(stem.length())));
    }

    /** Where the name within the next folder begins; -1 behind the last. */
    private static int next(String path, int from) {
        int slash = path.indexOf('/', from);
        return slash < 0 ? -1 : slash + 1;
    }

    /** Packed volumes have two of them. */
    private static String withoutExtension(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= name.lastIndexOf('/') + 1 ? name : name.substring(0, dot);
    }

    /** What is left of a name whoever has made an id of it. */
    private static String bare(String name) {
        return PUNCTUATION.matcher(Spelling.folded(name)).replaceAll("");
    }
}
