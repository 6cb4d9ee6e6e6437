package org.foldwise.learning.leakage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.split.InfeasibleSplitException;
import org.foldwise.learning.split.PatientSplitter;
import org.foldwise.learning.split.PatientTies;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitRules;
import org.foldwise.learning.split.SplitSpec;

/**
 * Two cross-validations of the same images with as many folds: one that deals images, one that deals patients. Both are balanced by
 * the same search, which takes each image for a patient of its own in the first, so that they differ in nothing else. Follows from
 * cohort, ties, folds and seed alone.
 */
public final class LeakageStudy {
    /** Share of each fold's remaining images, or patients, that early stopping looks at. */
    public static final double VALIDATION = SplitSpec.KFold.DEFAULT.validation();

    /** The fewest folds. */
    public static final int FEWEST_FOLDS = 2;

    /** The most folds: there are twice as many trainings. */
    public static final int MOST_FOLDS = 10;

    private final Cohort cohort;
    private final int withheldPatients;
    private final int folds;
    private final long seed;
    private final Map<String, PatientId> patientOf;
    private final Split patientFolds;
    private final List<LeakageFold> parts;

    private LeakageStudy(
            Cohort cohort,
            int withheldPatients,
            int folds,
            long seed,
            Map<String, PatientId> patientOf,
            Split patientFolds,
            List<LeakageFold> parts) {
        this.cohort = cohort;
        this.withheldPatients = withheldPatients;
        this.folds = folds;
        this.seed = seed;
        this.patientOf = patientOf;
        this.patientFolds = patientFolds;
        this.parts = parts;
    }

    /**
     * Divides a cohort both ways.
     *
     * @param whole the frozen dataset's
     * @param withheld patients who are left out of both, as some split has locked them away
     * @param ties patients who share images; they stay together in patient-level folds
     * @param folds {@link #FEWEST_FOLDS} to {@link #MOST_FOLDS}
     * @param seed breaks ties of both
     * @throws InfeasibleSplitException if there are too few patients, or no patient has several images
     */
    public static LeakageStudy of(Cohort whole, Set<PatientId> withheld, PatientTies ties, int folds, long seed) {
        if (folds < FEWEST_FOLDS || folds > MOST_FOLDS) {
            throw new IllegalArgumentException(
                    "folds must be " + FEWEST_FOLDS + " to " + MOST_FOLDS + ", was " + folds);
        }
        Cohort cohort = without(whole, withheld);
        if (cohort.imagesByPatient().size() == cohort.images().size()) {
            throw new InfeasibleSplitException(List.of("no patient has several images, so folds of images and folds of"
                    + " patients are the same; a leakage experiment needs patients with 2 images or more"));
        }
        SplitSpec.KFold spec = new SplitSpec.KFold(folds, 0, VALIDATION);
        Cohort disguised = disguised(cohort);
        Split byPatient = PatientSplitter.split(cohort, spec, SplitRules.DEFAULT, among(cohort, ties), seed);
        Split byImage = PatientSplitter.split(disguised, spec, SplitRules.DEFAULT, PatientTies.NONE, seed);
        Map<String, PatientId> patientOf = new HashMap<>();
        cohort.images().forEach(image -> patientOf.put(image.name(), image.patient()));
        List<LeakageFold> parts = new ArrayList<>();
        for (int fold = 0; fold < folds; fold++) {
            parts.add(new LeakageFold(FoldLevel.IMAGE, disguised, byImage.fold(fold), patientOf));
            parts.add(new LeakageFold(FoldLevel.PATIENT, cohort, byPatient.fold(fold), patientOf));
        }
        return new LeakageStudy(
                cohort, withheldPatients(whole, withheld), folds, seed, patientOf, byPatient, List.copyOf(parts));
    }

    private static int withheldPatients(Cohort whole, Set<PatientId> withheld) {
        return (int) whole.images().stream()
                .map(ImageRecord::patient)
                .distinct()
                .filter(withheld::contains)
                .count();
    }

    private static Cohort without(Cohort whole, Set<PatientId> withheld) {
        List<ImageRecord> images = whole.images().stream()
                .filter(image -> !withheld.contains(image.patient()))
                .toList();
        Set<String> shown = new HashSet<>();
        images.forEach(image -> shown.addAll(image.labels()));
        List<String> missing = whole.classes().stream()
                .filter(name -> !shown.contains(name))
                .map(name -> "class '" + name + "' has no patient who is not locked away by a split of the dataset")
                .toList();
        if (!missing.isEmpty()) {
            throw new InfeasibleSplitException(missing);
        }
        return new Cohort(whole.task(), whole.classes(), whole.patientLabelRule(), images);
    }

    /** Each image as the only one of a patient; names, contents and classes stay, so that trainings and caches see the same. */
    private static Cohort disguised(Cohort cohort) {
        List<ImageRecord> images = new ArrayList<>();
        for (ImageRecord image : cohort.images()) {
            images.add(image.under(image.name(), new PatientId("image %07d".formatted(images.size()))));
        }
        return new Cohort(cohort.task(), cohort.classes(), PatientLabelRule.MAJORITY, images);
    }

    private static PatientTies among(Cohort cohort, PatientTies ties) {
        Set<PatientId> present = new HashSet<>();
        cohort.images().forEach(image -> present.add(image.patient()));
        List<SortedSet<PatientId>> groups = new ArrayList<>();
        for (Collection<PatientId> group : ties.groups()) {
            SortedSet<PatientId> left = new TreeSet<>(group);
            left.retainAll(present);
            groups.add(left);
        }
        return new PatientTies(groups);
    }

    /** All trainings, those of fold 0 first, of each fold that on images first. */
    public List<LeakageFold> parts() {
        return parts;
    }

    /** The folds of patients as they divide {@link #cohort()}. */
    public Split patientFolds() {
        return patientFolds;
    }

    /** What both divide: the dataset's cohort without those who are withheld. */
    public Cohort cohort() {
        return cohort;
    }

    /** Number of patients of the dataset who are left out of both. */
    public int withheldPatients() {
        return withheldPatients;
    }

    /** Number of folds of each. */
    public int folds() {
        return folds;
    }

    public long seed() {
        return seed;
    }

    /** Whose image it is. */
    PatientId patient(String image) {
        PatientId patient = patientOf.get(image);
        if (patient == null) {
            throw new IllegalArgumentException("the study has no image '" + image + "'");
        }
        return patient;
    }
}
