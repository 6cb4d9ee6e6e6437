package org.foldwise.standalone;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The one directory under which a standalone platform keeps everything. It holds patient images, so only its owner may look
 * inside. One process at a time owns it.
 *
 * @param root the directory, absolute
 */
record DataDirectory(Path root) {
    static final String LOGS = "logs";

    private static final Set<PosixFilePermission> OWNER_ONLY_DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_ONLY_FILE = PosixFilePermissions.fromString("rw-------");

    /** Creates the directory where it is missing. */
    static DataDirectory at(Path root) throws StartRefusedException {
        Path absolute = root.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute, PosixFilePermissions.asFileAttribute(OWNER_ONLY_DIRECTORY));
            DataDirectory directory = new DataDirectory(absolute.toRealPath());
            Files.createDirectories(directory.logs());
            return directory;
        } catch (FileAlreadyExistsException e) {
            throw new StartRefusedException("the data directory " + absolute + " is a file", e);
        } catch (IOException e) {
            throw new StartRefusedException("cannot create the data directory " + absolute + ": " + e.getMessage(), e);
        }
    }

    Path database() {
        return root.resolve("database");
    }

    Path artifacts() {
        return root.resolve("artifacts");
    }

    /** Scratch space of the worker; nothing in it outlives a job. */
    Path scratch() {
        return root.resolve("scratch");
    }

    /** What the worker has computed once; all of it can be computed again. */
    Path cache() {
        return root.resolve("cache");
    }

    /** Archives on their way in; the worker's scratch space is cleared whenever a worker starts. */
    Path uploads() {
        return root.resolve("uploads");
    }

    /** Where published files of weights may be put, to be imported when a plan asks for them; need not exist. */
    Path weights() {
        return root.resolve("weights");
    }

    Path logs() {
        return root.resolve(LOGS);
    }

    Path databasePassword() {
        return root.resolve("database.password");
    }

    /** The first administrator's API key, for the owner of the directory. */
    Path adminKey() {
        return root.resolve("admin.key");
    }

    /** The secret by which patients' keys become pseudonyms. */
    Path pseudonymKey() {
        return root.resolve("pseudonym.key");
    }

    /** Where a running platform says who and where it is; see {@link RunningPlatform}. */
    Path runningPlatform() {
        return root.resolve("platform.running");
    }

    /**
     * Takes the directory for this process. The operating system gives it back when the process ends, however it ends.
     *
     * @throws StartRefusedException if another process has it
     */
    FileLock lock() throws StartRefusedException {
        Path file = root.resolve("platform.lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new StartRefusedException("another platform is running on the data directory " + root
                        + "; stop it with: foldwise down --data " + root);
            }
            return lock;
        } catch (IOException e) {
            throw new StartRefusedException("cannot lock the data directory " + root + ": " + e.getMessage(), e);
        }
    }

    /** Writes a file that appears whole or not at all and that its owner alone may read. */
    static void writeOwnerOnly(Path file, String content) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(OWNER_ONLY_FILE));
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            channel.write(StandardCharsets.UTF_8.encode(content));
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static void createOwnerOnlyDirectory(Path directory) throws IOException {
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY_DIRECTORY));
    }
}
