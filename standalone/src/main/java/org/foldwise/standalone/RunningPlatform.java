package org.foldwise.standalone;

import java.io.IOException;
import java.nio.file.Files;

/**
 * What a running platform says of itself in its data directory, for {@code foldwise status}, {@code down} and {@code demo}.
 * Shell scripts read the file: one {@code name=value} a line.
 *
 * @param pid of the platform's process
 * @param url where it listens
 */
record RunningPlatform(long pid, String url) {
    void announce(DataDirectory directory) throws IOException {
        DataDirectory.writeOwnerOnly(directory.runningPlatform(), "pid=" + pid + "\nurl=" + url + "\n");
    }

    static void withdraw(DataDirectory directory) throws IOException {
        Files.deleteIfExists(directory.runningPlatform());
    }
}
