package org.foldwise.standalone;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.foldwise.learning.provenance.Digest;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of PostgreSQL, unpacked from the class path into the data directory: a shared temporary directory would be
 * open to other users of the machine, who could put their own programs there.
 *
 * @param directory holds {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path directory) {
    private static final int EXECUTABLE = 0100;

    /** Unpacks the programs below {@code parent} unless they are there already. */
    static PostgresBinaries unpackedBelow(Path parent) throws IOException, StartRefusedException {
        String resource = "/postgres-linux-" + architecture() + ".txz";
        Path target = parent.resolve("postgresql-" + digest(resource).hex().substring(0, 12));
        if (!Files.isDirectory(target)) {
            Path draft = parent.resolve("postgresql.new");
            deleteTree(draft);
            try (InputStream archive = open(resource)) {
                unpack(archive, draft);
            }
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return new PostgresBinaries(target);
    }

    String program(String name) {
        return directory.resolve("bin").resolve(name).toString();
    }

    private static String architecture() throws StartRefusedException {
        String system = System.getProperty("os.name");
        String architecture = System.getProperty("os.arch");
        if (!"Linux".equals(system)) {
            throw new StartRefusedException("the embedded database needs Linux, this is " + system
                    + "; use docker-compose.yml or a PostgreSQL of your own");
        }
        return switch (architecture) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default ->
                throw new StartRefusedException(
                        "the embedded database needs an amd64 or arm64 processor, this is " + architecture);
        };
    }

    private static Digest digest(String resource) throws IOException, StartRefusedException {
        MessageDigest sha256 = Digest.newMessageDigest();
        try (InputStream archive = new DigestInputStream(open(resource), sha256)) {
            archive.transferTo(OutputStream.nullOutputStream());
        }
        return Digest.finish(sha256);
    }

    private static InputStream open(String resource) throws StartRefusedException {
        InputStream archive = PostgresBinaries.class.getResourceAsStream(resource);
        if (archive == null) {
            throw new StartRefusedException("the class path holds no PostgreSQL for this processor: " + resource);
        }
        return archive;
    }

    private static void unpack(InputStream archive, Path directory) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = directory.resolve(entry.getName()).normalize();
                if (!file.startsWith(directory)) {
                    throw new IOException("the archive of PostgreSQL points outside: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(file.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, file);
                    boolean executable = (entry.getMode() & EXECUTABLE) != 0;
                    Files.setPosixFilePermissions(
                            file, PosixFilePermissions.fromString(executable ? "rwx------" : "rw-------"));
                }
            }
        }
    }

    static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(PostgresBinaries::delete);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
