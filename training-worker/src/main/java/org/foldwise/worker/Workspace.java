package org.foldwise.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A scratch directory for one job, readable by its owner alone because it holds pixels, and gone when closed. */
public final class Workspace implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path directory;

    private Workspace(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes a worker's scratch directory ready: what a killed worker left in it is deleted.
     *
     * @param scratch the worker's own; absent: a new one among the system's temporary files
     */
    static Path prepare(@Nullable Path scratch) {
        try {
            if (scratch == null) {
                return Files.createTempDirectory("foldwise-worker-", OWNER_ONLY);
            }
            if (Files.isDirectory(scratch)) {
                delete(scratch);
            }
            return Files.createDirectories(scratch, OWNER_ONLY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new, empty directory below {@code scratch}. */
    static Workspace below(Path scratch) {
        try {
            return new Workspace(Files.createTempDirectory(scratch, "job-", OWNER_ONLY));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of that name, not created yet. */
    public Path file(String name) {
        return directory.resolve(name);
    }

    @Override
    public void close() {
        try {
            delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
