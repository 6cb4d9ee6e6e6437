package org.foldwise.registry.audit;

import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.inquiry.InquiryRequests;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Accepts augmentation audits and queues them, and calls them off. */
@Component
public class AuditRequests extends InquiryRequests<AugmentationAudit> {
    private final PatientSplits splits;
    private final Datasets datasets;
    private final Ids ids;
    private final DatabaseClock clock;

    AuditRequests(
            AugmentationAudits audits,
            PatientSplits splits,
            Datasets datasets,
            JobQueue queue,
            Ids ids,
            DatabaseClock clock) {
        super(JobKind.AUGMENTATION_AUDIT, audits, queue, clock);
        this.splits = splits;
        this.datasets = datasets;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Stores an audit and queues it.
     *
     * @param plan a JSON document
     * @param planDigest digest of the plan's canonical JSON form
     * @param runId the run whose answers are looked at as well, a training on the split's development fold; absent for none
     * @throws java.util.NoSuchElementException if there is no such split
     * @throws org.foldwise.registry.dataset.DataWithdrawnException if a patient was withdrawn from its dataset
     */
    @Transactional
    public AugmentationAudit accept(UUID splitId, String plan, Digest planDigest, @Nullable UUID runId) {
        datasets.findById(splits.find(splitId).orElseThrow().datasetId()).ifPresent(Dataset::requireWhole);
        return enqueue(new AugmentationAudit(ids.next(), splitId, plan, planDigest, runId, clock.now()));
    }
}
