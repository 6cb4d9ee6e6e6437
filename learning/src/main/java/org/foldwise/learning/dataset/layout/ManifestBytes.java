package org.foldwise.learning.dataset.layout;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The bytes of a manifest file; immutable. */
public final class ManifestBytes {
    private static final Pattern CELLS = Pattern.compile("[,;\t\r\n\"]");
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
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    /**
     * Whether a cell is one of these words, whatever the separator and whether it is quoted; of bytes that are no text, whether they
     * hold one of the words anywhere.
     */
    public boolean hasCell(Collection<String> words) {
        try {
            Set<String> wanted = words.stream().map(String::strip).collect(Collectors.toSet());
            return CELLS.splitAsStream(text()).map(String::strip).anyMatch(wanted::contains);
        } catch (CharacterCodingException e) {
            String latin = new String(bytes, StandardCharsets.ISO_8859_1);
            return words.stream()
                    .map(word -> new String(word.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                    .anyMatch(latin::contains);
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
