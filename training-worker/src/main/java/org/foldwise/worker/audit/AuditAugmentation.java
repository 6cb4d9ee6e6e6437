package org.foldwise.worker.audit;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;
import org.foldwise.learning.audit.AugmentationAuditor;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.evaluation.Evaluator;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.network.TorchEngine;
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
import org.foldwise.worker.run.TrainedNetworks;
import org.foldwise.worker.run.TrainedNetworks.TrainedNetwork;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Audits a plan's augmentations on the training images of a split's development fold, with what a trained network answers of them where it is asked for; no other image is even decoded. */
@Component
final class AuditAugmentation implements JobWork {
    /** The part of the work that decoding is. */
    private static final double DECODING = 0.3;

    private final AugmentationAudits audits;
    private final AuditReporting reporting;
    private final PatientSplits splits;
    private final RunMaterials materials;
    private final PixelCache pixelCache;
    private final TrainedNetworks networks;
    private final ObjectProvider<TorchEngine> engine;
    private final ArtifactStore artifacts;
    private final JobProgress.Factory progress;

    AuditAugmentation(
            AugmentationAudits audits,
            AuditReporting reporting,
            PatientSplits splits,
            RunMaterials materials,
            PixelCache pixelCache,
            TrainedNetworks networks,
            ObjectProvider<TorchEngine> engine,
            ArtifactStore artifacts,
            JobProgress.Factory progress) {
        this.audits = audits;
        this.reporting = reporting;
        this.splits = splits;
        this.materials = materials;
        this.pixelCache = pixelCache;
        this.networks = networks;
        this.engine = engine;
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
        UUID run = audit.runId();
        List<ImageRecord> opened = run == null
                ? sample
                : Stream.concat(sample.stream(), AugmentationAuditor.retested(plan, cohort, fold).stream())
                        .distinct()
                        .toList();
        CachedPixels pixels = pixelCache.open(opened, plan.image().pixels(), done -> {
            lease.requireKept();
            report.at(DECODING * done / opened.size(), "preparing image " + done + " of " + opened.size());
        });
        DoubleConsumer told = share -> {
            lease.requireKept();
            report.at(DECODING + (1 - DECODING) * share, "looking at what becomes of " + sample.size() + " images");
        };
        if (run == null) {
            return AugmentationAuditor.audit(plan, cohort, fold, sample, pixels, told);
        }
        TrainedNetwork network = networks.of(run).get(0);
        try (Evaluator<PixelImage> evaluator = Evaluator.open(
                engine.getObject(), network.plan(), cohort, network.provenance(), networks.weights(network))) {
            return AugmentationAuditor.audit(
                    plan,
                    cohort,
                    fold,
                    sample,
                    pixels,
                    (images, shown) -> evaluator.answers(cohort, images, shown::pixelsOf, lease),
                    told);
        }
    }

    @Override
    public void giveUp(FencingToken token, String reason) {
        reporting.fail(token, reason);
    }
}
