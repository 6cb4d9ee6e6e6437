package org.foldwise.worker;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.DecodedImage;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.jobs.InfrastructureException;
import org.springframework.stereotype.Component;

/** The images in the artifact store, decoded strictly, their bytes compared with their digest. */
@Component
public final class StoredImages {
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
     * memory is bounded.
     *
     * @throws UnreadableImageException if one cannot be decoded
     * @throws InfrastructureException if the store fails or holds other bytes than it was given
     */
    public void forEach(List<ImageRecord> images, Preprocessing preprocessing, Use use, Progress progress)
            throws InterruptedException {
        forEach(
                images,
                file -> decoder.decode(file, preprocessing),
                use,
                (image, defect) -> {
                    throw defect;
                },
                progress);
    }

    /** Decodes each image once as its file says, going on after one that cannot be decoded. */
    public void forEach(List<ImageRecord> images, Use use, DefectListener defects, Progress progress)
            throws InterruptedException {
        forEach(images, decoder::decode, use, defects, progress);
    }

    private void forEach(
            List<ImageRecord> images,
            Function<byte[], DecodedImage> decoding,
            Use use,
            DefectListener defects,
            Progress progress)
            throws InterruptedException {
        int threads = Math.min(properties.effectiveThreads(), Math.max(1, images.size()));
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "decode");
            thread.setDaemon(true);
            return thread;
        });
        try {
            ExecutorCompletionService<Integer> completion = new ExecutorCompletionService<>(pool);
            int submitted = 0;
            for (int done = 0; done < images.size(); done++) {
                while (submitted < images.size() && submitted - done < 2 * threads) {
                    completion.submit(task(submitted, images.get(submitted), decoding, use, defects));
                    submitted++;
                }
                await(completion);
                progress.done(done + 1);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private Callable<Integer> task(
            int index, ImageRecord image, Function<byte[], DecodedImage> decoding, Use use, DefectListener defects) {
        return () -> {
            DecodedImage decoded;
            try {
                decoded = decoding.apply(read(image));
            } catch (UnreadableImageException e) {
                defects.unreadable(image, e);
                return index;
            }
            use.accept(index, image, decoded);
            return index;
        };
    }

    private static void await(ExecutorCompletionService<Integer> completion) throws InterruptedException {
        try {
            completion.take().get();
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
        } catch (CorruptArtifactException | UncheckedIOException e) {
            throw new InfrastructureException("the stored image " + image.content() + " cannot be read", e);
        }
    }
}
