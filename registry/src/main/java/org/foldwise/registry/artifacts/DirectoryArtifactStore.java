package org.foldwise.registry.artifacts;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.foldwise.learning.provenance.Digest;

/**
 * Artifacts as files of one directory: {@code objects/ab/cdef...} by digest and {@code staging/} for those on their way. An
 * artifact becomes visible by one atomic rename, after its bytes were forced to the disk; committing bytes again replaces the file,
 * which heals a corrupt one. Files belong to the owner of the process alone. A symbolic link in the place of an artifact or of its
 * folder is refused, so that nobody who can plant one makes the store read or write elsewhere.
 */
public final class DirectoryArtifactStore implements ArtifactStore {
    private static final int FAN_OUT_DIGITS = 2;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private final Path objects;
    private final Path staging;
    private final Clock clock;

    /**
     * Opens the store and makes its directories where they are missing.
     *
     * @param clock tells how old a staged file is; the machine's, as files are dated by it
     */
    public DirectoryArtifactStore(Path root, Clock clock) {
        this.clock = clock;
        try {
            Files.createDirectories(root);
            Path realRoot = root.toRealPath();
            objects = createDirectory(realRoot.resolve("objects"));
            staging = createDirectory(realRoot.resolve("staging"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the artifact store", e);
        }
    }

    @Override
    public StagedArtifact stage() {
        try {
            return new StagedFile(Files.createTempFile(staging, "", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public InputStream open(ArtifactKey key) {
        try {
            Path file = existingFile(key);
            InputStream bytes = Channels.newInputStream(
                    Files.newByteChannel(file, Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS)));
            return new VerifyingInputStream(new BufferedInputStream(bytes), key);
        } catch (NoSuchFileException e) {
            throw new MissingArtifactException(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long size(ArtifactKey key) {
        try {
            return Files.size(existingFile(key));
        } catch (NoSuchFileException e) {
            throw new MissingArtifactException(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean exists(ArtifactKey key) {
        return Files.isDirectory(folder(key), NOFOLLOW_LINKS) && Files.isRegularFile(file(key), NOFOLLOW_LINKS);
    }

    @Override
    public boolean delete(ArtifactKey key) {
        try {
            return exists(key) && Files.deleteIfExists(file(key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int sweep(Duration age) {
        Instant limit = clock.instant().minus(age);
        int deleted = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(staging)) {
            for (Path file : files) {
                if (isOlder(file, limit) && Files.deleteIfExists(file)) {
                    deleted++;
                }
            }
            return deleted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOlder(Path file, Instant limit) throws IOException {
        try {
            return Files.getLastModifiedTime(file, NOFOLLOW_LINKS).toInstant().isBefore(limit);
        } catch (NoSuchFileException e) {
            return false; // committed or discarded since it was listed
        }
    }

    private Path folder(ArtifactKey key) {
        return objects.resolve(key.digest().hex().substring(0, FAN_OUT_DIGITS));
    }

    private Path file(ArtifactKey key) {
        return folder(key).resolve(key.digest().hex().substring(FAN_OUT_DIGITS));
    }

    private Path existingFile(ArtifactKey key) throws IOException {
        Path file = file(key);
        if (!Files.exists(file, NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(file.toString());
        }
        if (!exists(key)) {
            throw new IOException("artifact " + key + " is not a regular file in a folder of the store");
        }
        return file;
    }

    private static Path createDirectory(Path directory) throws IOException {
        try {
            if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                FileAttribute<?> ownerOnly = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
                Files.createDirectory(directory, ownerOnly);
            } else {
                Files.createDirectory(directory);
            }
            force(directory.resolveSibling("."));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory, NOFOLLOW_LINKS)) {
                throw new IOException(directory.getFileName() + " of the artifact store is not a directory", e);
            }
        }
        return directory;
    }

    /** Forces a directory's entries to the disk. */
    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private final class StagedFile implements StagedArtifact {
        private final Path file;
        private final FileChannel channel;
        private final HashingStream stream;
        private boolean open = true;

        StagedFile(Path file) throws IOException {
            this.file = file;
            this.channel = FileChannel.open(file, StandardOpenOption.WRITE, NOFOLLOW_LINKS);
            this.stream = new HashingStream(Channels.newOutputStream(channel));
        }

        @Override
        public OutputStream stream() {
            return stream;
        }

        @Override
        public long size() {
            return stream.size;
        }

        @Override
        public ArtifactKey commit() {
            if (!open) {
                throw new IllegalStateException("the artifact was committed or discarded before");
            }
            try {
                channel.force(true);
                channel.close();
                ArtifactKey key = new ArtifactKey(Digest.finish(stream.sha256));
                Path folder = createDirectory(folder(key));
                Files.move(file, file(key), StandardCopyOption.ATOMIC_MOVE);
                force(folder);
                open = false;
                return key;
            } catch (IOException e) {
                discard();
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void discard() {
            if (!open) {
                return;
            }
            open = false;
            try {
                channel.close();
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Writes through, and computes the digest and size of what was written. */
    private static final class HashingStream extends OutputStream {
        private final OutputStream bytes;
        private final MessageDigest sha256 = Digest.newMessageDigest();
        private long size;

        HashingStream(OutputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            bytes.write(buffer, offset, length);
            sha256.update(buffer, offset, length);
            size += length;
        }
    }
}
