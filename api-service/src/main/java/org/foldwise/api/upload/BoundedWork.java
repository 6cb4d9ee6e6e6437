package org.foldwise.api.upload;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Work on one upload that several threads share, never more than a fixed number of pieces at once: who hands over the next piece
 * waits, so that memory stays bounded however long the upload is. Several threads may hand pieces over, none of them after the first has
 * begun to wait for all. When this is closed, no piece runs any more.
 */
final class BoundedWork implements AutoCloseable {
    private final Executor threads;
    private final int atOnce;
    private final Semaphore free;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    BoundedWork(Executor threads, int atOnce) {
        this.threads = threads;
        this.atOnce = atOnce;
        this.free = new Semaphore(atOnce);
    }

    /**
     * Begins a piece of work as soon as there is room.
     *
     * @throws RuntimeException what an earlier piece has thrown
     */
    void submit(Runnable piece) {
        throwFailure();
        acquire(1);
        threads.execute(() -> {
            try {
                piece.run();
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            } finally {
                free.release();
            }
        });
    }

    /**
     * Waits for all pieces.
     *
     * @throws RuntimeException the first one that a piece has thrown
     */
    void await() {
        finishPieces();
        throwFailure();
    }

    @Override
    public void close() {
        finishPieces();
    }

    private void finishPieces() {
        acquire(atOnce);
        free.release(atOnce);
    }

    private void throwFailure() {
        Throwable thrown = failure.get();
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        if (thrown != null) {
            throw new IllegalStateException("work on an upload failed", thrown);
        }
    }

    private void acquire(int permits) {
        try {
            free.acquire(permits);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while working on an upload", e);
        }
    }
}
