package org.foldwise.learning.pretrained;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.WeightSetSpec;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Weights that are known by name, published or described by an operator: of which network they are, and which file holds them.
 *
 * @param name the publisher's, such as {@code ResNet18_Weights.IMAGENET1K_V1}, or the operator's
 * @param fileName without a folder
 * @param digestPrefix the first hexadecimal digits, at least 8, of the file's SHA-256 digest
 * @param listedIn where the file is listed, in words; absent where nobody has said
 * @param preprocessing of the images that the weights were trained on; absent where nobody has said
 * @param mapping of the file's names to torchvision's
 * @param ignoresUnexpected whether tensors that the backbone does not have are passed over
 */
public record WeightSet(
        String name,
        BackboneName backbone,
        String fileName,
        String digestPrefix,
        @Nullable String listedIn,
        @Nullable PublishedPreprocessing preprocessing,
        NameMapping mapping,
        boolean ignoresUnexpected) {
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern DIGEST_PREFIX = Pattern.compile("[0-9a-f]{8,64}");
    /** Of a whole digest. */
    private static final int DIGITS = 64;

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

    /** Published weights, under torchvision's names. */
    public WeightSet(
            String name,
            BackboneName backbone,
            String fileName,
            String digestPrefix,
            String listedIn,
            PublishedPreprocessing preprocessing) {
        this(name, backbone, fileName, digestPrefix, listedIn, preprocessing, NameMapping.NONE, false);
    }

    /** Weights of that name as an operator describes them. */
    public static WeightSet described(String name, WeightSetSpec spec) {
        List<WeightSetSpec.Renaming> mapping = Objects.requireNonNullElse(spec.mapping(), List.of());
        return new WeightSet(
                name,
                spec.backbone(),
                spec.file(),
                spec.sha256(),
                spec.listedIn(),
                null,
                new NameMapping(mapping.stream()
                        .collect(Collectors.toMap(WeightSetSpec.Renaming::from, WeightSetSpec.Renaming::to))),
                Boolean.TRUE.equals(spec.ignoreUnexpected()));
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
            throw new WeightsUnavailableException("'" + fileName + "' in " + directory
                    + " is not the file of " + name + ": its SHA-256 digest is " + digest + " and " + shouldBe()
                    + "; fetch it again and put it in its place");
        }
        return file;
    }

    /** In words, which file it is and how it is recognised. */
    public String whatToFetch() {
        return "'" + fileName + "' (its SHA-256 " + (isWhole() ? "is " : "begins with ") + digestPrefix
                + (listedIn == null ? "" : "; " + listedIn + " lists it as " + name) + ")";
    }

    /** In words, what a file's SHA-256 should be. */
    public String shouldBe() {
        return isWhole() ? "should be " + digestPrefix : "should begin with " + digestPrefix;
    }

    private boolean isWhole() {
        return digestPrefix.length() == DIGITS;
    }

    /** Whether a file of that digest is this one. */
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
