package org.foldwise.registry.neighbourhood;

import java.util.List;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.inquiry.InquiryReporting;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What the worker that looks for neighbours writes. */
@Component
public class NeighbourhoodReporting extends InquiryReporting<Neighbourhood> {
    private final NeighbourhoodCases cases;
    private final JobQueue queue;

    NeighbourhoodReporting(
            Neighbourhoods neighbourhoods, NeighbourhoodCases cases, JobQueue queue, DatabaseClock clock) {
        super(neighbourhoods, queue, clock);
        this.cases = cases;
        this.queue = queue;
    }

    /**
     * Ends the neighbourhood and its job.
     *
     * @param report a JSON document without cases
     * @param found the cases, in the order of the error review
     */
    @Transactional
    public void succeed(FencingToken token, String report, List<FoundCase> found) {
        queue.verify(token);
        cases.insert(token.job(), found);
        conclude(token, report);
    }
}
