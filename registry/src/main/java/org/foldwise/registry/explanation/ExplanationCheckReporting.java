package org.foldwise.registry.explanation;

import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.inquiry.InquiryReporting;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What the worker that checks explanations writes. */
@Component
public class ExplanationCheckReporting extends InquiryReporting<ExplanationCheck> {
    ExplanationCheckReporting(ExplanationChecks checks, JobQueue queue, DatabaseClock clock) {
        super(checks, queue, clock);
    }

    /**
     * Ends the check and its job.
     *
     * @param report a JSON document without images
     */
    @Transactional
    public void succeed(FencingToken token, String report) {
        conclude(token, report);
    }
}
