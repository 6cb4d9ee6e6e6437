package org.foldwise.standalone;

import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * What a running platform says of itself in its data directory, for {@code foldwise status}, {@code down} and {@code demo}.
 * Shell scripts read the file: one {@code name=value} a line.
 *
 * @param pid of the platform's process
 * @param url where it listens
 * @param workerRefusal why no worker runs, on one line; absent where none has refused its configuration
 */
record RunningPlatform(long pid, String url, @Nullable String workerRefusal) {
    void announce(DataDirectory directory) throws IOException {
        String refusal = workerRefusal == null ? "" : "workerRefusal=" + workerRefusal + "\n";
        DataDirectory.writeOwnerOnly(directory.runningPlatform(), "pid=" + pid + "\nurl=" + url + "\n" + refusal);
    }

    static void withdraw(DataDirectory directory) throws IOException {
        Files.deleteIfExists(directory.runningPlatform());
    }
}
