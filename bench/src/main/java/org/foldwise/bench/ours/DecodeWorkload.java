package org.foldwise.bench.ours;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.provenance.Digest;

/** Image files in memory become pixels of the network's size, one after the other on one thread. */
final class DecodeWorkload implements Workload {
    private static final double NANOSECONDS_PER_SECOND = 1e9;

    private final List<byte[]> files;
    private final Preprocessing preprocessing;
    private final int repetitions;
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    private DecodeWorkload(List<byte[]> files, Preprocessing preprocessing, int repetitions) {
        this.files = files;
        this.preprocessing = preprocessing;
        this.repetitions = repetitions;
    }

    static DecodeWorkload of(Settings settings) {
        try (Stream<Path> names = Files.list(settings.images())) {
            List<byte[]> files = new ArrayList<>();
            for (Path name : names.sorted().toList()) {
                files.add(Files.readAllBytes(name));
            }
            return new DecodeWorkload(files, Preprocessing.stretched(settings.size(), 1), settings.repetitions());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Measured measure() {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            long started = System.nanoTime();
            files.forEach(this::pixels);
            seconds.add((System.nanoTime() - started) / NANOSECONDS_PER_SECOND);
        }
        return new Measured(seconds, files.size());
    }

    private PixelImage pixels(byte[] file) {
        return preprocessing.toPixels(decoder.decode(file).pixels());
    }

    /** What came out, so that both sides can be seen to have done the same. */
    @Override
    public Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        versions.put("java", System.getProperty("java.version"));
        versions.put(
                "pixels",
                Digest.ofLines(files.stream()
                                .map(file -> Digest.of(pixels(file).samples()).hex())
                                .toList())
                        .hex());
        return versions;
    }

    @Override
    public void close() {
        // nothing outside the heap
    }
}
