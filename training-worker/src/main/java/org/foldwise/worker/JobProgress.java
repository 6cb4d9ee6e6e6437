package org.foldwise.worker;

import java.time.Duration;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.stereotype.Component;

/** Says how far a job is, at most twice a second: every report is a row that somebody may be following. For one thread. */
public final class JobProgress {
    private static final long INTERVAL_NANOS = Duration.ofMillis(500).toNanos();

    private final JobQueue queue;
    private final FencingToken token;
    private long lastReport = System.nanoTime() - INTERVAL_NANOS;

    private JobProgress(JobQueue queue, FencingToken token) {
        this.queue = queue;
        this.token = token;
    }

    /** Makes them for jobs. */
    @Component
    public static final class Factory {
        private final JobQueue queue;

        Factory(JobQueue queue) {
            this.queue = queue;
        }

        public JobProgress of(FencingToken token) {
            return new JobProgress(queue, token);
        }
    }

    /**
     * Reports, unless the last report was just now.
     *
     * @param progress in [0, 1]
     * @param message for people, without patient data
     */
    public void at(double progress, String message) {
        if (System.nanoTime() - lastReport >= INTERVAL_NANOS) {
            queue.progress(token, progress, message);
            lastReport = System.nanoTime();
        }
    }
}
