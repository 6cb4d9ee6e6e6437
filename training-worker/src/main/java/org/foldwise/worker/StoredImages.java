package org.foldwise.worker;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.DecodedImage;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.artifacts.DamagedFileException;
import org.foldwise.registry.artifacts.MissingArtifactException;
import org.foldwise.registry.jobs.InfrastructureException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The images in the artifact store, decoded strictly, their bytes compared with their digest. */
@Component
public final class StoredImages {
    /** Frames of a file that one thread decodes; several threads share what a file has more. */
    private static final int MOST_FRAMES = 64;

    private final ArtifactStore artifacts;
    private final WorkerProperties properties;
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    StoredImages(ArtifactStore artifacts, WorkerProperties properties) {
        this.artifacts = artifacts;
        this.properties = properties;
    }

    /** What is done with each image; called on several threads. */
    @FunctionalInterface
    public interface Use {
        void accept(int index, ImageRecord image, DecodedImage decoded);
    }

    /** Told about an image that cannot be decoded; called on several threads. */
    @FunctionalInterface
    public interface DefectListener {
        void unreadable(ImageRecord image, UnreadableImageException defect);
    }

    /** Told on the caller's thread how many images are done; may throw to break off. */
    @FunctionalInterface
    public interface Progress {
        void done(int images);
    }

    /**
     * Decodes each image once as a preprocessing begins with it, several at a time but never more than the worker has threads, so that
     * memory is bounded. Frames of one file that follow each other are decoded together.
     *
     * @throws UnreadableImageException if one cannot be decoded
     * @throws DamagedFileException if the store holds other bytes than it was given, or none
     * @throws InfrastructureException if it cannot be reached
     */
    public void forEach(List<ImageRecord> images, Preprocessing preprocessing, Use use, Progress progress)
            throws InterruptedException {
        decodeEach(
                images,
                preprocessing,
                use,
                (image, defect) -> {
                    throw defect;
                },
                progress);
    }

    /** Decodes each image once as its file says, going on after one that cannot be decoded. */
    public void forEach(List<ImageRecord> images, Use use, DefectListener defects, Progress progress)
            throws InterruptedException {
        decodeEach(images, null, use, defects, progress);
    }

    private void decodeEach(
            List<ImageRecord> images,
            @Nullable Preprocessing preprocessing,
            Use use,
            DefectListener defects,
            Progress progress)
            throws InterruptedException {
        List<Part> parts = parts(images);
        int threads = Math.min(properties.effectiveThreads(), Math.max(1, parts.size()));
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "decode");
            thread.setDaemon(true);
            return thread;
        });
        try {
            ExecutorCompletionService<Integer> completion = new ExecutorCompletionService<>(pool);
            int submitted = 0;
            int imagesDone = 0;
            for (int done = 0; done < parts.size(); done++) {
                while (submitted < parts.size() && submitted - done < 2 * threads) {
                    Part part = parts.get(submitted++);
                    completion.submit(() -> {
                        decode(part, preprocessing, use, defects);
                        return part.images().size();
                    });
                }
                for (int left = await(completion); left > 0; left--) {
                    progress.done(++imagesDone);
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /**
     * What one thread does at a time: an image, or some frames of a file.
     *
     * @param first index of its first image among all
     */
    private record Part(int first, List<ImageRecord> images) {}

    private static List<Part> parts(List<ImageRecord> images) {
        List<Part> parts = new ArrayList<>();
        int first = 0;
        for (int next = 1; next <= images.size(); next++) {
            boolean goesOn = next < images.size()
                    && next - first < MOST_FRAMES
                    && follows(images.get(next - 1), images.get(next));
            if (!goesOn) {
                parts.add(new Part(first, images.subList(first, next)));
                first = next;
            }
        }
        return parts;
    }

    /** Whether two images are frames of one file. */
    private static boolean follows(ImageRecord one, ImageRecord next) {
        return one.frame() != null && next.frame() != null && one.content().equals(next.content());
    }

    private void decode(Part part, @Nullable Preprocessing preprocessing, Use use, DefectListener defects) {
        ImageRecord first = part.images().get(0);
        byte[] file = read(first);
        if (first.frame() == null) {
            DecodedImage decoded;
            try {
                decoded = preprocessing == null ? decoder.decode(file) : decoder.decode(file, preprocessing);
            } catch (UnreadableImageException e) {
                defects.unreadable(first, e);
                return;
            }
            use.accept(part.first(), first, decoded);
            return;
        }
        SortedMap<Integer, List<Integer>> places = new TreeMap<>();
        for (int i = 0; i < part.images().size(); i++) {
            places.computeIfAbsent(part.images().get(i).frame(), frame -> new ArrayList<>())
                    .add(i);
        }
        BitSet told = new BitSet();
        try {
            decoder.decode(file, List.copyOf(places.keySet()), preprocessing, new ImageDecoder.FrameReader() {
                @Override
                public void decoded(int frame, DecodedImage decoded) {
                    for (int place : places.getOrDefault(frame, List.of())) {
                        told.set(place);
                        use.accept(part.first() + place, part.images().get(place), decoded);
                    }
                }

                @Override
                public void unreadable(int frame, UnreadableImageException defect) {
                    for (int place : places.getOrDefault(frame, List.of())) {
                        told.set(place);
                        defects.unreadable(part.images().get(place), defect);
                    }
                }
            });
        } catch (UnreadableImageException e) {
            // the file as a whole, unless a listener has thrown this because of a frame
            if (told.cardinality() == part.images().size()) {
                throw e;
            }
            for (int place = told.nextClearBit(0); place < part.images().size(); place = told.nextClearBit(place + 1)) {
                defects.unreadable(part.images().get(place), e);
            }
        }
    }

    private static int await(ExecutorCompletionService<Integer> completion) throws InterruptedException {
        try {
            return completion.take().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException("decoding threw what it does not declare", e.getCause());
        }
    }

    private byte[] read(ImageRecord image) {
        try {
            return artifacts.read(new ArtifactKey(image.content()));
        } catch (MissingArtifactException e) {
            throw DamagedFileException.of("the stored image " + image.content(), e);
        } catch (CorruptArtifactException e) {
            throw DamagedFileException.of("the stored image " + image.content(), e);
        } catch (UncheckedIOException e) {
            throw new InfrastructureException("the stored image " + image.content() + " cannot be read", e);
        }
    }
}
