package org.foldwise.worker;

import java.nio.file.Path;
import java.time.Duration;
import org.foldwise.learning.network.ComputeDevice;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where and how fast a worker works; nothing here changes a result, except that the number of threads decides the last bits and
 * is therefore part of a run's provenance.
 *
 * @param name by which jobs say who works on them; empty: the machine's name and the process's number
 * @param threads for computing and for decoding; 0: as many as the machine has processors
 * @param device where trainings are computed: {@code cpu}, or {@code cuda:0}, {@code cuda:1} and so on; one worker for each GPU. A
 *     GPU that is not there ends the worker's start
 * @param scratch directory for files that no job outlives; this worker's alone, cleared at its start. Absent: a new one among
 *     the system's temporary files
 * @param cache directory for what workers of this machine compute once and share: preprocessed pixels, and features of frozen
 *     backbones. It outlives jobs and workers, and everything in it can be made anew. Absent: a folder of the scratch directory
 * @param cacheSize how much is kept there; what was used longest ago goes first
 * @param checkpointInterval the least time between two checkpoints of a run: what a crash may cost it. Writing one takes a second
 *     or two where a whole network is trained, so with the default at most a tenth of the time goes into them
 */
@ConfigurationProperties(prefix = "foldwise.worker", ignoreUnknownFields = false)
public record WorkerProperties(
        @DefaultValue("") String name,
        @DefaultValue("0") int threads,
        @DefaultValue("cpu") String device,
        @Nullable Path scratch,
        @Nullable Path cache,
        @DefaultValue("10GB") DataSize cacheSize,
        @DefaultValue("20s") Duration checkpointInterval) {
    private static final int MOST_THREADS = 1024;

    public WorkerProperties {
        if (threads < 0 || threads > MOST_THREADS) {
            throw new IllegalArgumentException(
                    "foldwise.worker.threads must be 0 to " + MOST_THREADS + ", was " + threads);
        }
        try {
            ComputeDevice.parse(device);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("foldwise.worker.device: " + e.getMessage(), e);
        }
        if (cacheSize.toBytes() < 1) {
            throw new IllegalArgumentException("foldwise.worker.cache-size must be above 0, was " + cacheSize);
        }
        if (checkpointInterval.isNegative()) {
            throw new IllegalArgumentException(
                    "foldwise.worker.checkpoint-interval must not be negative, was " + checkpointInterval);
        }
    }

    /** Where to compute. */
    public ComputeDevice computeDevice() {
        return ComputeDevice.parse(device);
    }

    /** The number of threads to use. */
    public int effectiveThreads() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
