package org.foldwise.learning.pretrained;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.provenance.Digest;

/**
 * Published weights: what they are called, of which network they are, and which file holds them.
 *
 * @param name the publisher's, such as {@code ResNet18_Weights.IMAGENET1K_V1}
 * @param fileName without a folder
 * @param digestPrefix the first hexadecimal digits, at least 8, of the file's SHA-256 digest
 * @param listedIn where the publisher lists it, in words
 * @param preprocessing of the images that the weights were trained on
 */
public record WeightSet(
        String name,
        BackboneName backbone,
        String fileName,
        String digestPrefix,
        String listedIn,
        PublishedPreprocessing preprocessing) {
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern DIGEST_PREFIX = Pattern.compile("[0-9a-f]{8,64}");
    private static final int BUFFER_BYTES = 1 << 16;

    public WeightSet {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name must not be blank");
        }
        if (!FILE_NAME.matcher(fileName).matches()) {
            throw new IllegalArgumentException(
                    "fileName must be of letters, digits, dots, dashes and underscores, was '" + fileName + "'");
        }
        if (!DIGEST_PREFIX.matcher(digestPrefix).matches()) {
            throw new IllegalArgumentException(
                    "digestPrefix must be 8 to 64 lower-case hexadecimal digits, was '" + digestPrefix + "'");
        }
    }

    /**
     * The file with these weights in that directory, once its digest is what was published.
     *
     * @throws WeightsUnavailableException if it is not there or is another file; the message says what to fetch and where to
     *     put it
     * @throws IOException if it cannot be read
     */
    public Path find(Path directory) throws IOException {
        Path file = directory.resolve(fileName);
        if (!Files.isRegularFile(file)) {
            throw new WeightsUnavailableException("the weights " + name + " are not there; fetch " + whatToFetch()
                    + ", and put it into " + directory);
        }
        Digest digest = digest(file);
        if (!isFile(digest)) {
            throw new WeightsUnavailableException(
                    "'" + fileName + "' in " + directory + " is not the published file: its"
                            + " SHA-256 digest is " + digest + " and should begin with " + digestPrefix
                            + "; fetch it again for "
                            + name + " and put it in its place");
        }
        return file;
    }

    /** In words, which file it is and how it is recognised. */
    public String whatToFetch() {
        return "'" + fileName + "' (its SHA-256 begins with " + digestPrefix + "; " + listedIn + " lists it as " + name
                + ")";
    }

    /** Whether a file of that digest is the published one. */
    public boolean isFile(Digest digest) {
        return digest.hex().startsWith(digestPrefix);
    }

    private static Digest digest(Path file) throws IOException {
        MessageDigest sha256 = Digest.newMessageDigest();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                sha256.update(buffer, 0, length);
            }
        }
        return Digest.finish(sha256);
    }
}
