package org.foldwise.worker.audit;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import org.foldwise.learning.audit.AugmentationAuditor;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.training.CachedPixels;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.audit.AuditReporting;
import org.foldwise.registry.audit.AugmentationAudit;
import org.foldwise.registry.audit.AugmentationAudits;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.split.PatientSplits;
import org.foldwise.worker.JobProgress;
import org.foldwise.worker.JobWork;
import org.foldwise.worker.LeaseWatch;
import org.foldwise.worker.StoppedException;
import org.foldwise.worker.Workspace;
import org.foldwise.worker.run.MaterialFailure;
import org.foldwise.worker.run.PixelCache;
import org.foldwise.worker.run.RunMaterials;
import org.springframework.stereotype.Component;

/** Audits a plan's augmentations on the training images of a split's development fold; no other image is even decoded. */
@Component
final class AuditAugmentation implements JobWork {
    /** The part of the work that decoding is. */
    private static final double DECODING = 0.3;

    private final AugmentationAudits audits;
    private final AuditReporting reporting;
    private final PatientSplits splits;
    private final RunMaterials materials;
    private final PixelCache pixelCache;
    private final ArtifactStore artifacts;
    private final JobProgress.Factory progress;

    AuditAugmentation(
            AugmentationAudits audits,
            AuditReporting reporting,
            PatientSplits splits,
            RunMaterials materials,
            PixelCache pixelCache,
            ArtifactStore artifacts,
            JobProgress.Factory progress) {
        this.audits = audits;
        this.reporting = reporting;
        this.splits = splits;
        this.materials = materials;
        this.pixelCache = pixelCache;
        this.artifacts = artifacts;
        this.progress = progress;
    }

    @Override
    public JobKind kind() {
        return JobKind.AUGMENTATION_AUDIT;
    }

    @Override
    public void carryOut(FencingToken token, LeaseWatch lease, Workspace workspace) throws InterruptedException {
        AugmentationAudit audit = audits.findById(token.job())
                .orElseThrow(() -> new NoSuchElementException("job " + token.job() + " is of no audit"));
        reporting.start(token);
        try {
            AugmentationAuditor.Audited audited = audited(token, audit, lease);
            lease.requireKept();
            reporting.succeed(
                    token, ReportJson.write(audited.report()), artifacts.put(PngEncoder.encode(audited.sheet())));
        } catch (StoppedException | CancellationException e) {
            lease.requireCancelled(e);
            reporting.cancelled(token);
        } catch (RuntimeException e) {
            reporting.fail(token, MaterialFailure.detail(e));
        }
    }

    private AugmentationAuditor.Audited audited(FencingToken token, AugmentationAudit audit, LeaseWatch lease)
            throws InterruptedException {
        ExperimentPlan plan = RunMaterials.plan(audit.plan(), audit.planDigest());
        Cohort cohort =
                materials.cohort(splits.find(audit.splitId()).orElseThrow().datasetId());
        Fold fold = splits.loadProven(audit.splitId(), cohort).development();
        List<ImageRecord> sample = AugmentationAuditor.sample(plan, cohort, fold);
        JobProgress report = progress.of(token);
        CachedPixels pixels = pixelCache.open(sample, plan.image().pixels(), done -> {
            lease.requireKept();
            report.at(DECODING * done / sample.size(), "preparing image " + done + " of " + sample.size());
        });
        return AugmentationAuditor.audit(plan, cohort, fold, sample, pixels, share -> {
            lease.requireKept();
            report.at(DECODING + (1 - DECODING) * share, "looking at what becomes of " + sample.size() + " images");
        });
    }

    @Override
    public void giveUp(FencingToken token, String reason) {
        reporting.fail(token, reason);
    }
}
