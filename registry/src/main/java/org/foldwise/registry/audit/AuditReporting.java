package org.foldwise.registry.audit;

import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.inquiry.InquiryReporting;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What the worker that carries out an augmentation audit writes. */
@Component
public class AuditReporting extends InquiryReporting<AugmentationAudit> {
    AuditReporting(AugmentationAudits audits, JobQueue queue, DatabaseClock clock) {
        super(audits, queue, clock);
    }

    /**
     * Ends the audit and its job.
     *
     * @param report a JSON document
     * @param sheet the artifact with the contact sheet
     */
    @Transactional
    public void succeed(FencingToken token, String report, ArtifactKey sheet) {
        conclude(token, report).attach(sheet);
    }
}
