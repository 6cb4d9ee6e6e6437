package org.foldwise.worker.ingest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
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
 * Decodes and measures the images of a dataset, equal files once. What was measured is put into the worker's cache portion by portion, so
 * that whoever takes over the job of a killed worker of the same machine goes on with the portion in which it ended.
 */
@Component
class ImageMeasuring {
    /** Changes whenever images of one file are measured differently. */
    private static final String METHOD = "measures 1";

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
     * @param defects the images that cannot be decoded
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
     * @param progress told how many different files are done, and how many there are; may throw to break off
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
                .computeIfAbsent(image.content(), content -> new ArrayList<>())
                .add(image));
        List<Digest> contents = List.copyOf(byContent.keySet());
        Shelf shelf = new Shelf(
                "measures", Digest.ofLines(List.of(METHOD, version.value(), dataset.toString())), RECORD_BYTES);
        int portion = Math.min(LARGEST_PORTION, Math.max(SMALLEST_PORTION, contents.size() / PORTIONS));
        Map<Digest, ImageMeasures> measured = new HashMap<>();
        for (int from = 0; from < contents.size(); from += portion) {
            List<Digest> part = contents.subList(from, Math.min(from + portion, contents.size()));
            int before = from;
            Records records = cache.fill(
                    shelf,
                    part,
                    (missing, sink) -> store.forEach(
                            missing.stream()
                                    .map(content ->
                                            known(byContent.get(content)).get(0))
                                    .toList(),
                            (index, image, decoded) ->
                                    sink.put(image.content(), record(decoded, known(fileSizes.get(image.name())))),
                            (image, defect) -> sink.put(image.content(), unreadable()),
                            done -> progress.done(before + part.size() - missing.size() + done, contents.size())));
            for (Digest content : part) {
                ByteBuffer record = records.of(content);
                if (record.get() == READABLE) {
                    List<Intensities> ofImages = known(byContent.get(content)).stream()
                            .flatMap(image -> counters.apply(image).stream())
                            .toList();
                    measured.put(content, ImageMeasures.read(record, ofImages));
                }
            }
            progress.done(before + part.size(), contents.size());
        }
        return measured.size() < contents.size()
                ? new Outcome(List.of(), defects(images, measured))
                : new Outcome(
                        images.stream()
                                .map(image -> known(measured.get(image.content())))
                                .toList(),
                        List.of());
    }

    /** Told on the caller's thread; may throw to break off. */
    @FunctionalInterface
    interface Progress {
        void done(int files, int of);
    }

    /** Decodes what cannot be decoded once more, for the reasons, which records do not hold. */
    private List<Defect> defects(List<ImageRecord> images, Map<Digest, ImageMeasures> measured)
            throws InterruptedException {
        Queue<Defect> defects = new ConcurrentLinkedQueue<>();
        List<ImageRecord> unreadable = images.stream()
                .filter(image -> !measured.containsKey(image.content()))
                .toList();
        store.forEach(
                unreadable,
                (index, image, decoded) -> {
                    throw new IllegalStateException("an image can be decoded that could not be");
                },
                (image, defect) -> defects.add(new Defect(image, defect)),
                done -> {});
        return new ArrayList<>(defects);
    }

    private static <T> T known(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("an image of the cohort has no file, or was not measured");
        }
        return value;
    }

    private static ByteBuffer record(DecodedImage decoded, long fileBytes) {
        ByteBuffer record =
                ByteBuffer.allocate(RECORD_BYTES).order(ByteOrder.LITTLE_ENDIAN).put(READABLE);
        ImageMeasures.record(decoded, fileBytes, record);
        return record.flip();
    }

    private static ByteBuffer unreadable() {
        return ByteBuffer.allocate(RECORD_BYTES).put(0, UNREADABLE);
    }
}
