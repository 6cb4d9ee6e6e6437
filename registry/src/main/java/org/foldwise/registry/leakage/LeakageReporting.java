package org.foldwise.registry.leakage;

import org.foldwise.learning.leakage.FoldLevel;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.inquiry.InquiryReporting;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What the worker that carries out a leakage experiment writes. */
@Component
public class LeakageReporting extends InquiryReporting<LeakageExperiment> {
    private final LeakageFolds folds;
    private final JobQueue queue;

    LeakageReporting(LeakageExperiments experiments, LeakageFolds folds, JobQueue queue, DatabaseClock clock) {
        super(experiments, queue, clock);
        this.folds = folds;
        this.queue = queue;
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
        conclude(token, report);
    }
}
