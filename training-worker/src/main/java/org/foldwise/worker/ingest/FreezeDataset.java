package org.foldwise.worker.ingest;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.DatasetReporting;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.worker.JobProgress;
import org.foldwise.worker.JobWork;
import org.foldwise.worker.LeaseWatch;
import org.foldwise.worker.StoredImages;
import org.foldwise.worker.WorkerDocuments;
import org.foldwise.worker.Workspace;
import org.springframework.stereotype.Component;

/** Checks a dataset that is being frozen, image by image, and freezes or refuses it. */
@Component
final class FreezeDataset implements JobWork {
    private final Datasets datasets;
    private final DatasetImages datasetImages;
    private final DatasetReporting reporting;
    private final StoredImages storedImages;
    private final JobProgress.Factory progress;

    FreezeDataset(
            Datasets datasets,
            DatasetImages datasetImages,
            DatasetReporting reporting,
            StoredImages storedImages,
            JobProgress.Factory progress) {
        this.datasets = datasets;
        this.datasetImages = datasetImages;
        this.reporting = reporting;
        this.storedImages = storedImages;
        this.progress = progress;
    }

    @Override
    public JobKind kind() {
        return JobKind.INGEST;
    }

    @Override
    public void carryOut(FencingToken token, LeaseWatch lease, Workspace workspace) throws InterruptedException {
        Dataset dataset = datasets.findById(token.job())
                .orElseThrow(() -> new NoSuchElementException("job " + token.job() + " is of no dataset"));
        Cohort cohort = datasetImages.cohort(dataset);
        Queue<ImageTraits> traits = new ConcurrentLinkedQueue<>();
        Queue<Finding> unreadable = new ConcurrentLinkedQueue<>();
        Intensities intensities = new Intensities();
        JobProgress report = progress.of(token);
        int total = cohort.images().size();
        storedImages.forEach(
                cohort.images(),
                (index, image, decoded) -> {
                    traits.add(new ImageTraits(image.name(), decoded.header()));
                    intensities.add(decoded.pixels());
                },
                (image, defect) -> unreadable.add(unreadable(image, defect)),
                done -> {
                    lease.requireKept();
                    report.at((double) done / total, "decoding image " + done + " of " + total);
                });
        if (!unreadable.isEmpty()) {
            reporting.refuse(token, WorkerDocuments.write(List.copyOf(unreadable)));
            return;
        }
        List<ImageTraits> inOrder = traits.stream()
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .toList();
        CohortSummary summary = CohortSummary.of(cohort);
        reporting.freeze(
                token,
                WorkerDocuments.write(DatasetProfile.of(summary, inOrder, intensities)),
                WorkerDocuments.write(Examination.of(cohort, summary, inOrder)));
    }

    private static Finding unreadable(ImageRecord image, UnreadableImageException defect) {
        return Finding.about(
                Finding.Code.UNREADABLE_IMAGE,
                Finding.Severity.ERROR,
                String.valueOf(defect.getMessage()),
                List.of(image.name()),
                "upload a file that can be read");
    }

    @Override
    public void giveUp(FencingToken token, String reason) {
        Finding finding = Finding.about(
                Finding.Code.UNREADABLE_IMAGE,
                Finding.Severity.ERROR,
                "the images could not be checked: " + reason,
                List.of(),
                "freeze the dataset again; if that fails as well, ask the administrator");
        reporting.refuse(token, WorkerDocuments.write(List.of(finding)));
    }
}
