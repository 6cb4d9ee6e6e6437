package org.foldwise.registry.experiment;

import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the worker that summarises an experiment writes. Every method throws {@link org.foldwise.registry.jobs.LeaseLostException} and
 * changes nothing if the token no longer counts.
 */
@Component
public class ExperimentReporting {
    private final Experiments experiments;
    private final JobQueue queue;
    private final DatabaseClock clock;

    ExperimentReporting(Experiments experiments, JobQueue queue, DatabaseClock clock) {
        this.experiments = experiments;
        this.queue = queue;
        this.clock = clock;
    }

    /**
     * Ends the experiment and the job.
     *
     * @param summary a JSON document
     */
    @Transactional
    public void succeed(FencingToken token, String summary) {
        queue.verify(token);
        experiments.lock(token.job()).orElseThrow().succeed(summary, clock.now());
        queue.finish(token);
    }

    /** Ends the experiment, whose runs could not be summarised, and the job. */
    @Transactional
    public void fail(FencingToken token, String reason) {
        queue.verify(token);
        experiments.lock(token.job()).orElseThrow().fail(clock.now());
        queue.fail(token, reason);
    }
}
