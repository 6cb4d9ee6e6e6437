package org.foldwise.worker.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.training.PreprocessedImages;
import org.foldwise.worker.StoredImages;

/**
 * Preprocessed pixels in one file of equal records, one byte a sample, each content once. The system's page cache keeps what
 * fits into memory; the Java heap holds the index only. Filled once, then read by several threads.
 */
public final class PixelCache implements PreprocessedImages, AutoCloseable {
    private final Preprocessing preprocessing;
    private final Map<Digest, Integer> records;
    private final FileChannel file;

    private PixelCache(Preprocessing preprocessing, Map<Digest, Integer> records, FileChannel file) {
        this.preprocessing = preprocessing;
        this.records = records;
        this.file = file;
    }

    /**
     * Decodes and preprocesses {@code images}, and no others, into a new file.
     *
     * @param progress told how many different contents are done
     */
    public static PixelCache fill(
            Path path,
            List<ImageRecord> images,
            Preprocessing preprocessing,
            StoredImages store,
            StoredImages.Progress progress)
            throws InterruptedException {
        Map<Digest, ImageRecord> contents = new LinkedHashMap<>();
        images.forEach(image -> contents.putIfAbsent(image.content(), image));
        Map<Digest, Integer> records = new HashMap<>();
        contents.keySet().forEach(content -> records.put(content, records.size()));
        PixelCache cache = new PixelCache(preprocessing, records, open(path));
        try {
            store.forEach(
                    List.copyOf(contents.values()),
                    (index, image, decoded) -> cache.write(index, preprocessing.toPixels(decoded.pixels())),
                    progress);
            return cache;
        } catch (InterruptedException | RuntimeException e) {
            cache.close();
            throw e;
        }
    }

    private static FileChannel open(Path path) {
        try {
            return FileChannel.open(
                    path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long position(int record) {
        return (long) record * preprocessing.tensorLength();
    }

    private void write(int record, PixelImage pixels) {
        ByteBuffer samples = ByteBuffer.wrap(pixels.samples());
        try {
            long position = position(record);
            while (samples.hasRemaining()) {
                position += file.write(samples, position);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public PixelImage pixelsOf(ImageRecord image) {
        Integer record = records.get(image.content());
        if (record == null) {
            throw new IllegalArgumentException("image '" + image.name() + "' is not in the cache");
        }
        ByteBuffer samples = ByteBuffer.allocate(preprocessing.tensorLength());
        try {
            long position = position(record);
            while (samples.hasRemaining()) {
                int read = file.read(samples, position);
                if (read < 0) {
                    throw new IOException("the cache of pixels was cut off");
                }
                position += read;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return PixelImage.of(preprocessing.width(), preprocessing.height(), preprocessing.channels(), samples.array());
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
