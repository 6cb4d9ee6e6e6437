package org.foldwise.learning.model;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a bundle in one ZIP archive, {@code bundle.json} and {@code model.safetensors}, of an ensemble {@code
 * model-0.safetensors}, {@code model-1.safetensors} and so on: stored, in this order, with a fixed time, so that equal content is equal bytes.
 */
final class BundleArchive {
    private static final String MANIFEST = "bundle.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final LocalDateTime FIXED_TIME = LocalDateTime.of(2000, 1, 1, 0, 0);
    private static final int MAXIMUM_MANIFEST_BYTES = 1 << 20;

    private final byte[] manifest;
    private final List<byte[]> weights;

    /**
     * An archive around arrays that nobody changes from now on.
     *
     * @param manifest content of {@code bundle.json}
     * @param weights content of the files with weights, one at least
     */
    BundleArchive(byte[] manifest, List<byte[]> weights) {
        this.manifest = manifest;
        this.weights = List.copyOf(weights);
    }

    /** The archive of one network. */
    BundleArchive(byte[] manifest, byte[] weights) {
        this(manifest, List.of(weights));
    }

    byte[] manifest() {
        return manifest;
    }

    List<byte[]> weights() {
        return weights;
    }

    /** Writes the archive; the stream is left open. */
    void writeTo(OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        put(zip, MANIFEST, manifest);
        for (int i = 0; i < weights.size(); i++) {
            put(zip, weights.size() == 1 ? WEIGHTS : ofMember(i), weights.get(i));
        }
        zip.finish();
        zip.flush();
    }

    private static String ofMember(int index) {
        return "model-" + index + ".safetensors";
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(FIXED_TIME);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /**
     * Reads an archive. It must be, byte for byte, what {@link #writeTo} makes of its files: nothing before, between or
     * behind them, no further entry, no compression, no comment.
     *
     * @throws InvalidBundleException if it is not
     */
    static BundleArchive read(byte[] bytes) {
        BundleArchive archive;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            // all files together cannot be larger than the archive, or they are not stored and would not compare equal
            // below
            byte[] manifest =
                    content(zip, named(zip.getNextEntry(), MANIFEST), Math.min(bytes.length, MAXIMUM_MANIFEST_BYTES));
            archive = new BundleArchive(manifest, weights(zip, bytes.length));
            Comparison comparison = new Comparison(bytes);
            archive.writeTo(comparison);
            if (!comparison.isEqual()) {
                throw new InvalidBundleException("the archive holds more than its files, or holds them differently");
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidBundleException("the bundle is not a ZIP archive as bundles are", e);
        }
        return archive;
    }

    private static List<byte[]> weights(ZipInputStream zip, int limit) throws IOException {
        ZipEntry entry = zip.getNextEntry();
        if (entry == null || entry.getName().equals(WEIGHTS)) {
            return List.of(content(zip, named(entry, WEIGHTS), limit));
        }
        List<byte[]> weights = new ArrayList<>();
        int left = limit;
        while (entry != null) {
            byte[] content = content(zip, named(entry, ofMember(weights.size())), left);
            weights.add(content);
            left -= content.length;
            entry = zip.getNextEntry();
        }
        return weights;
    }

    private static String named(@Nullable ZipEntry entry, String name) {
        if (entry == null || !entry.getName().equals(name)) {
            throw new InvalidBundleException("the bundle should go on with '" + name + "'");
        }
        return name;
    }

    private static byte[] content(ZipInputStream zip, String name, int limit) throws IOException {
        byte[] content = zip.readNBytes(limit);
        if (zip.read() >= 0) {
            throw new InvalidBundleException("'" + name + "' has more than " + limit + " bytes");
        }
        return content;
    }

    /** Compares what is written to it with bytes at hand. */
    private static final class Comparison extends OutputStream {
        private final byte[] expected;
        private int position;
        private boolean different;

        Comparison(byte[] expected) {
            this.expected = expected;
        }

        @Override
        public void write(int value) {
            different |= position >= expected.length || expected[position] != (byte) value;
            position++;
        }

        @Override
        public void write(byte[] written, int from, int length) {
            different |= length > expected.length - position
                    || Arrays.mismatch(written, from, from + length, expected, position, position + length) >= 0;
            position = Math.addExact(position, length);
        }

        boolean isEqual() {
            return !different && position == expected.length;
        }
    }
}
