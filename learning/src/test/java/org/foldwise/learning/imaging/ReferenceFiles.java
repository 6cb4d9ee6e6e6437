package org.foldwise.learning.imaging;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the golden vectors and sample files lie; tests are skipped, with the reason, where they are missing. */
final class ReferenceFiles {
    private ReferenceFiles() {}

    static byte[] reference(String name) {
        return read("foldwise.reference.dir", "../shared/reference", name);
    }

    static byte[] data(String name) {
        return read("foldwise.data.dir", "../shared/data", name);
    }

    private static byte[] read(String property, String otherwise, String name) {
        Path directory =
                Path.of(System.getProperty("foldwise.root", "..")).resolve(System.getProperty(property, otherwise));
        assumeTrue(Files.isDirectory(directory), () -> "skipped: there is no directory " + directory);
        try {
            return Files.readAllBytes(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
