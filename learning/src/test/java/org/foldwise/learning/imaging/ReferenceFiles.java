package org.foldwise.learning.imaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.foldwise.learning.SharedFolder;

/** Where the golden vectors and sample files lie; tests are skipped, with the reason, where they are missing. */
final class ReferenceFiles {
    private ReferenceFiles() {}

    static byte[] reference(String name) {
        return read(SharedFolder.REFERENCE, name);
    }

    static byte[] data(String name) {
        return read(SharedFolder.DATA, name);
    }

    private static byte[] read(SharedFolder folder, String name) {
        try {
            return Files.readAllBytes(folder.require(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
