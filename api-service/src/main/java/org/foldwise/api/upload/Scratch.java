package org.foldwise.api.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.provenance.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/** A directory for files that live no longer than the request that brought them. Files belong to the process's owner alone. */
public final class Scratch {
    private static final Logger log = LoggerFactory.getLogger(Scratch.class);
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Duration LEFT_BEHIND = Duration.ofDays(1);

    private final Path directory;
    private final long maximumBytes;
    private final Clock clock;

    /** Opens the directory. */
    Scratch(Path directory, long maximumBytes, Clock clock) {
        this.directory = directory;
        this.maximumBytes = maximumBytes;
        this.clock = clock;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the scratch directory of uploads", e);
        }
    }

    /** Deletes what killed processes left behind; younger files may be another process's. */
    @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1H")
    void clearAway() {
        Instant limit = clock.instant().minus(LEFT_BEHIND);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (isOlder(file, limit) && Files.deleteIfExists(file)) {
                    log.info("deleted a file that an interrupted upload left behind");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clear the scratch directory of uploads", e);
        }
    }

    private static boolean isOlder(Path file, Instant limit) throws IOException {
        try {
            return Files.isRegularFile(file)
                    && Files.getLastModifiedTime(file).toInstant().isBefore(limit);
        } catch (NoSuchFileException e) {
            return false; // its upload has ended since it was listed
        }
    }

    /** Writes an archive to a file as it arrives. */
    ScratchFile receive(InputStream body) throws IOException {
        return receive(body, maximumBytes, "An archive");
    }

    /**
     * Writes a body to a file as it arrives; nothing of it is kept in memory.
     *
     * @param limit in bytes
     * @param what the body is, as a refusal's sentence begins
     * @throws RefusedException if the body is too large
     * @throws IOException if the body ends early or the file cannot be written; then no file is left
     */
    public ScratchFile receive(InputStream body, long limit, String what) throws IOException {
        Path path = Files.createTempFile(directory, "", "");
        try {
            MessageDigest sha256 = Digest.newMessageDigest();
            long size = copy(body, path, sha256, limit, what);
            return new ScratchFile(path, size, Digest.finish(sha256));
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    private static long copy(InputStream body, Path path, MessageDigest sha256, long limit, String what)
            throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long size = 0;
        try (OutputStream file = Files.newOutputStream(path)) {
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                size += read;
                if (size > limit) {
                    throw new RefusedException(ProblemType.TOO_LARGE, what + " has at most " + limit + " bytes.");
                }
                sha256.update(buffer, 0, read);
                file.write(buffer, 0, read);
            }
        }
        return size;
    }

    /**
     * A received body; closing deletes it.
     *
     * @param path of the file
     * @param size in bytes
     * @param digest of the bytes
     */
    public record ScratchFile(Path path, long size, Digest digest) implements AutoCloseable {
        FileChannel open() throws IOException {
            return FileChannel.open(path, StandardOpenOption.READ);
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(path);
        }
    }
}
