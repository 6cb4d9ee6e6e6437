package org.foldwise.worker.ingest;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.DuplicateImages;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.ImbalanceLevel;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientIdVariants;
import org.foldwise.learning.dataset.PatientLabels;

/** Looks for what is dubious about a decoded cohort. */
final class Examination {
    /** Fewer patients in a class than this make every figure about it a guess. */
    private static final int TINY_CLASS_BELOW_PATIENTS = 10;
    /** The widest image is this much wider, relative to its height, than the narrowest. */
    private static final double ASPECT_RATIOS_VARY_FROM = 1.25;

    private final Cohort cohort;
    private final CohortSummary summary;
    private final List<ImageTraits> traits;
    private final List<Finding> findings = new ArrayList<>();

    private Examination(Cohort cohort, CohortSummary summary, List<ImageTraits> traits) {
        this.cohort = cohort;
        this.summary = summary;
        this.traits = traits;
    }

    /** All findings, the worse ones first. */
    static List<Finding> of(Cohort cohort, CohortSummary summary, List<ImageTraits> traits) {
        Examination examination = new Examination(cohort, summary, traits);
        examination.duplicates();
        examination.patientIds();
        examination.labels();
        examination.files();
        return examination.findings.stream()
                .sorted((one, other) -> other.severity().compareTo(one.severity()))
                .toList();
    }

    private void duplicates() {
        List<DuplicateImages.Group> groups = DuplicateImages.of(cohort).groups();
        about(
                groups,
                group -> group.labels().size() > 1,
                Finding.Code.DUPLICATES_WITH_DIFFERENT_LABELS,
                Finding.Severity.WARNING,
                "contents occur with several labels",
                "find out which label is right and leave the other images out");
        about(
                groups,
                group -> group.patients().size() > 1,
                Finding.Code.DUPLICATES_ACROSS_PATIENTS,
                Finding.Severity.WARNING,
                "contents occur under several patient ids",
                "check the ids; splits keep these patients together as if they were one");
        about(
                groups,
                group -> group.patients().size() == 1,
                Finding.Code.DUPLICATES_WITHIN_PATIENT,
                Finding.Severity.INFO,
                "contents occur more than once for one patient",
                "leave the copies out, or accept that they count more");
    }

    private void about(
            List<DuplicateImages.Group> groups,
            Predicate<DuplicateImages.Group> which,
            Finding.Code code,
            Finding.Severity severity,
            String what,
            String suggestion) {
        List<DuplicateImages.Group> found = groups.stream().filter(which).toList();
        if (!found.isEmpty()) {
            List<String> images =
                    found.stream().flatMap(group -> group.images().stream()).toList();
            findings.add(Finding.about(
                    code,
                    severity,
                    found.size() + " " + what + ", " + images.size() + " images in all",
                    images,
                    suggestion));
        }
    }

    private void patientIds() {
        List<SortedSet<PatientId>> similar =
                PatientIdVariants.among(cohort.imagesByPatient().keySet());
        if (!similar.isEmpty()) {
            Set<PatientId> ids = new TreeSet<>();
            similar.forEach(ids::addAll);
            findings.add(Finding.about(
                    Finding.Code.SIMILAR_PATIENT_IDS,
                    Finding.Severity.WARNING,
                    similar.size() + " groups of patient ids differ only in case, blanks, punctuation or leading zeros",
                    images(ids),
                    "if they mean the same patients, correct the ids and freeze a new dataset: a split cannot see it"));
        }
        for (String label : summary.suspectedSingletons()) {
            findings.add(Finding.about(
                    Finding.Code.ONE_IMAGE_PER_PATIENT,
                    Finding.Severity.WARNING,
                    "every patient of class '" + label + "' has one image, those of other classes have several",
                    List.of(),
                    "check whether the ids of this class are made from image names: then patients may be on both sides of a"
                            + " split"));
        }
    }

    private void labels() {
        SortedSet<PatientId> conflicting = PatientLabels.of(cohort).conflicting();
        if (!conflicting.isEmpty()) {
            findings.add(Finding.about(
                    Finding.Code.PATIENTS_WITH_SEVERAL_LABELS,
                    Finding.Severity.INFO,
                    conflicting.size()
                            + (cohort.task().isExclusive()
                                    ? " patients have images of several classes"
                                    : " patients have images with different labels"),
                    images(conflicting),
                    "the patient label rule decides how they are stratified; their images keep their own labels"));
        }
        for (CohortSummary.ClassCounts counts : summary.classes()) {
            if (counts.patients() < TINY_CLASS_BELOW_PATIENTS) {
                findings.add(Finding.about(
                        Finding.Code.TINY_CLASS,
                        Finding.Severity.WARNING,
                        "class '" + counts.name() + "' has " + counts.patients() + " patients",
                        List.of(),
                        "collect more of them; until then expect wide intervals and infeasible splits"));
            }
        }
        if (summary.imbalanceLevel() != ImbalanceLevel.MILD) {
            findings.add(Finding.about(
                    Finding.Code.CLASS_IMBALANCE,
                    summary.imbalanceLevel() == ImbalanceLevel.SEVERE
                            ? Finding.Severity.WARNING
                            : Finding.Severity.INFO,
                    String.format(
                            Locale.ROOT,
                            "the largest class has %.1f images per image of the smallest",
                            summary.imbalanceRatio()),
                    List.of(),
                    "keep the balanced loss, and read average precision beside ROC AUC"));
        }
    }

    private void files() {
        Distribution aspectRatios = Distribution.of(
                traits.stream().mapToDouble(ImageTraits::aspectRatio).toArray());
        if (aspectRatios.maximum() >= ASPECT_RATIOS_VARY_FROM * aspectRatios.minimum()) {
            findings.add(Finding.about(
                    Finding.Code.ASPECT_RATIOS_VARY,
                    Finding.Severity.INFO,
                    String.format(
                            Locale.ROOT,
                            "width divided by height is between %.2f and %.2f",
                            aspectRatios.minimum(),
                            aspectRatios.maximum()),
                    List.of(),
                    "keep the aspect 'letterbox': 'stretch' would change shapes from image to image"));
        }
        files(
                image -> image.header().hasTextMetadata(),
                Finding.Code.TEXT_METADATA,
                "images carry metadata that may hold text, such as a patient's name",
                "strip the metadata before uploading; Foldwise uses the pixels only but keeps the files as they are");
        files(
                image -> image.header().hasTrailingData(),
                Finding.Code.TRAILING_DATA,
                "image files go on after the image's end",
                "find out what the extra bytes are; Foldwise does not read them");
        files(
                image -> image.header().frames() > 1,
                Finding.Code.SEVERAL_FRAMES,
                "files hold several frames or slices, of which the one in the middle counts",
                "upload the frames that matter as files of their own");
    }

    private void files(Predicate<ImageTraits> which, Finding.Code code, String what, String suggestion) {
        List<String> images =
                traits.stream().filter(which).map(ImageTraits::name).toList();
        if (!images.isEmpty()) {
            findings.add(Finding.about(code, Finding.Severity.WARNING, images.size() + " " + what, images, suggestion));
        }
    }

    private List<String> images(Collection<PatientId> patients) {
        return cohort.images().stream()
                .filter(image -> patients.contains(image.patient()))
                .map(ImageRecord::name)
                .toList();
    }
}
