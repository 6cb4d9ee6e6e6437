package org.foldwise.learning.dataset.layout;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of a manifest file; immutable. */
public final class ManifestBytes {
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
