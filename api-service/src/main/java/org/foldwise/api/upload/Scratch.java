package org.foldwise.api.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * A directory for files that live no longer than the request that brought them. Files belong to the process's owner alone. They may hold
 * what names patients, so they do not outlive their process for long either: each process holds a lock as long as it lives, and whoever
 * starts next deletes the files of those that hold none any more.
 */
public final class Scratch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Scratch.class);
    private static final int BUFFER_BYTES = 1 << 16;
    /** Where nobody can say whose a file is, or file systems have no locks. */
    private static final Duration LEFT_BEHIND = Duration.ofDays(1);

    private static final String LOCK = ".lock";
    /** By then a process has locked the file that it made for that. */
    private static final Duration LOCKED_WITHIN = Duration.ofMinutes(1);

    private final Path directory;
    private final Path lockFile;
    private final @Nullable FileChannel lock;
    private final long maximumBytes;
    private final Clock clock;

    /** Opens the directory, and deletes what processes have left there that were killed. */
    Scratch(Path directory, long maximumBytes, Clock clock) {
        this.directory = directory;
        this.maximumBytes = maximumBytes;
        this.clock = clock;
        try {
            Files.createDirectories(directory);
            lockFile = Files.createTempFile(directory, "", LOCK);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the scratch directory of uploads", e);
        }
        lock = locked(lockFile);
        clearAway();
    }

    private static @Nullable FileChannel locked(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
            channel.lock();
            return channel;
        } catch (IOException e) {
            log.warn("the scratch directory of uploads has no locks: what a killed process leaves stays for a day", e);
            return null;
        }
    }

    /** Deletes what killed processes left behind. */
    @Scheduled(initialDelayString = "PT2M", fixedDelayString = "PT1H")
    void clearAway() {
        Instant now = clock.instant();
        try {
            List<Path> abandoned = new ArrayList<>();
            for (Path file : files("*" + LOCK)) {
                if (!file.equals(lockFile) && isOlder(file, now.minus(LOCKED_WITHIN)) && isFree(file)) {
                    abandoned.add(file);
                }
            }
            Set<String> gone = abandoned.stream().map(Scratch::owner).collect(Collectors.toSet());
            for (Path file : files("*")) {
                boolean isLock = file.toString().endsWith(LOCK);
                if (!isLock
                        && (gone.contains(owner(file)) || isOlder(file, now.minus(LEFT_BEHIND)))
                        && Files.deleteIfExists(file)) {
                    log.info("deleted a file that an interrupted upload left behind");
                }
            }
            for (Path file : abandoned) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clear the scratch directory of uploads", e);
        }
    }

    private List<Path> files(String glob) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
            List<Path> list = new ArrayList<>();
            files.forEach(list::add);
            return list;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** The beginning of a file's name, which says what process it is of. */
    private static String owner(Path file) {
        String name = String.valueOf(file.getFileName());
        int end = name.endsWith(LOCK) ? name.length() - LOCK.length() : name.indexOf('-');
        return name.substring(0, Math.max(0, end));
    }

    /** Whether no process holds the lock. */
    private static boolean isFree(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return channel.tryLock() != null;
        } catch (IOException | OverlappingFileLockException e) {
            return false; // without locks nobody can say, and another scratch directory of this process is in use
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
        Path path = Files.createTempFile(directory, owner(lockFile) + "-", "");
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

    /** Gives the lock back. */
    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
        Files.deleteIfExists(lockFile);
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
