package org.foldwise.registry.inquiry;

import java.util.UUID;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.transaction.annotation.Transactional;

/** Queues inquiries of one kind, and calls them off. */
public abstract class InquiryRequests<I extends Inquiry> {
    private final JobKind kind;
    private final Inquiries<I> inquiries;
    private final JobQueue queue;
    private final DatabaseClock clock;

    protected InquiryRequests(JobKind kind, Inquiries<I> inquiries, JobQueue queue, DatabaseClock clock) {
        this.kind = kind;
        this.inquiries = inquiries;
        this.queue = queue;
        this.clock = clock;
    }

    /** Stores an inquiry and queues it, within the caller's transaction. */
    protected I enqueue(I inquiry) {
        inquiry.bindAsAsked();
        I stored = inquiries.saveAndFlush(inquiry);
        queue.enqueue(kind, stored.id());
        return stored;
    }

    /**
     * Calls an inquiry off: one that waits ends at once, one that a worker carries out when the worker has heard of it.
     *
     * @throws java.util.NoSuchElementException if there is no such inquiry
     * @throws IllegalTransitionException if it has ended
     */
    @Transactional
    public I cancel(UUID id) {
        I inquiry = inquiries.findById(id).orElseThrow();
        inquiry.requireOpen();
        if (queue.withdraw(id)) {
            inquiry.cancel(clock.now());
        } else {
            queue.requestCancellation(id);
        }
        return inquiry;
    }
}
