package org.foldwise.registry.run;

import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.inquiry.InquiryReporting;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What the worker that carries out a replay writes. */
@Component
public class ReplayReporting extends InquiryReporting<Replay> {
    ReplayReporting(Replays replays, JobQueue queue, DatabaseClock clock) {
        super(replays, queue, clock);
    }

    /**
     * Ends the replay and its job.
     *
     * @param report a JSON document
     */
    @Transactional
    public void succeed(FencingToken token, ReplayVerdict verdict, String report) {
        conclude(token, report).decide(verdict);
    }
}
