package org.foldwise.api.upload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.function.Consumer;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the server. No symbolic link in it is followed, and each is a defect.
 *
 * @param path absolute and without symbolic links
 */
record SourceDirectory(Path path) implements SourcePlace {
    private static final String UNREADABLE = "cannot be read by the service";

    /**
     * Opens the directory of that path.
     *
     * @throws IllegalArgumentException if there is none
     */
    static SourceDirectory open(String path) {
        try {
            Path directory = Path.of(path);
            if (!directory.isAbsolute() || !Files.isDirectory(directory)) {
                throw new IllegalArgumentException("must be a directory, named by its absolute path");
            }
            return new SourceDirectory(directory.toRealPath());
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException("must be a directory that can be opened", e);
        }
    }

    @Override
    public void list(String folder, ArchiveWalk walk, Consumer<SourceFile> files) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new RefusedException(
                    ProblemType.SOURCE_UNAVAILABLE, "The source cannot be read: its directory is not there.");
        }
        Path start = folder(folder);
        if (start == null) {
            throw SourcePlace.noFolder();
        }
        Files.walkFileTree(start, new Visitor(start, walk, files));
    }

    /** The folder of that name, or null where there is none, or a symbolic link lies on the way. */
    private @Nullable Path folder(String name) {
        Path folder = path;
        if (!name.isEmpty()) {
            for (String segment : name.split("/", -1)) {
                folder = folder.resolve(segment);
                if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    return null;
                }
            }
        }
        return folder;
    }

    /** The file's bytes, if it still is where it was listed: no link leads elsewhere. */
    @Override
    public byte[] read(String folder, SourceFile listed) throws IOException {
        int limit = ArchiveLimits.DEFAULT.maximumEntryBytes();
        Path file = path.resolve(folder).resolve(listed.name().value());
        try {
            if (!file.toRealPath().equals(file)) {
                throw UnfitFileException.changed();
            }
            try (InputStream bytes = opened(file)) {
                byte[] content = bytes.readNBytes(limit + 1);
                if (content.length > limit) {
                    throw UnfitFileException.changed();
                }
                return content;
            }
        } catch (NoSuchFileException e) {
            throw UnfitFileException.changed();
        } catch (AccessDeniedException e) {
            throw UnfitFileException.unreadable();
        }
    }

    private static InputStream opened(Path file) throws IOException {
        return Channels.newInputStream(
                Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
    }

    @Override
    public void close() {
        // nothing is kept open
    }

    /** Gives files the names that an archive of the folder would give them. */
    private static final class Visitor extends SimpleFileVisitor<Path> {
        private final Path start;
        private final ArchiveWalk walk;
        private final Consumer<SourceFile> files;

        Visitor(Path start, ArchiveWalk walk, Consumer<SourceFile> files) {
            this.start = start;
            this.walk = walk;
            this.files = files;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (!directory.equals(start)) {
                walk.wants(name(directory, "/"));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            EntryName name = name(file, "");
            if (!walk.wants(name)) {
                return FileVisitResult.CONTINUE;
            }
            if (attributes.isSymbolicLink()) {
                walk.defects().add(name, "is a symbolic link; put the file itself there");
            } else if (!attributes.isRegularFile()) {
                walk.defects().add(name, "is not a regular file");
            } else if (walk.sizeAllowed(name, attributes.size()) && counts(file, name)) {
                files.accept(new SourceFile(name, attributes.size(), null));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            walk.defects().add(name(file, ""), UNREADABLE);
            return FileVisitResult.CONTINUE;
        }

        private boolean counts(Path file, EntryName name) {
            if (!name.isCalledAppleDouble()) {
                return true;
            }
            try (InputStream bytes = opened(file)) {
                return walk.counts(name, bytes.readNBytes(Integer.BYTES));
            } catch (IOException e) {
                walk.defects().add(name, UNREADABLE);
                return false;
            }
        }

        private EntryName name(Path file, String end) {
            StringBuilder name = new StringBuilder();
            start.relativize(file)
                    .forEach(part -> name.append(name.length() == 0 ? "" : "/").append(part));
            return new EntryName(name + end);
        }
    }
}
