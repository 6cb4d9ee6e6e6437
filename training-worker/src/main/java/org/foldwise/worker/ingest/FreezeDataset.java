package org.foldwise.worker.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.layout.ManifestAttributes;
import org.foldwise.learning.quality.DatasetProfile;
import org.foldwise.learning.quality.Examination;
import org.foldwise.learning.quality.Finding;
import org.foldwise.learning.quality.GivenRoles;
import org.foldwise.learning.quality.ImageMeasures;
import org.foldwise.learning.quality.Intensities;
import org.foldwise.learning.quality.MeasuredCohort;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.DatasetLayout;
import org.foldwise.registry.dataset.DatasetReporting;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.dataset.ExaminedImages;
import org.foldwise.registry.dataset.KnownAttributes;
import org.foldwise.registry.dataset.MeasuredImage;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.upload.UploadedImages;
import org.foldwise.worker.JobProgress;
import org.foldwise.worker.JobWork;
import org.foldwise.worker.LeaseWatch;
import org.foldwise.worker.WorkerDocuments;
import org.foldwise.worker.Workspace;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Checks a dataset that is being frozen, image by image, and freezes or refuses it. */
@Component
final class FreezeDataset implements JobWork {
    /** The part of the work that decoding is; the rest compares images with each other. */
    private static final double DECODING = 0.9;

    private final Datasets datasets;
    private final DatasetImages datasetImages;
    private final DatasetReporting reporting;
    private final ImageMeasuring measuring;
    private final UploadedImages uploadedImages;
    private final KnownAttributes known;
    private final JobProgress.Factory progress;

    FreezeDataset(
            Datasets datasets,
            DatasetImages datasetImages,
            DatasetReporting reporting,
            ImageMeasuring measuring,
            UploadedImages uploadedImages,
            KnownAttributes known,
            JobProgress.Factory progress) {
        this.datasets = datasets;
        this.datasetImages = datasetImages;
        this.reporting = reporting;
        this.measuring = measuring;
        this.uploadedImages = uploadedImages;
        this.known = known;
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
        Intensities intensities = new Intensities();
        Map<String, Intensities> ofClasses = new HashMap<>();
        cohort.classes().forEach(name -> ofClasses.put(name, new Intensities()));
        JobProgress report = progress.of(token);
        ImageMeasuring.Outcome outcome = measuring.measure(
                dataset.id(),
                cohort.images(),
                datasetImages.fileSizes(dataset.id()),
                image -> counters(image, intensities, ofClasses),
                (done, files) -> {
                    lease.requireKept();
                    report.at(DECODING * done / files, "decoding image " + done + " of " + files);
                });
        if (!outcome.defects().isEmpty()) {
            reporting.refuse(
                    token,
                    WorkerDocuments.write(outcome.defects().stream()
                            .map(FreezeDataset::unreadable)
                            .toList()));
            return;
        }
        List<ImageMeasures> inOrder = outcome.measures();
        ManifestAttributes manifest = known.manifest(dataset, cohort);
        MeasuredCohort measured = new MeasuredCohort(
                cohort,
                inOrder,
                known.together(dataset, manifest),
                GivenRoles.of(cohort),
                datasetImages.patientKeys(dataset.id()));
        CohortSummary summary = CohortSummary.of(cohort);
        Examination examination = Examination.of(measured, summary, (share, step) -> {
            lease.requireKept();
            report.at(DECODING + (1 - DECODING) * share, step);
        });
        lease.requireKept();
        reporting.freeze(
                token,
                WorkerDocuments.write(DatasetProfile.of(
                        measured, summary, intensities, ofClasses, sources(dataset, manifest, cohort))),
                WorkerDocuments.write(examination.findings()),
                new ExaminedImages(examination.duplicates(), rows(cohort, inOrder)));
    }

    /** What counts an image's grey values: all images together, and each of its classes. */
    private static List<Intensities> counters(ImageRecord image, Intensities all, Map<String, Intensities> ofClasses) {
        List<Intensities> counters = new ArrayList<>(List.of(all));
        image.labels().forEach(label -> counters.add(present(ofClasses.get(label))));
        return counters;
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("an image shows what the cohort does not know");
        }
        return value;
    }

    private DatasetProfile.Sources sources(Dataset dataset, ManifestAttributes manifest, Cohort cohort) {
        int files = uploadedImages.count(dataset.id());
        DatasetLayout layout = dataset.description().layout();
        boolean hasTable = layout instanceof DatasetLayout.Manifest || layout instanceof DatasetLayout.Dicom;
        int used =
                (int) cohort.images().stream().map(ImageRecord::file).distinct().count();
        return new DatasetProfile.Sources(hasTable ? manifest.rows() : null, files, files - used);
    }

    private static List<MeasuredImage> rows(Cohort cohort, List<ImageMeasures> measures) {
        List<MeasuredImage> rows = new ArrayList<>();
        for (int i = 0; i < measures.size(); i++) {
            ImageMeasures image = measures.get(i);
            rows.add(new MeasuredImage(
                    cohort.images().get(i).name(),
                    image.mean(),
                    image.standardDeviation(),
                    image.entropy(),
                    image.sharpness(),
                    image.blackShare(),
                    image.whiteShare(),
                    image.border(),
                    image.pictureHash()));
        }
        return rows;
    }

    private static Finding unreadable(ImageMeasuring.Defect defect) {
        return Finding.about(
                Finding.Code.UNREADABLE_IMAGE,
                Finding.Severity.BLOCKING,
                String.valueOf(defect.reason().getMessage()),
                List.of(defect.image().name()),
                "upload a file that can be read");
    }

    @Override
    public void giveUp(FencingToken token, String reason) {
        Finding finding = Finding.about(
                Finding.Code.UNREADABLE_IMAGE,
                Finding.Severity.BLOCKING,
                "the images could not be checked: " + reason,
                List.of(),
                "freeze the dataset again; if that fails as well, ask the administrator");
        reporting.refuse(token, WorkerDocuments.write(List.of(finding)));
    }
}
