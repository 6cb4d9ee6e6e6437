package org.foldwise.registry.artifacts;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.foldwise.learning.provenance.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Artifacts as files of one directory: {@code objects/ab/cdef...} by digest, {@code staging/} for those on their way and
 * {@code aside/} for those about to be deleted. An artifact becomes visible by one atomic rename, after its bytes were forced to the disk; committing bytes again replaces the file,
 * which heals a corrupt one. Files belong to the owner of the process alone. A symbolic link in the place of an artifact or of its
 * folder is refused, so that nobody who can plant one makes the store read or write elsewhere.
 */
public final class DirectoryArtifactStore implements ArtifactStore {
    private static final Logger log = LoggerFactory.getLogger(DirectoryArtifactStore.class);
    private static final int FAN_OUT_DIGITS = 2;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Set<PosixFilePermission> OWNER_ONLY_DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_ONLY_FILE = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<?>[] NO_ATTRIBUTES = {};

    private final Path objects;
    private final Path staging;
    private final Path aside;
    private final Clock clock;

    /**
     * Opens the store and makes its directories where they are missing.
     *
     * @param clock tells how old a file is; the machine's, as files are dated by it
     */
    public DirectoryArtifactStore(Path root, Clock clock) {
        this.clock = clock;
        try {
            Files.createDirectories(root);
            Path realRoot = root.toRealPath();
            objects = createDirectory(realRoot.resolve("objects"));
            staging = createDirectory(realRoot.resolve("staging"));
            aside = createDirectory(realRoot.resolve("aside"));
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
    public ArtifactBatch batch() {
        try {
            return new StagedBatch(Files.createTempDirectory(staging, ""));
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
                if (isOlder(file, limit)) {
                    if (Files.isDirectory(file, NOFOLLOW_LINKS)) {
                        deleteBatch(file);
                        deleted++;
                    } else if (Files.deleteIfExists(file)) {
                        deleted++;
                    }
                }
            }
            return deleted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int sweep(Duration age, UnaryOperator<Set<ArtifactKey>> unnamed) {
        Instant limit = clock.instant().minus(age);
        int deleted = 0;
        try {
            putBackWhatAKilledSweepLeft();
            Path own = Files.createTempDirectory(aside, "");
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(objects)) {
                for (Path folder : folders) {
                    Set<ArtifactKey> old = olderThan(folder, limit);
                    for (ArtifactKey key : old.isEmpty() ? old : unnamed.apply(old)) {
                        deleted += deleteIfOlder(key, limit, own) ? 1 : 0;
                    }
                }
            } finally {
                Files.deleteIfExists(own);
            }
            return deleted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<ArtifactKey> olderThan(Path folder, Instant limit) throws IOException {
        Set<ArtifactKey> old = new HashSet<>();
        if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
            return old;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String hex = "" + folder.getFileName() + file.getFileName();
                if (DIGEST.matcher(hex).matches()
                        && Files.isRegularFile(file, NOFOLLOW_LINKS)
                        && isOlder(file, limit)) {
                    old.add(new ArtifactKey(new Digest(hex)));
                }
            }
        }
        return old;
    }

    /**
     * The same bytes may be committed between any two steps. So the file is taken out of its place first and looked at then: a
     * young one is put back, and a commit that comes later finds the place empty and fills it.
     */
    private boolean deleteIfOlder(ArtifactKey key, Instant limit, Path own) throws IOException {
        Path taken = own.resolve(key.digest().hex());
        try {
            Files.move(file(key), taken, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return false; // another sweep, or its owner, was faster
        }
        if (isOlder(taken, limit)) {
            return Files.deleteIfExists(taken);
        }
        putBack(taken, key);
        return false;
    }

    private void putBackWhatAKilledSweepLeft() throws IOException {
        try (DirectoryStream<Path> sweeps = Files.newDirectoryStream(aside)) {
            for (Path sweep : sweeps) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(sweep)) {
                    for (Path file : files) {
                        putBack(file, new ArtifactKey(new Digest("" + file.getFileName())));
                    }
                    Files.deleteIfExists(sweep);
                } catch (NoSuchFileException | DirectoryNotEmptyException e) {
                    log.debug("another process is sweeping at the same time");
                }
            }
        }
    }

    /**
     * Does nothing where a sweep in another process has been faster. The file is young again before it goes to its place: the same bytes may
     * be committed between the look whether the place is empty and the move, which then replaces a young file, and an old one there would be
     * deleted by the next sweep.
     */
    private void putBack(Path taken, ArtifactKey key) throws IOException {
        try {
            Files.setLastModifiedTime(taken, FileTime.from(clock.instant()));
            Files.move(taken, file(key));
        } catch (FileAlreadyExistsException e) {
            Files.deleteIfExists(taken); // the same bytes were committed meanwhile
        } catch (NoSuchFileException e) {
            log.debug("{} was put back or deleted by another process", key);
        }
    }

    private static void deleteBatch(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            return; // committed or closed since it was listed
        }
        Files.deleteIfExists(directory);
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
            Files.createDirectory(directory, isPosix(directory) ? attributes(OWNER_ONLY_DIRECTORY) : NO_ATTRIBUTES);
            force(directory.resolveSibling("."));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory, NOFOLLOW_LINKS)) {
                throw new IOException(directory.getFileName() + " of the artifact store is not a directory", e);
            }
        }
        return directory;
    }

    private FileAttribute<?>[] ownerOnly() {
        return isPosix(staging) ? attributes(OWNER_ONLY_FILE) : NO_ATTRIBUTES;
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] attributes(Set<PosixFilePermission> permissions) {
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
    }

    /** Forces a directory's entries to the disk. */
    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** A directory of files that are named by their digests already. */
    private final class StagedBatch implements ArtifactBatch {
        private final Path directory;
        private volatile boolean failed;

        StagedBatch(Path directory) {
            this.directory = directory;
        }

        @Override
        public ArtifactKey add(byte[] bytes) {
            ArtifactKey key = new ArtifactKey(Digest.of(bytes));
            Path file = directory.resolve(key.digest().hex());
            try (FileChannel channel = FileChannel.open(file, Set.of(WRITE, CREATE_NEW, NOFOLLOW_LINKS), ownerOnly())) {
                write(bytes, channel);
            } catch (FileAlreadyExistsException e) {
                return key; // the batch has it already
            } catch (IOException e) {
                failed = true;
                throw new UncheckedIOException(e);
            }
            return key;
        }

        private static void write(byte[] bytes, FileChannel channel) throws IOException {
            ByteBuffer remaining = ByteBuffer.wrap(bytes);
            while (remaining.hasRemaining()) {
                channel.write(remaining);
            }
            channel.force(true);
        }

        @Override
        public void commit() {
            if (failed) {
                throw new IllegalStateException("the batch is incomplete: adding to it failed before");
            }
            Set<Path> folders = new HashSet<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    ArtifactKey key = new ArtifactKey(new Digest("" + file.getFileName()));
                    folders.add(createDirectory(folder(key)));
                    Files.move(file, file(key), StandardCopyOption.ATOMIC_MOVE);
                }
                for (Path folder : folders) {
                    force(folder);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                deleteBatch(directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
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
