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
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Spelling;
import org.jspecify.annotations.Nullable;

/** The bytes of a manifest, or of another table that people upload; immutable. */
public final class ManifestBytes {
    private static final Pattern CELLS = Pattern.compile("[,;\t\r\n\"]");
    private static final Charset WESTERN = Charset.forName("windows-1252");
    /** How workbooks begin: those of Excel and others since 2007 as ZIP files do, older ones as OLE2 files do. */
    private static final byte[] PACKED = HexFormat.of().parseHex("504b0304");

    private static final byte[] COMPOUND = HexFormat.of().parseHex("d0cf11e0a1b11ae1");
    private static final byte[] BIG_MARK = HexFormat.of().parseHex("feff");
    private static final byte[] LITTLE_MARK = HexFormat.of().parseHex("fffe");
    /** So many bytes tell what all are. */
    private static final int LOOKED_AT = 4096;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final byte[] bytes;

    private ManifestBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of {@code bytes}. */
    public static ManifestBytes of(byte[] bytes) {
        return new ManifestBytes(bytes.clone());
    }

    /** What they are in place of CSV in UTF-8, and what to do about it; null where nothing tells that they are not. */
    public @Nullable String fault() {
        if (begins(PACKED) || begins(COMPOUND)) {
            return "is a workbook or another packed file, not CSV; save the sheet as CSV in UTF-8";
        }
        return wide() == null ? null : "is text in UTF-16, not in UTF-8; save it as CSV in UTF-8";
    }

    private boolean begins(byte[] start) {
        return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }

    /** Which UTF-16 they are, if any: by the mark that it may begin with, else by zeros beside the separators and line ends of a table. */
    private @Nullable Charset wide() {
        if (begins(BIG_MARK) || begins(LITTLE_MARK)) {
            return StandardCharsets.UTF_16;
        }
        int high = 0;
        int low = 0;
        int looked = Math.min(bytes.length & ~1, LOOKED_AT);
        for (int i = 0; i < looked; i += 2) {
            high += bytes[i] == 0 && bytes[i + 1] != 0 ? 1 : 0;
            low += bytes[i] != 0 && bytes[i + 1] == 0 ? 1 : 0;
        }
        // text without separators, digits and Latin letters is no table; a zero in one pair of two is in no text of one
        // byte a letter
        if (4 * Math.max(high, low) < looked || looked == 0) {
            return null;
        }
        return high > low ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
    }

    /**
     * The bytes as UTF-8 text, without a byte order mark.
     *
     * @throws CharacterCodingException if they are not UTF-8
     */
    public String text() throws CharacterCodingException {
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
        Charset wide = wide();
        if (wide != null) {
            return List.of(new String(bytes, wide));
        }
        try {
            return List.of(text());
        } catch (CharacterCodingException e) {
            return List.of(withoutMark(new String(bytes, StandardCharsets.UTF_8)), new String(bytes, WESTERN));
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
