package org.foldwise.registry.leakage;

import java.util.List;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.inquiry.InquiryRequests;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Accepts leakage experiments and queues them, and calls them off. */
@Component
public class LeakageRequests extends InquiryRequests<LeakageExperiment> {
    private final Ids ids;
    private final DatabaseClock clock;

    LeakageRequests(LeakageExperiments experiments, JobQueue queue, Ids ids, DatabaseClock clock) {
        super(JobKind.LEAKAGE_EXPERIMENT, experiments, queue, clock);
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * What is asked for.
     *
     * @param plan a JSON document
     * @param planDigest digest of the plan's canonical JSON form
     * @param weightSetId the imported weights that each training begins with; absent where they are drawn
     * @param folds of images, and as many of patients
     * @param seed of the folds
     * @param findings a JSON array: what was found before the start
     * @param overrides a JSON array: why it is started in spite of what blocks it
     */
    public record Order(
            UUID datasetId,
            String name,
            String plan,
            Digest planDigest,
            @Nullable UUID weightSetId,
            int folds,
            long seed,
            String findings,
            String overrides) {}

    /**
     * Stores a leakage experiment and queues it.
     *
     * @param withheldSplits the splits whose locked patients are left out
     * @throws org.springframework.dao.DataAccessException if the dataset is not frozen, or has blocking findings that nobody waived
     */
    @Transactional
    public LeakageExperiment accept(Order order, List<UUID> withheldSplits) {
        return enqueue(new LeakageExperiment(ids.next(), order, withheldSplits, clock.now()));
    }
}
