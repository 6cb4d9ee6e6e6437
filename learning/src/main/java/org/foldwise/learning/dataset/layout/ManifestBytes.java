package org.foldwise.learning.dataset.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Spelling;

/** The bytes of a manifest file; immutable. */
public final class ManifestBytes {
    private static final Pattern CELLS = Pattern.compile("[,;\t\r\n\"]");
    private static final Charset WESTERN = Charset.forName("windows-1252");
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final byte[] bytes;

    private ManifestBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of {@code bytes}. */
    public static ManifestBytes of(byte[] bytes) {
        return new ManifestBytes(bytes.clone());
    }

    /**
     * The bytes as UTF-8 text, without a byte order mark.
     *
     * @throws CharacterCodingException if they are not UTF-8
     */
    String text() throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        return withoutMark(text);
    }

    /**
     * What the bytes may say, of UTF-8 one text. Spreadsheets write the letters of western Europe in a code page that begins with
     * ISO-8859-1, and "Unicode text" in UTF-16; of what is neither, all that can be read is read.
     */
    List<String> readings() {
        try {
            return List.of(text());
        } catch (CharacterCodingException e) {
            boolean isUtf16 = bytes.length > 1
                    && ((bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF)
                            || (bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE));
            return isUtf16
                    ? List.of(new String(bytes, StandardCharsets.UTF_16))
                    : List.of(withoutMark(new String(bytes, StandardCharsets.UTF_8)), new String(bytes, WESTERN));
        }
    }

    private static String withoutMark(String text) {
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    /** Whether a cell is one of these words, whatever the separator, whether it is quoted, and in whatever letters it is written. */
    public boolean hasCell(Collection<String> words) {
        Set<String> wanted = words.stream().map(Spelling::stripped).collect(Collectors.toSet());
        return readings().stream()
                .anyMatch(text -> hasQuotedCell(text, wanted)
                        || CELLS.splitAsStream(text).map(Spelling::stripped).anyMatch(wanted::contains));
    }

    /** Cells that hold a separator can only be told by the quotes around them. */
    private static boolean hasQuotedCell(String text, Set<String> wanted) {
        try (CsvTable table = CsvTable.of(text)) {
            if (table.header().stream().anyMatch(wanted::contains)) {
                return true;
            }
            for (CsvTable.Row row : table) {
                if (row.cells().stream().anyMatch(wanted::contains)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | UncheckedIOException e) {
            // what can be cut into cells has been
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ManifestBytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
