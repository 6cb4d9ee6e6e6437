package org.foldwise.api.upload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the images of one upload, several at a time and never more than a fixed number at once: who hands over the next one
 * waits. Used by one thread; the decoding threads are hidden.
 */
final class ImageChecks {
    private final ImageDecoder decoder;
    private final Executor threads;
    private final Defects defects;
    private final int atOnce;
    private final Semaphore free;
    private final List<ReceivedImage> received = new ArrayList<>();
    private @Nullable Throwable failure;

    ImageChecks(ImageDecoder decoder, Executor threads, int atOnce, Defects defects) {
        this.decoder = decoder;
        this.threads = threads;
        this.atOnce = atOnce;
        this.defects = defects;
        this.free = new Semaphore(atOnce);
    }

    /** Begins the check of a file; a defect is reported under its name. */
    void check(EntryName name, byte[] content) {
        acquire(1);
        threads.execute(() -> {
            try {
                decode(name, content);
            } catch (RuntimeException | Error e) {
                failed(e);
            } finally {
                free.release();
            }
        });
    }

    /** Waits for all checks; the images that passed, by name. */
    List<ReceivedImage> await() {
        acquire(atOnce);
        free.release(atOnce);
        synchronized (received) {
            if (failure != null) {
                throw new IllegalStateException("an image could not be checked", failure);
            }
            return received.stream()
                    .sorted(Comparator.comparing(image -> image.name().value()))
                    .toList();
        }
    }

    private void decode(EntryName name, byte[] content) {
        try {
            ReceivedImage image = new ReceivedImage(
                    name, Digest.of(content), content.length, decoder.decode(content).header());
            synchronized (received) {
                received.add(image);
            }
        } catch (UnreadableImageException e) {
            defects.add(name, e.defect().code() + ": " + e.getMessage());
        }
    }

    private void failed(Throwable e) {
        synchronized (received) {
            failure = failure == null ? e : failure;
        }
    }

    private void acquire(int permits) {
        try {
            free.acquire(permits);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while images were being checked", e);
        }
    }
}
