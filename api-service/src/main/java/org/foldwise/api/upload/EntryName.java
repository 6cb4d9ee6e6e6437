package org.foldwise.api.upload;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.foldwise.api.problem.Mistake;
import org.foldwise.learning.dataset.FileNames;

/**
 * The name of an archive's entry or of a single uploaded image: folders and a file name, separated by slashes. It becomes the
 * image's name in the dataset and is never used as a path of a file.
 *
 * @param value as the archive has it
 */
record EntryName(String value) {
    /** The order of names by code point, which is also that of their bytes in UTF-8. */
    static final Comparator<EntryName> BY_CODE_POINT = (one, other) -> byCodePoint(one.value, other.value);

    private static final int MAXIMUM_LENGTH = 512;
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*", Pattern.DOTALL);
    /** In any case: Windows writes some of them in several. */
    private static final Set<String> SYSTEM_FILES = Set.of(".ds_store", "thumbs.db", "desktop.ini", "dicomdir");
    /** How the steps of a path are that lie within a folder which macOS packs beside the files. */
    private static final Pattern IN_MACOS_FOLDER = Pattern.compile("(?:.*/)?__MACOSX/.*", Pattern.DOTALL);
    /** What tools write before each name where the folder to be packed was called a dot. */
    private static final String HERE = "./";

    private static final String ROOT = "/";
    private static final List<String> IMAGE_SUFFIXES =
            List.of(".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".nii", ".nii.gz");
    /** DICOM files that are called after their identifier end in its last number. */
    private static final Pattern DICOM_SUFFIX = Pattern.compile(".*\\.([0-9]+|dcm|dicom|ima|dic|dc3)", Pattern.DOTALL);

    /** Unicode's sign for what cannot be decoded. */
    static final char REPLACEMENT = '\uFFFD';

    /** The name of an archive's entry, without the dot that stands for the folder that was packed. */
    static EntryName packed(String written) {
        return new EntryName(
                written.startsWith(HERE) && !written.equals(HERE) ? written.substring(HERE.length()) : written);
    }

    /** Whether it is that of the folder itself that was packed, which some tools have an entry for. */
    boolean isPackedFolder() {
        return value.equals(HERE) || value.equals(ROOT);
    }

    /** What is wrong with the name, if anything is. */
    Optional<String> defect() {
        String path = isFolder() ? value.substring(0, value.length() - 1) : value;
        if (path.isEmpty() || path.length() > MAXIMUM_LENGTH) {
            return Optional.of("the name must have 1 to " + MAXIMUM_LENGTH + " characters");
        }
        if (isUndecodable()) {
            return Optional.of("the name must be in UTF-8; pack or call the file anew");
        }
        if (value.codePoints().anyMatch(EntryName::isInvisibleOrBroken)) {
            return Optional.of("the name must not hold control or direction characters");
        }
        if (value.indexOf('\\') >= 0) {
            return Optional.of("the name must not hold backslashes");
        }
        if (value.startsWith("/") || DRIVE.matcher(value).matches()) {
            return Optional.of("the name must be relative");
        }
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return Optional.of("the name must not hold empty, '.' or '..' folders");
            }
        }
        return Optional.empty();
    }

    /** Whether something of it could not be decoded, for which U+FFFD stands. */
    boolean isUndecodable() {
        return value.indexOf(REPLACEMENT) >= 0;
    }

    boolean isFolder() {
        return value.endsWith("/");
    }

    /** Whether it is one of the files that desktops leave in archives. */
    boolean isSystemFile() {
        return IN_MACOS_FOLDER.matcher(value).matches()
                || SYSTEM_FILES.contains(fileName().toLowerCase(Locale.ROOT));
    }

    /**
     * Whether it is called as the files are in which macOS keeps the attributes of another where the file system, or tar, has no place for
     * them; its content then has to prove it.
     */
    boolean isCalledAppleDouble() {
        return fileName().startsWith("._");
    }

    /** Whether it may be a manifest: a CSV file at the root or one folder deep. */
    boolean isManifest() {
        return lowerCase().endsWith(".csv")
                && value.chars().filter(c -> c == '/').count() <= 1;
    }

    /** Whether it is called as images of any format are, which its content then has to prove. */
    boolean isCalledImage() {
        return fileName().indexOf('.') < 0 || IMAGE_SUFFIXES.stream().anyMatch(lowerCase()::endsWith);
    }

    /** Whether it is called as DICOM files are and other images are not, which its content then has to prove. */
    boolean isCalledDicom() {
        return DICOM_SUFFIX.matcher(fileName().toLowerCase(Locale.ROOT)).matches();
    }

    /** Two names with the same key look the same to people or to some file systems. */
    String collisionKey() {
        return FileNames.collisionKey(value);
    }

    /** A pointer to the entry, harmless to print whatever the name holds. */
    String pointer() {
        String shown = value.length() > MAXIMUM_LENGTH ? value.substring(0, MAXIMUM_LENGTH) : value;
        StringBuilder harmless = new StringBuilder();
        shown.codePoints().forEach(c -> harmless.appendCodePoint(isInvisibleOrBroken(c) ? REPLACEMENT : c));
        return Mistake.pointer("", harmless.toString());
    }

    private static int byCodePoint(String one, String other) {
        int common = Math.min(one.length(), other.length());
        for (int i = 0; i < common; i++) {
            char left = one.charAt(i);
            char right = other.charAt(i);
            if (left != right) {
                // surrogates stand for what lies above all other characters
                boolean bothOrNeither = Character.isSurrogate(left) == Character.isSurrogate(right);
                return bothOrNeither ? Character.compare(left, right) : Character.isSurrogate(left) ? 1 : -1;
            }
        }
        return Integer.compare(one.length(), other.length());
    }

    private String fileName() {
        return value.substring(value.lastIndexOf('/') + 1);
    }

    private String lowerCase() {
        return value.toLowerCase(Locale.ROOT);
    }

    private static boolean isInvisibleOrBroken(int codePoint) {
        int type = Character.getType(codePoint);
        return Character.isISOControl(codePoint)
                || codePoint == REPLACEMENT
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
