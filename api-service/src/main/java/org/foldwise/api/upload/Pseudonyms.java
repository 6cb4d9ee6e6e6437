package org.foldwise.api.upload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Turns identifiers into keyed pseudonyms (HMAC-SHA-256, the first 128 bits): equal where the identifiers are, the same in all
 * datasets of a platform, and of no use to whoever lacks the key. The key is a file that only the platform's owner may read; without
 * it earlier pseudonyms cannot be made again.
 */
public final class Pseudonyms {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int PSEUDONYM_BYTES = 16;

    private final SecretKeySpec key;

    private Pseudonyms(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /**
     * Reads the key, or makes one where there is none.
     *
     * @throws IllegalStateException if the file holds no key
     */
    static Pseudonyms open(Path keyFile, SecureRandom random) {
        try {
            if (!Files.exists(keyFile)) {
                create(keyFile, random);
            }
            String text = Files.readString(keyFile, StandardCharsets.US_ASCII).strip();
            if (!text.matches("[0-9a-f]{" + 2 * KEY_BYTES + "}")) {
                throw new IllegalStateException("foldwise.upload.pseudonym-key-file must hold " + 2 * KEY_BYTES
                        + " hexadecimal digits; it holds something else");
            }
            return new Pseudonyms(HexFormat.of().parseHex(text));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read foldwise.upload.pseudonym-key-file", e);
        }
    }

    /** Another process of the platform may do the same at that moment; the first one wins. */
    private static void create(Path keyFile, SecureRandom random) throws IOException {
        Path directory = keyFile.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        Path draft = Files.createTempFile(directory, "pseudonym", ".new", ownerOnly(keyFile));
        try {
            Files.writeString(draft, HexFormat.of().formatHex(key), StandardOpenOption.SYNC);
            Files.createLink(keyFile, draft);
        } catch (FileAlreadyExistsException e) {
            // the other one's key counts
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString("rw-------");
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    /** 32 hexadecimal digits for a patient's key. */
    public String ofPatient(String patientKey) {
        return of("patient", patientKey);
    }

    /** 32 hexadecimal digits for an image's own identifier. */
    public String ofInstance(String instanceKey) {
        return of("instance", instanceKey);
    }

    private String of(String kind, String identifier) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((kind + ":").getBytes(StandardCharsets.UTF_8));
            byte[] code = mac.doFinal(identifier.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(code, 0, PSEUDONYM_BYTES);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
