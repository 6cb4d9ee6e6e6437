package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.Test;

/** The size of the archive is 256 MiB, or {@code -Dtests.archiveMebibytes}. */
@ApiTest
class LargeArchiveIT {
    private static final int MEBIBYTES = Integer.getInteger("tests.archiveMebibytes", 256);

    private static final long MOST_GROWTH = 64L << 20;

    private final Http http;
    private final Chapters chapters;

    LargeArchiveIT(Http http, Chapters chapters) {
        this.http = http;
        this.chapters = chapters;
    }

    @Test
    void anArchiveDoesNotGrowTheHeap() throws Exception {
        UUID project = chapters.project();
        User researcher = http.user(Role.RESEARCHER, project);
        byte[] film = Images.png(1, 700, 700);
        // what a first upload loads and keeps for all that follow is no growth
        assertThat(upload(researcher, chapters.draft(researcher, project), film, 20)
                        .statusCode())
                .isEqualTo(201);
        UUID dataset = chapters.draft(researcher, project);
        int films = (int) (((long) MEBIBYTES << 20) / film.length) + 1;
        long before = liveHeap();
        AtomicLong most = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        Thread sampler = new Thread(() -> {
            while (!done.get()) {
                most.accumulateAndGet(liveHeap(), Math::max);
            }
        });
        sampler.start();

        HttpResponse<String> response = upload(researcher, dataset, film, films);
        done.set(true);
        sampler.join();

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        System.out.printf(
                "archive of %d MiB, %d films: heap %d MiB before, at most %d MiB meanwhile%n",
                MEBIBYTES, films, before >> 20, most.get() >> 20);
        assertThat(most.get() - before).isLessThan(MOST_GROWTH);
    }

    private HttpResponse<String> upload(User researcher, UUID dataset, byte[] film, int films) throws Exception {
        return http.client()
                .send(
                        researcher
                                .request(Chapters.archive(dataset))
                                .header("Content-Type", "application/zip")
                                .PUT(BodyPublishers.ofInputStream(() -> archive(film, films)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    /**
     * What a full collection leaves: without the garbage that other threads make until this one goes on. Collecting again and again
     * leaves the upload less time, which does no harm here.
     */
    private static long liveHeap() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.gc();
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getCollectionUsage().getUsed())
                .sum();
    }

    /** An archive that is made while it is read. */
    private static InputStream archive(byte[] film, int films) {
        try {
            PipedInputStream archive = new PipedInputStream(1 << 16);
            OutputStream pipe = new PipedOutputStream(archive);
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(film, films, pipe));
            writing.exceptionally(e -> {
                throw new IllegalStateException(e);
            });
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(byte[] film, int films, OutputStream pipe) {
        CRC32 checksum = new CRC32();
        checksum.update(film);
        try (ZipOutputStream zip = new ZipOutputStream(pipe)) {
            for (int i = 0; i < films; i++) {
                ZipEntry entry = new ZipEntry("ILL/p%05d.png".formatted(i));
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(film.length);
                entry.setCrc(checksum.getValue());
                zip.putNextEntry(entry);
                zip.write(film);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
