package org.foldwise.learning.dataset;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether a word is what a file is called. */
public final class FileNames {
    private static final Pattern PUNCTUATION = Pattern.compile("[^\\p{L}\\p{N}]+");

    /** Of images and of what packs them. Ids may have dots as well, and letters behind them: {@code S01.P0001}, {@code 1007.a}. */
    private static final Set<String> EXTENSIONS = Set.of(
            ".dcm", ".dicom", ".dic", ".ima", ".acr", ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".jp2", ".j2k", ".jls",
            ".tif", ".tiff", ".webp", ".bmp", ".gif", ".nii", ".img", ".hdr", ".mha", ".nrrd", ".gz");

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

    /** Names with the same key look the same to people or to some file systems: they differ in case or in Unicode's form of letters. */
    public static String collisionKey(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }

    /** Whether a word ends as the file does: in its extension, if it has one that files of images have. */
    public static boolean hasExtensionOf(String path, String word) {
        String extension = Spelling.folded(path.substring(withoutExtension(path).length()));
        return EXTENSIONS.contains(extension) && Spelling.folded(word).endsWith(extension);
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
