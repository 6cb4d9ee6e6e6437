package org.foldwise.api.upload;

import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.springframework.stereotype.Component;

/**
 * Reads files of sources ahead of what checks them, on a fixed number of threads and within a bound of memory, both shared by all
 * imports.
 */
@Component
class SourceReading {
    private static final int KIB = 1024;
    private static final int MEMORY_KIB = 256 * KIB;

    private final ExecutorService threads;
    private final int atOnce;
    private final Semaphore memory = new Semaphore(MEMORY_KIB, true);

    SourceReading(UploadProperties properties) {
        this.atOnce = properties.readingThreads();
        this.threads = Executors.newFixedThreadPool(atOnce, task -> {
            Thread thread = new Thread(task, "source-reading");
            thread.setDaemon(true);
            return thread;
        });
    }

    @PreDestroy
    void stop() {
        threads.shutdownNow();
    }

    /**
     * Reads files and has each one checked; returns when all have been.
     *
     * @param folder of the place, below which the files were listed
     * @param checks the work that the checks are handed to
     * @param check is given each file that could be read, with its bytes
     * @param defects is told those that could not
     * @throws RuntimeException the first one that a check, or reading for another reason than a defect, has thrown
     */
    void readAll(
            SourcePlace place,
            String folder,
            List<SourceFile> files,
            BoundedWork checks,
            BiConsumer<SourceFile, byte[]> check,
            Defects defects) {
        try (BoundedWork reads = new BoundedWork(threads, atOnce)) {
            for (SourceFile file : files) {
                Room room = roomFor(file);
                try {
                    reads.submit(() -> {
                        try {
                            byte[] content = place.read(folder, file);
                            checks.submit(() -> {
                                try {
                                    check.accept(file, content);
                                } finally {
                                    room.giveBack();
                                }
                            });
                        } catch (UnfitFileException e) {
                            room.giveBack();
                            defects.add(file.name(), e.defect());
                        } catch (IOException e) {
                            room.giveBack();
                            throw new UncheckedIOException(e);
                        } catch (RuntimeException | Error e) {
                            room.giveBack();
                            throw e;
                        }
                    });
                } catch (RuntimeException e) {
                    room.giveBack();
                    throw e;
                }
            }
            reads.await();
        }
        checks.await();
    }

    private Room roomFor(SourceFile file) {
        int kib = (int) Math.min(MEMORY_KIB, 1 + file.size() / KIB);
        try {
            memory.acquire(kib);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading a source", e);
        }
        return new Room(kib);
    }

    /** Memory for one file's bytes; can be given back once. */
    private final class Room {
        private final int kib;
        private final AtomicBoolean givenBack = new AtomicBoolean();

        Room(int kib) {
            this.kib = kib;
        }

        void giveBack() {
            if (givenBack.compareAndSet(false, true)) {
                memory.release(kib);
            }
        }
    }
}
