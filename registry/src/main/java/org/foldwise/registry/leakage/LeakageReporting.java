package org.foldwise.registry.leakage;

import java.util.UUID;
import org.foldwise.learning.leakage.FoldLevel;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the worker that carries out a leakage experiment writes. Every method throws {@link
 * org.foldwise.registry.jobs.LeaseLostException} and changes nothing if the token no longer counts.
 */
@Component
public class LeakageReporting {
    private final LeakageExperiments experiments;
    private final LeakageFolds folds;
    private final JobQueue queue;
    private final DatabaseClock clock;

    LeakageReporting(LeakageExperiments experiments, LeakageFolds folds, JobQueue queue, DatabaseClock clock) {
        this.experiments = experiments;
        this.folds = folds;
        this.queue = queue;
        this.clock = clock;
    }

    /** The worker begins, or goes on where another was lost. */
    @Transactional
    public void start(FencingToken token) {
        queue.verify(token);
        experiment(token).start();
    }

    /**
     * Keeps what came of a training, so that nobody trains it again.
     *
     * @param scores a JSON document
     */
    @Transactional
    public void fold(FencingToken token, FoldLevel level, int fold, String scores) {
        queue.verify(token);
        folds.insert(token.job(), level, fold, scores);
    }

    /**
     * Ends the experiment and its job.
     *
     * @param report a JSON document
     */
    @Transactional
    public void succeed(FencingToken token, String report) {
        queue.verify(token);
        experiment(token).succeed(report, clock.now());
        queue.finish(token);
    }

    /**
     * Ends an experiment that cannot be carried out, and its job.
     *
     * @param detail what went wrong, without patient data
     */
    @Transactional
    public void fail(FencingToken token, String detail) {
        queue.verify(token);
        experiment(token).fail(detail, clock.now());
        queue.fail(token, detail);
    }

    /** Ends an experiment that the worker broke off because it was asked to, and its job. */
    @Transactional
    public void cancelled(FencingToken token) {
        queue.verify(token);
        experiment(token).cancel(clock.now());
        queue.breakOff(token);
    }

    private LeakageExperiment experiment(FencingToken token) {
        UUID id = token.job();
        return experiments
                .findById(id)
                .orElseThrow(() -> new IllegalStateException("job " + id + " is of no leakage experiment"));
    }
}
