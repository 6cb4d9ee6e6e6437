package org.foldwise.registry.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.foldwise.learning.provenance.Digest;

/**
 * An API key as its bearer shows it: {@code fw_}, the key's id in base 32 (RFC 4648, lower case, 26 characters), {@code _} and 256
 * random bits in base64url (43 characters). It is shown once and stored as a digest only; {@link #toString()} leaves the secret out.
 */
public final class ApiKeySecret {
    private static final String BASE_32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int ID_LENGTH = 26;
    private static final int SECRET_BYTES = 32;
    private static final Pattern FORM = Pattern.compile("fw_([a-z2-7]{26})_([A-Za-z0-9_-]{43})");

    private final UUID id;
    private final String secret;

    private ApiKeySecret(UUID id, String secret) {
        this.id = id;
        this.secret = secret;
    }

    /** A new secret for the key {@code id}. */
    static ApiKeySecret generate(UUID id, SecureRandom random) {
        byte[] bits = new byte[SECRET_BYTES];
        random.nextBytes(bits);
        return new ApiKeySecret(id, Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
    }

    /** Reads what a bearer shows; empty if it has not the form of a key. */
    static Optional<ApiKeySecret> parse(String presented) {
        Matcher parts = FORM.matcher(presented);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return Optional.of(new ApiKeySecret(decode(parts.group(1)), parts.group(2)));
    }

    /** The id of the key that this is the secret of. */
    public UUID id() {
        return id;
    }

    /** The whole key, for its bearer's eyes. */
    public String reveal() {
        return "fw_" + encode(id) + "_" + secret;
    }

    /** What is stored of it. A fast hash will do for 256 random bits. */
    byte[] sha256() {
        MessageDigest sha256 = Digest.newMessageDigest();
        return sha256.digest(secret.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "fw_" + encode(id) + "_...";
    }

    private static String encode(UUID id) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < ID_LENGTH; i++) {
            digits.append(BASE_32.charAt(fiveBits(id, i)));
        }
        return digits.toString();
    }

    /** Five of the 128 bits, filled up with two zeros at the end to make 26 groups. */
    private static int fiveBits(UUID id, int group) {
        int bits = 0;
        for (int bit = group * 5; bit < group * 5 + 5; bit++) {
            long half = bit < 64 ? id.getMostSignificantBits() : id.getLeastSignificantBits();
            int value = bit < 128 ? (int) (half >>> (63 - bit % 64)) & 1 : 0;
            bits = bits << 1 | value;
        }
        return bits;
    }

    private static UUID decode(String digits) {
        ByteBuffer bytes = ByteBuffer.allocate(16);
        int buffered = 0;
        int bufferedBits = 0;
        for (int i = 0; i < digits.length(); i++) {
            buffered = buffered << 5 | BASE_32.indexOf(digits.charAt(i));
            bufferedBits += 5;
            if (bufferedBits >= 8) {
                bufferedBits -= 8;
                bytes.put((byte) (buffered >>> bufferedBits));
                buffered &= (1 << bufferedBits) - 1;
            }
        }
        bytes.flip();
        return new UUID(bytes.getLong(), bytes.getLong());
    }
}
