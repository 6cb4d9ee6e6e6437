package org.foldwise.worker.ingest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.cache.Records;
import org.foldwise.learning.cache.Shelf;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.DecodedImage;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.quality.ImageMeasures;
import org.foldwise.learning.quality.Intensities;
import org.foldwise.worker.StoredImages;
import org.foldwise.worker.WorkerVersion;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Decodes and measures the images of a dataset, equal pictures once. What was measured is put into the worker's cache portion by portion, so
 * that whoever takes over the job of a killed worker of the same machine goes on with the portion in which it ended.
 */
@Component
class ImageMeasuring {
    /** Changes whenever images of one file are measured differently: a test holds it to what a film is measured to be. */
    static final String METHOD = "measures 7";

    private static final int SMALLEST_PORTION = 16;
    private static final int LARGEST_PORTION = 1024;
    /** So many portions at least, where images are enough. */
    private static final int PORTIONS = 50;

    private static final byte READABLE = 1;
    private static final byte UNREADABLE = 0;
    private static final int RECORD_BYTES = 1 + ImageMeasures.RECORD_BYTES;

    private final RecordCache cache;
    private final StoredImages store;
    private final WorkerVersion version;

    ImageMeasuring(RecordCache cache, StoredImages store, WorkerVersion version) {
        this.cache = cache;
        this.store = store;
        this.version = version;
    }

    /** An image that cannot be decoded. */
    record Defect(ImageRecord image, UnreadableImageException reason) {}

    /**
     * What came of it.
     *
     * @param measures of all images in their order; empty where any cannot be decoded
     * @param defects the images that cannot be decoded, in the order of all images
     */
    record Outcome(List<ImageMeasures> measures, List<Defect> defects) {
        Outcome {
            measures = List.copyOf(measures);
            defects = List.copyOf(defects);
        }
    }

    /**
     * Measures images.
     *
     * @param dataset whose they are; what another dataset has measured is not looked for
     * @param fileSizes in bytes, by the images' names
     * @param counters take an image's grey values
     * @param progress told how many different pictures are done, and how many there are; may throw to break off
     */
    Outcome measure(
            UUID dataset,
            List<ImageRecord> images,
            Map<String, Long> fileSizes,
            Function<ImageRecord, List<Intensities>> counters,
            Progress progress)
            throws InterruptedException {
        Map<Digest, List<ImageRecord>> byContent = new LinkedHashMap<>();
        images.forEach(image -> byContent
                .computeIfAbsent(image.picture(), content -> new ArrayList<>())
                .add(image));
        List<Digest> contents = List.copyOf(byContent.keySet());
        int portion = Math.min(LARGEST_PORTION, Math.max(SMALLEST_PORTION, contents.size() / PORTIONS));
        Records records = cache.fill(
                shelf(dataset),
                contents,
                portion,
                (missing, found, sink) -> store.forEach(
                        first(missing, byContent),
                        (index, image, decoded) ->
                                sink.put(image.picture(), record(decoded, known(fileSizes.get(image.name())))),
                        (image, defect) -> sink.put(image.picture(), unreadable()),
                        done -> progress.done(found + done, contents.size())));
        Map<Digest, ByteBuffer> readable = new HashMap<>();
        for (Digest content : contents) {
            ByteBuffer record = records.of(content);
            if (record.get(0) == READABLE) {
                readable.put(content, record);
            }
        }
        progress.done(contents.size(), contents.size());
        List<Defect> defects = readable.size() < contents.size()
                ? defects(images, byContent, fileSizes, readable, progress)
                : List.of();
        return defects.isEmpty()
                ? new Outcome(measures(images, byContent, readable, counters, progress), List.of())
                : new Outcome(List.of(), defects);
    }

    /** Where what was measured of a dataset's images lies. */
    Shelf shelf(UUID dataset) {
        return new Shelf(
                "measures", Digest.ofLines(List.of(METHOD, version.value(), dataset.toString())), RECORD_BYTES);
    }

    /** One image of each of these contents. */
    private static List<ImageRecord> first(List<Digest> contents, Map<Digest, List<ImageRecord>> byContent) {
        return contents.stream()
                .map(content -> known(byContent.get(content)).get(0))
                .toList();
    }

    private static List<ImageMeasures> measures(
            List<ImageRecord> images,
            Map<Digest, List<ImageRecord>> byContent,
            Map<Digest, ByteBuffer> readable,
            Function<ImageRecord, List<Intensities>> counters,
            Progress progress) {
        Map<Digest, ImageMeasures> measured = new HashMap<>();
        byContent.forEach((content, equal) -> {
            List<Intensities> ofImages = equal.stream()
                    .flatMap(image -> counters.apply(image).stream())
                    .toList();
            ByteBuffer record = known(readable.get(content)).position(1);
            measured.put(content, ImageMeasures.read(record, ofImages));
            if (measured.size() % LARGEST_PORTION == 0) {
                progress.done(byContent.size(), byContent.size());
            }
        });
        return images.stream()
                .map(image -> known(measured.get(image.picture())))
                .toList();
    }

    /** Told on the caller's thread; may throw to break off. */
    @FunctionalInterface
    interface Progress {
        void done(int files, int of);
    }

    /**
     * Decodes what could not be decoded once more, for the reasons, which records do not hold. What can be decoded by now, such as after
     * the store was mended, is measured.
     *
     * @param readable gets what was measured
     * @return the images that cannot be decoded, in the order of all images
     */
    private List<Defect> defects(
            List<ImageRecord> images,
            Map<Digest, List<ImageRecord>> byContent,
            Map<String, Long> fileSizes,
            Map<Digest, ByteBuffer> readable,
            Progress progress)
            throws InterruptedException {
        Map<Digest, UnreadableImageException> reasons = new ConcurrentHashMap<>();
        Map<Digest, ByteBuffer> mended = new ConcurrentHashMap<>();
        List<Digest> unreadable = byContent.keySet().stream()
                .filter(content -> !readable.containsKey(content))
                .toList();
        store.forEach(
                first(unreadable, byContent),
                (index, image, decoded) ->
                        mended.put(image.picture(), record(decoded, known(fileSizes.get(image.name())))),
                (image, defect) -> reasons.put(image.picture(), defect),
                done -> progress.done(byContent.size() - unreadable.size() + done, byContent.size()));
        readable.putAll(mended);
        List<Defect> defects = new ArrayList<>();
        for (ImageRecord image : images) {
            UnreadableImageException reason = reasons.get(image.picture());
            if (reason != null) {
                defects.add(new Defect(image, reason));
            }
        }
        return defects;
    }

    private static <T> T known(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("an image of the cohort has no file, or was not measured");
        }
        return value;
    }

    static ByteBuffer record(DecodedImage decoded, long fileBytes) {
        ByteBuffer record =
                ByteBuffer.allocate(RECORD_BYTES).order(ByteOrder.LITTLE_ENDIAN).put(READABLE);
        ImageMeasures.record(decoded, fileBytes, record);
        return record.flip();
    }

    private static ByteBuffer unreadable() {
        return ByteBuffer.allocate(RECORD_BYTES).put(0, UNREADABLE);
    }
}
