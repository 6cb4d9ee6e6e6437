package org.foldwise.api.upload;

import jakarta.annotation.PreDestroy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageHeader;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.upload.UploadedImage;
import org.springframework.stereotype.Component;

/** Decodes images to see whether they can be decoded, on a fixed number of threads that all uploads share. */
@Component
class ImageIntake {
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    private final ExecutorService threads;
    private final int atOnce;

    ImageIntake(UploadProperties properties) {
        this.atOnce = properties.decodingThreads() + 1;
        this.threads = Executors.newFixedThreadPool(properties.decodingThreads(), task -> {
            Thread thread = new Thread(task, "upload-images");
            thread.setDaemon(true);
            return thread;
        });
    }

    @PreDestroy
    void stop() {
        threads.shutdownNow();
    }

    /** Work on one upload's images. */
    BoundedWork newWork() {
        return new BoundedWork(threads, atOnce);
    }

    /**
     * What the image is.
     *
     * @throws UnreadableImageException if it does not decode to its last row
     */
    UploadedImage check(EntryName name, byte[] content) {
        ImageHeader header = decoder.decode(content).header();
        return new UploadedImage(
                name.value(),
                Digest.of(content),
                content.length,
                header.format().mediaType(),
                header.width(),
                header.height(),
                header.channels(),
                header.bitsPerSample());
    }

    /** The images of one archive that passed, gathered from several threads. */
    static final class Passed {
        private final List<UploadedImage> images = new ArrayList<>();

        synchronized void add(UploadedImage image) {
            images.add(image);
        }

        synchronized List<UploadedImage> inOrder() {
            images.sort(Comparator.comparing(UploadedImage::name));
            return List.copyOf(images);
        }
    }
}
