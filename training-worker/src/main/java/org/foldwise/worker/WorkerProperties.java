package org.foldwise.worker;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where and how fast a worker works; nothing here changes a result, except that the number of threads decides the last bits and
 * is therefore part of a run's provenance.
 *
 * @param name by which jobs say who works on them; empty: the machine's name and the process's number
 * @param threads for computing and for decoding; 0: as many as the machine has processors
 * @param scratch directory for files that no job outlives; this worker's alone, cleared at its start. Absent: a new one among
 *     the system's temporary files
 */
@ConfigurationProperties(prefix = "foldwise.worker", ignoreUnknownFields = false)
public record WorkerProperties(@DefaultValue("") String name, @DefaultValue("0") int threads, @Nullable Path scratch) {
    private static final int MOST_THREADS = 1024;

    public WorkerProperties {
        if (threads < 0 || threads > MOST_THREADS) {
            throw new IllegalArgumentException(
                    "foldwise.worker.threads must be 0 to " + MOST_THREADS + ", was " + threads);
        }
    }

    /** The number of threads to use. */
    public int effectiveThreads() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
