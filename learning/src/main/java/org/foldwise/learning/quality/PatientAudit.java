package org.foldwise.learning.quality;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.commons.statistics.distribution.HypergeometricDistribution;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.ImbalanceLevel;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientIdVariants;
import org.foldwise.learning.dataset.PatientKeyDoubt;
import org.foldwise.learning.dataset.PatientKeys;
import org.foldwise.learning.dataset.PatientLabels;
import org.foldwise.learning.dataset.Placeholders;

/** Asks whether the patient ids can be what they claim to be, and whether there are enough patients of every class. */
final class PatientAudit {
    private static final Pattern ZEROS = Pattern.compile("0+");
    /** Fewer patients in a class than this make every figure about it a guess. */
    static final int TINY_BELOW_PATIENTS = 10;
    /** The ids of a class may have been made from image names where chance alone, were its patients like the others, would have it so with less than this probability. */
    private static final double SINGLETONS_BY_CHANCE_BELOW = 1e-4;

    /** Where half of the patients have no more images than that, ... */
    private static final int FEW_IMAGES = 3;
    /** ... an id of more than this share of all images, ... */
    private static final double CROWD_FROM_SHARE = 0.1;
    /** ... and of so many times as many as the patients in the middle, is hardly that of one person. */
    private static final int CROWD_FROM_TIMES = 10;

    private final Cohort cohort;
    private final PatientKeys keys;
    private final CohortSummary summary;
    private final List<Finding> findings = new ArrayList<>();

    private PatientAudit(Cohort cohort, PatientKeys keys, CohortSummary summary) {
        this.cohort = cohort;
        this.keys = keys;
        this.summary = summary;
    }

    static List<Finding> of(Cohort cohort, PatientKeys keys, CohortSummary summary) {
        PatientAudit audit = new PatientAudit(cohort, keys, summary);
        audit.similarIds();
        audit.placeholders();
        audit.sharedKeys();
        audit.severalKeys();
        audit.singletons();
        audit.sites();
        audit.labels();
        audit.classes();
        return audit.findings;
    }

    private void similarIds() {
        PatientIdVariants variants = PatientIdVariants.knowing(keys.stated(cohort));
        List<SortedSet<PatientId>> similar =
                variants.among(cohort.imagesByPatient().keySet());
        if (similar.isEmpty()) {
            return;
        }
        Set<PatientId> ids = new TreeSet<>();
        similar.forEach(ids::addAll);
        long byCaseAndBlanksOnly =
                similar.stream().filter(variants::differInCaseAndBlanksOnly).count();
        findings.add(new Finding(
                Finding.Code.SIMILAR_PATIENT_IDS,
                byCaseAndBlanksOnly > 0 ? Finding.Severity.BLOCKING : Finding.Severity.WARNING,
                Counted.of(similar.size(), "group of patient ids differs", "groups of patient ids differ")
                        + " only in case, blanks, punctuation, leading zeros or a decimal zero, "
                        + byCaseAndBlanksOnly + " of them only in case and blanks",
                List.of(
                        Finding.Figure.of("groups", similar.size()),
                        Finding.Figure.of("groupsByCaseAndBlanks", (double) byCaseAndBlanksOnly),
                        Finding.Figure.of("patientIds", ids.size())),
                images(ids),
                "if they mean the same patients, correct the ids and freeze a new dataset: a split cannot see it"));
    }

    /** An id of many people makes them one: they are dealt out together, and intervals count them once. */
    private void placeholders() {
        Map<PatientId, List<ImageRecord>> byPatient = cohort.imagesByPatient();
        Set<PatientId> words = new TreeSet<>();
        Set<PatientId> crowds = new TreeSet<>();
        double median = Distribution.of(
                        byPatient.values().stream().mapToDouble(List::size).toArray())
                .median();
        byPatient.forEach((patient, images) -> {
            if (isPlaceholder(patient, images)) {
                words.add(patient);
            } else if (median <= FEW_IMAGES
                    && images.size() > CROWD_FROM_SHARE * summary.images()
                    && images.size() > CROWD_FROM_TIMES * median) {
                crowds.add(patient);
            }
        });
        if (words.isEmpty() && crowds.isEmpty()) {
            return;
        }
        Set<PatientId> all = new TreeSet<>(words);
        all.addAll(crowds);
        List<String> images = images(all);
        List<String> told = new ArrayList<>();
        if (!words.isEmpty()) {
            told.add(
                    Counted.of(
                            words.size(),
                            "patient id is what programs write where there is none, or a number that a spreadsheet cut short",
                            "patient ids are what programs write where there is none, or numbers that a spreadsheet cut short"));
        }
        if (!crowds.isEmpty()) {
            told.add(Counted.of(crowds.size(), "patient id has", "patient ids have")
                    + String.format(
                            Locale.ROOT,
                            " more than a tenth of all images each, where half of the patients have %.1f at most",
                            median));
        }
        findings.add(new Finding(
                Finding.Code.PLACEHOLDER_PATIENT_IDS,
                Finding.Severity.WARNING,
                String.join("; ", told) + ": " + Counted.of(images.size(), "image") + " of " + summary.images(),
                List.of(
                        Finding.Figure.of("patientIds", all.size()),
                        Finding.Figure.of("images", images.size()),
                        Finding.Figure.of("shareOfImages", (double) images.size() / summary.images())),
                images,
                "whose these images are is not known: give them the patients' keys, or leave them out, and freeze a new dataset. As it is,"
                        + " they count as one patient, and the same people may have images under their keys as well"));
    }

    private boolean isPlaceholder(PatientId patient, List<ImageRecord> images) {
        return (Placeholders.isOne(patient.value()) && !isFirstNumber(patient))
                || images.stream().anyMatch(image -> keys.doubt(image) == PatientKeyDoubt.PLACEHOLDER);
    }

    /**
     * Whether it is the zero of numbers that begin with it, as {@code 0000} and {@code 0001}, and so is somebody's, who has no more images
     * than everybody else.
     */
    private boolean isFirstNumber(PatientId patient) {
        String id = patient.value();
        if (!ZEROS.matcher(id).matches()) {
            return false;
        }
        Map<PatientId, List<ImageRecord>> byPatient = cohort.imagesByPatient();
        int most = byPatient.entrySet().stream()
                .filter(other -> !other.getKey().equals(patient))
                .mapToInt(other -> other.getValue().size())
                .max()
                .orElse(0);
        return byPatient.containsKey(new PatientId(id.substring(1) + "1"))
                && requireNonNull(byPatient.get(patient)).size() <= most;
    }

    private void sharedKeys() {
        String placeholder = keys.placeholder(cohort);
        if (placeholder != null) {
            List<String> images = keys.images(cohort, placeholder);
            int patients = (int) cohort.images().stream()
                    .filter(image -> placeholder.equals(keys.keyByImage().get(image.name())))
                    .map(ImageRecord::patient)
                    .distinct()
                    .count();
            findings.add(new Finding(
                    Finding.Code.PATIENT_KEYS_SHARED,
                    Finding.Severity.BLOCKING,
                    "all " + images.size() + " DICOM files that have a Patient ID have the same one, under "
                            + Counted.of(patients, "patient id"),
                    figures(1, patients, images.size()),
                    images,
                    "if whoever removed the names has put it into every file, waive this and say so: splits then go by the patient ids"
                            + " alone. If the files are of one person, correct the ids and freeze a new dataset"));
            return;
        }
        List<SortedSet<PatientId>> same = keys.samePatients(cohort);
        if (!same.isEmpty()) {
            Set<PatientId> ids = new TreeSet<>();
            same.forEach(ids::addAll);
            List<String> images = images(ids);
            findings.add(new Finding(
                    Finding.Code.PATIENT_KEYS_SHARED,
                    Finding.Severity.BLOCKING,
                    Counted.of(same.size(), "Patient ID of DICOM files occurs", "Patient IDs of DICOM files occur")
                            + " under several patient ids, " + ids.size() + " patient ids with " + images.size()
                            + " images in all",
                    figures(same.size(), ids.size(), images.size()),
                    images,
                    "check the ids; once waived, splits keep these patients together as if they were one. Where a Patient ID means"
                            + " nobody, empty it in the files and freeze a new dataset"));
        }
    }

    private static List<Finding.Figure> figures(int keys, int patientIds, int images) {
        return List.of(
                Finding.Figure.of("patientKeys", keys),
                Finding.Figure.of("patientIds", patientIds),
                Finding.Figure.of("images", images));
    }

    private void severalKeys() {
        SortedSet<PatientId> several = keys.severalPeople(cohort);
        if (!several.isEmpty()) {
            findings.add(new Finding(
                    Finding.Code.PATIENTS_WITH_SEVERAL_KEYS,
                    Finding.Severity.WARNING,
                    Counted.of(several.size(), "patient id has", "patient ids have")
                            + " DICOM files of several Patient IDs",
                    List.of(Finding.Figure.of("patientIds", several.size())),
                    images(several),
                    "check whether several people count as one: sites may number their patients alike, or a pattern may cut names"
                            + " short. Intervals count patients, and would be wider than needed"));
        }
    }

    /**
     * Ids that were made from image names give each image of a class a patient of its own. So the patients who show the class have next to never a second image, of whatever
     * class, and those who do not show it have one so often that the difference is no chance. A rare label, which patients show once among other images, is none of that.
     */
    private void singletons() {
        NamesAsIds names = NamesAsIds.of(cohort, keys);
        if (names.patients() >= TINY_BELOW_PATIENTS && (names.areSurelyNamesOfFiles() || names.countImages())) {
            findings.add(namesAsIds(names, Finding.Severity.BLOCKING));
            return;
        }
        int before = findings.size();
        singletonClasses();
        namesOfSomeFiles();
        if (findings.size() > before) {
            return;
        }
        if (names.patients() >= TINY_BELOW_PATIENTS && names.areNamesOfFiles()) {
            findings.add(namesAsIds(names, Finding.Severity.NOTICE));
        } else {
            singletonsThroughout();
        }
    }

    /** Whoever knew no patient's key for some files may have written their names in its place. */
    private void namesOfSomeFiles() {
        Map<PatientId, List<ImageRecord>> byPatient = cohort.imagesByPatient();
        List<ImageRecord> noKeys = cohort.images().stream()
                .filter(image -> NamesAsIds.isNoKey(image, keys))
                // who has further images may well be called after the first of them
                .filter(image -> requireNonNull(byPatient.get(image.patient())).size() == 1)
                .toList();
        if (noKeys.size() <= NamesAsIds.NEXT_TO_NOBODY * cohort.images().size()) {
            return;
        }
        boolean numbers = noKeys.stream().anyMatch(image -> keys.doubt(image) == PatientKeyDoubt.INSTANCE);
        findings.add(new Finding(
                Finding.Code.ONE_IMAGE_PER_PATIENT,
                Finding.Severity.WARNING,
                noKeys.size() + " of " + cohort.images().size()
                        + " images have as patient id the name of their own file, extension included"
                        + (numbers ? ", or its SOP Instance UID" : ""),
                List.of(
                        Finding.Figure.of("images", noKeys.size()),
                        Finding.Figure.of(
                                "shareOfImages",
                                (double) noKeys.size() / cohort.images().size())),
                noKeys.stream().map(ImageRecord::name).toList(),
                "each counts as a patient of its own, and may be on another side of a split than the patient's other images: give these"
                        + " the patients' keys, or leave them out, and freeze a new dataset"));
    }

    private static Finding namesAsIds(NamesAsIds names, Finding.Severity severity) {
        return new Finding(
                Finding.Code.ONE_IMAGE_PER_PATIENT,
                severity,
                names.evidence(),
                List.of(
                        Finding.Figure.of("patients", names.patients()),
                        Finding.Figure.of("patientsWithSeveralImages", names.several()),
                        Finding.Figure.of("patientIdsNamedAfterFile", names.namedAfterFile()),
                        Finding.Figure.of("patientIdsInGroups", names.numbered()),
                        Finding.Figure.of("groups", names.groups())),
                List.of(),
                "where ids are names of images, one patient has many ids and may be on both sides of a split: name the column, or the"
                        + " rule, that finds the patient and freeze a new dataset. Where there is one image of everybody all is well: a"
                        + " finding that blocks is waived with that reason");
    }

    /** Where no class differs from the others, nothing tells ids made from names from a registry that has one image of everybody. */
    private void singletonsThroughout() {
        int patients = summary.patients();
        int single = summary.imagesPerPatient().getOrDefault(1, 0);
        if (patients >= TINY_BELOW_PATIENTS && patients - single <= NamesAsIds.NEXT_TO_NOBODY * patients) {
            findings.add(new Finding(
                    Finding.Code.ONE_IMAGE_PER_PATIENT,
                    Finding.Severity.NOTICE,
                    single + " of " + patients + " patient ids have one image only",
                    List.of(
                            Finding.Figure.of("patients", patients),
                            Finding.Figure.of("patientsWithSeveralImages", patients - single)),
                    List.of(),
                    "make sure that the ids are not made from image names: then one patient has many ids and may be on both sides of a"
                            + " split"));
        }
    }

    private void singletonClasses() {
        for (CohortSummary.ClassCounts counts : summary.classes()) {
            int several = 0;
            int others = 0;
            int othersWithSeveral = 0;
            for (List<ImageRecord> ofPatient : cohort.imagesByPatient().values()) {
                boolean shows =
                        ofPatient.stream().anyMatch(image -> image.labels().contains(counts.name()));
                int hasSeveral = ofPatient.size() > 1 ? 1 : 0;
                several += shows ? hasSeveral : 0;
                othersWithSeveral += shows ? 0 : hasSeveral;
                others += shows ? 0 : 1;
            }
            if (others > 0 && counts.patients() > 0) {
                double shareOfOthers = (double) othersWithSeveral / others;
                // of all who have several images no share is known but theirs: Fisher's exact test, one-sided
                double byChance = HypergeometricDistribution.of(
                                counts.patients() + others, several + othersWithSeveral, counts.patients())
                        .cumulativeProbability(several);
                if (several <= NamesAsIds.NEXT_TO_NOBODY * counts.patients() && byChance < SINGLETONS_BY_CHANCE_BELOW) {
                    findings.add(singletons(counts, several, shareOfOthers));
                }
            }
        }
    }

    private static Finding singletons(CohortSummary.ClassCounts counts, int several, double shareOfOthers) {
        return new Finding(
                Finding.Code.ONE_IMAGE_PER_PATIENT,
                Finding.Severity.BLOCKING,
                String.format(
                        Locale.ROOT,
                        "the %d images of class '%s' have %d patient ids, nearly one each, while %.0f %% of the other patients have several"
                                + " images",
                        counts.images(),
                        counts.name(),
                        counts.patients(),
                        100 * shareOfOthers),
                List.of(
                        Finding.Figure.of("images", counts.images()),
                        Finding.Figure.of("patients", counts.patients()),
                        Finding.Figure.of("patientsWithSeveralImages", several),
                        Finding.Figure.of("shareOfOtherPatientsWithSeveralImages", shareOfOthers)),
                List.of(),
                "check whether the ids of this class are made from image names: then one patient has many ids and may be on"
                        + " both sides of a split. Correct the rule that finds the patient and freeze a new dataset");
    }

    private void sites() {
        Map<PatientId, Set<String>> sites = new HashMap<>();
        for (ImageRecord image : cohort.images()) {
            if (image.site() != null) {
                sites.computeIfAbsent(image.patient(), patient -> new HashSet<>())
                        .add(image.site());
            }
        }
        Set<PatientId> several = new TreeSet<>();
        sites.forEach((patient, ofPatient) -> {
            if (ofPatient.size() > 1) {
                several.add(patient);
            }
        });
        if (!several.isEmpty()) {
            findings.add(
                    new Finding(
                            Finding.Code.PATIENTS_AT_SEVERAL_SITES,
                            Finding.Severity.NOTICE,
                            Counted.of(several.size(), "patient id occurs", "patient ids occur") + " at several sites",
                            List.of(Finding.Figure.of("patients", several.size())),
                            images(several),
                            "if sites number their patients alike, put the site in front of the id: otherwise two people count as one"));
        }
    }

    private void labels() {
        SortedSet<PatientId> conflicting = PatientLabels.of(cohort).conflicting();
        if (!conflicting.isEmpty()) {
            findings.add(new Finding(
                    Finding.Code.PATIENTS_WITH_SEVERAL_LABELS,
                    Finding.Severity.NOTICE,
                    Counted.of(conflicting.size(), "patient has", "patients have") + " images whose labels differ",
                    List.of(Finding.Figure.of("patients", conflicting.size())),
                    images(conflicting),
                    "the patient label rule decides how they are stratified; their images keep their own labels"));
        }
    }

    private void classes() {
        for (CohortSummary.ClassCounts counts : summary.classes()) {
            if (counts.patients() < TINY_BELOW_PATIENTS) {
                findings.add(new Finding(
                        Finding.Code.TINY_CLASS,
                        Finding.Severity.WARNING,
                        "class '" + counts.name() + "' has " + Counted.of(counts.patients(), "patient"),
                        List.of(Finding.Figure.of("patients", counts.patients())),
                        List.of(),
                        "collect more of them; until then expect wide intervals and infeasible splits"));
            }
        }
        if (summary.imbalanceLevel() != ImbalanceLevel.MILD) {
            findings.add(new Finding(
                    Finding.Code.CLASS_IMBALANCE,
                    summary.imbalanceLevel() == ImbalanceLevel.SEVERE
                            ? Finding.Severity.WARNING
                            : Finding.Severity.NOTICE,
                    String.format(
                            Locale.ROOT,
                            "the largest class has %.1f images per image of the smallest",
                            summary.imbalanceRatio()),
                    List.of(Finding.Figure.of("ratio", summary.imbalanceRatio())),
                    List.of(),
                    "keep the balanced loss, and read average precision beside ROC AUC"));
        }
    }

    private List<String> images(Collection<PatientId> patients) {
        return cohort.images().stream()
                .filter(image -> patients.contains(image.patient()))
                .map(ImageRecord::name)
                .toList();
    }
}
