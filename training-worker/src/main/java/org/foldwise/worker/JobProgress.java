package org.foldwise.worker;

import java.time.Duration;
import org.foldwise.registry.DatabaseAway;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Says how far a job is, at most twice a second: every report is a row that somebody may be following. No work ends because nobody
 * could be told how far it is. For one thread.
 */
public final class JobProgress {
    private static final Logger log = LoggerFactory.getLogger(JobProgress.class);
    private static final long INTERVAL_NANOS = Duration.ofMillis(500).toNanos();

    private final Report report;
    private long lastReport = System.nanoTime() - INTERVAL_NANOS;

    JobProgress(Report report) {
        this.report = report;
    }

    /** Where a report goes. */
    @FunctionalInterface
    interface Report {
        void write(double progress, String message);
    }

    /** Makes them for jobs. */
    @Component
    public static final class Factory {
        private final JobQueue queue;

        Factory(JobQueue queue) {
            this.queue = queue;
        }

        public JobProgress of(FencingToken token) {
            return new JobProgress((progress, message) -> queue.progress(token, progress, message));
        }
    }

    /**
     * Reports, unless the last report was just now. While the database is away reports are left out; how long the work may go on
     * then, {@link LeaseWatch} says.
     *
     * @param progress in [0, 1]
     * @param message for people, without patient data
     * @throws org.foldwise.registry.jobs.LeaseLostException if another worker has the job, or it has ended
     */
    public void at(double progress, String message) {
        if (System.nanoTime() - lastReport >= INTERVAL_NANOS) {
            try {
                report.write(progress, message);
            } catch (RuntimeException e) {
                if (!DatabaseAway.in(e)) {
                    throw e;
                }
                log.warn("how far a job is cannot be said: {}", e.getClass().getSimpleName());
            }
            lastReport = System.nanoTime();
        }
    }
}
