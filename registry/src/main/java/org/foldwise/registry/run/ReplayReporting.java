package org.foldwise.registry.run;

import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the worker that carries out a replay writes. Every method throws {@link org.foldwise.registry.jobs.LeaseLostException} and
 * changes nothing if the token no longer counts.
 */
@Component
public class ReplayReporting {
    private final Replays replays;
    private final JobQueue queue;
    private final DatabaseClock clock;

    ReplayReporting(Replays replays, JobQueue queue, DatabaseClock clock) {
        this.replays = replays;
        this.queue = queue;
        this.clock = clock;
    }

    /** The worker begins, or begins again where another was lost. */
    @Transactional
    public void start(FencingToken token) {
        queue.verify(token);
        replay(token).start();
    }

    /**
     * Ends the replay and its job.
     *
     * @param report a JSON document
     */
    @Transactional
    public void succeed(FencingToken token, ReplayVerdict verdict, String report) {
        queue.verify(token);
        replay(token).succeed(verdict, report, clock.now());
        queue.finish(token);
    }

    /**
     * Ends a replay that cannot be made, and its job.
     *
     * @param detail what went wrong, without patient data
     */
    @Transactional
    public void fail(FencingToken token, String detail) {
        queue.verify(token);
        replay(token).fail(detail, clock.now());
        queue.fail(token, detail);
    }

    /** Ends a replay that was called off, and its job. */
    @Transactional
    public void cancelled(FencingToken token) {
        queue.verify(token);
        replay(token).cancel(clock.now());
        queue.breakOff(token);
    }

    private Replay replay(FencingToken token) {
        return replays.findById(token.job())
                .orElseThrow(() -> new IllegalStateException("job " + token.job() + " is of no replay"));
    }
}
