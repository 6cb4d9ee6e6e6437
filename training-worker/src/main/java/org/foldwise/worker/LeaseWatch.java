package org.foldwise.worker;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.foldwise.learning.training.CancellationSignal;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.jobs.LeaseLostException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Follows a job's lease while its work goes on, and says when to stop: the lease was lost, somebody asked for it, or the worker
 * ends. The work asks between two batches or images. Whoever cannot reach the database cannot know whether the lease still
 * stands, and stops before anybody else may have taken over.
 */
public final class LeaseWatch implements CancellationSignal, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LeaseWatch.class);

    private final JobQueue queue;
    private final FencingToken token;
    private final BooleanSupplier workerEnds;
    private final Pace pace;
    private final Thread thread;
    private volatile @Nullable StopReason reason;

    /** Why work has to stop. */
    public enum StopReason {
        /** Somebody asked for it. */
        CANCELLED,
        /** Another worker has the job, it has ended, or the database was out of reach for too long. */
        LEASE_LOST,
        /** The worker ends in good order; another one goes on. */
        WORKER_ENDS
    }

    /**
     * How often the lease is looked at.
     *
     * @param interval between two looks
     * @param blindLimit how long looking may fail; well below the time after which a silent worker counts as dead
     */
    record Pace(Duration interval, Duration blindLimit) {
        static final Pace DEFAULT = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(12));
    }

    LeaseWatch(JobQueue queue, FencingToken token, BooleanSupplier workerEnds, Pace pace) {
        this.queue = queue;
        this.token = token;
        this.workerEnds = workerEnds;
        this.pace = pace;
        this.thread = new Thread(this::watch, "lease-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether the work has to stop, for whatever reason. */
    @Override
    public boolean isCancelled() {
        return reason != null || workerEnds.getAsBoolean();
    }

    /** Why; absent while the work may go on. */
    public @Nullable StopReason reason() {
        StopReason found = reason;
        return found == null && workerEnds.getAsBoolean() ? StopReason.WORKER_ENDS : found;
    }

    /**
     * Returns while the work may go on.
     *
     * @throws StoppedException otherwise
     */
    public void requireKept() {
        StopReason found = reason();
        if (found != null) {
            throw new StoppedException(found);
        }
    }

    /**
     * Returns where work was broken off because somebody asked for it.
     *
     * @param broken what broke it off; thrown where it was for another reason than the lease's
     * @throws StoppedException if it was for another reason of the lease's
     */
    public void requireCancelled(RuntimeException broken) {
        if (reason() != StopReason.CANCELLED) {
            requireKept();
            throw broken;
        }
    }

    private void watch() {
        long lastSeen = System.nanoTime();
        try {
            while (reason == null) {
                Thread.sleep(pace.interval().toMillis());
                try {
                    if (queue.isCancellationRequested(token)) {
                        reason = StopReason.CANCELLED;
                    }
                    lastSeen = System.nanoTime();
                } catch (LeaseLostException e) {
                    log.warn("job {} was taken from token {}", token.job(), token.value());
                    reason = StopReason.LEASE_LOST;
                } catch (DataAccessException e) {
                    log.warn(
                            "the lease of job {} cannot be looked at: {}",
                            token.job(),
                            e.getClass().getSimpleName());
                    if (System.nanoTime() - lastSeen > pace.blindLimit().toNanos()) {
                        reason = StopReason.LEASE_LOST;
                    }
                }
            }
        } catch (InterruptedException e) {
            log.debug("the watch over job {} ends", token.job());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
