package org.foldwise.registry.inquiry;

import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the worker that carries out an inquiry writes. Every method throws {@link org.foldwise.registry.jobs.LeaseLostException} and
 * changes nothing if the token no longer counts.
 */
public abstract class InquiryReporting<I extends Inquiry> {
    private final Inquiries<I> inquiries;
    private final JobQueue queue;
    private final DatabaseClock clock;

    protected InquiryReporting(Inquiries<I> inquiries, JobQueue queue, DatabaseClock clock) {
        this.inquiries = inquiries;
        this.queue = queue;
        this.clock = clock;
    }

    /** The worker begins, or goes on where another was lost. */
    @Transactional
    public void start(FencingToken token) {
        queue.verify(token);
        inquiry(token).start();
    }

    /**
     * Ends an inquiry that cannot be carried out, and its job.
     *
     * @param detail what went wrong, without patient data
     */
    @Transactional
    public void fail(FencingToken token, String detail) {
        queue.verify(token);
        inquiry(token).fail(detail, clock.now());
        queue.fail(token, detail);
    }

    /** Ends an inquiry that the worker broke off because it was asked to, and its job. */
    @Transactional
    public void cancelled(FencingToken token) {
        queue.verify(token);
        inquiry(token).cancel(clock.now());
        queue.breakOff(token);
    }

    /**
     * Ends an inquiry with its report, and its job, within the caller's transaction.
     *
     * @param report a JSON document
     * @return the inquiry, for what else it has come to
     */
    protected I conclude(FencingToken token, String report) {
        queue.verify(token);
        I inquiry = inquiry(token);
        inquiry.succeed(report, clock.now());
        queue.finish(token);
        return inquiry;
    }

    private I inquiry(FencingToken token) {
        return inquiries
                .findById(token.job())
                .orElseThrow(() -> new IllegalStateException("job " + token.job() + " is of no inquiry of this kind"));
    }
}
