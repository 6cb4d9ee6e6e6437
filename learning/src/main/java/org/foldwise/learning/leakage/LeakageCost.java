package org.foldwise.learning.leakage;

import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.AreasWithinFolds;
import org.foldwise.learning.metrics.DeLong;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PairedDeLong;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.split.Role;
import org.jspecify.annotations.Nullable;

/**
 * What came of a leakage study: the areas under the ROC curve of a recipe that was cross-validated on folds of images and on folds
 * of patients, over the same images, and their paired difference with patients as what was sampled. The verdict is by pairs of images of one fold
 * ({@link AreasWithinFolds}), as trainings of different folds need not answer on one scale; the areas of all images pooled stand beside it
 * ({@link PairedDeLong}, Obuchowski 1997). Of several classes each is looked at against all others; the intervals of the differences then hold for all of them
 * together, by Bonferroni's correction. The intervals are of these trainings on such patients: they know nothing of how other folds
 * would have come out.
 *
 * @param folds of each cross-validation
 * @param validation share of what is not held out that early stopping looked at
 * @param seed of the folds
 * @param images that were divided, the same in both
 * @param patients whose images they are
 * @param withheldPatients of the dataset, left out of both because a split locks them away
 * @param patientsOnBothSides patients who were held out in some image-level fold that also learned from them; in patient-level
 *     folds there are none
 * @param imagesOfKnownPatients held-out images of image-level folds that had learned from other images of their patient
 * @param imageLevel the folds of images
 * @param patientLevel the folds of patients
 * @param classes the comparison, of a binary task for the positive class, else for each
 * @param verdict in a word
 * @param summary the same in a sentence
 */
public record LeakageCost(
        int folds,
        double validation,
        long seed,
        int images,
        int patients,
        int withheldPatients,
        int patientsOnBothSides,
        int imagesOfKnownPatients,
        List<FoldFigures> imageLevel,
        List<FoldFigures> patientLevel,
        List<ClassCost> classes,
        Verdict verdict,
        String summary) {
    private static final double LEVEL = 0.95;
    /** Areas that differ by more are told as different. */
    private static final double APART = 0.05;

    private static final String FEW_PATIENTS = "a variance needs 2 patients with the class and 2 without";

    public LeakageCost {
        imageLevel = List.copyOf(imageLevel);
        patientLevel = List.copyOf(patientLevel);
        classes = List.copyOf(classes);
    }

    /** What the differences say. */
    public enum Verdict {
        /** Of some class the interval of the difference lies above 0: image-level folds flatter this recipe here. */
        INFLATED,
        /** Of none above, of some below 0. */
        DEFLATED,
        /** Every interval holds 0, which is no proof that nothing leaks. */
        NOT_SHOWN,
        /** There is no interval to judge by. */
        UNDEFINED
    }

    /**
     * One training.
     *
     * @param fold its index
     * @param trainImages that weights were fitted to
     * @param validationImages that early stopping looked at
     * @param heldOutImages that were scored
     * @param heldOutPatients whose images those are
     * @param patientsOnBothSides those of them of whom the training had seen other images
     * @param epochs that were trained
     * @param bestEpoch index of the epoch whose weights scored
     * @param rocAuc of each class of the report, on the held-out images; undefined where they are all of one kind
     */
    public record FoldFigures(
            int fold,
            int trainImages,
            int validationImages,
            int heldOutImages,
            int heldOutPatients,
            int patientsOnBothSides,
            int epochs,
            int bestEpoch,
            List<Estimate> rocAuc) {
        public FoldFigures {
            rocAuc = List.copyOf(rocAuc);
        }
    }

    /**
     * The comparison of one class against all others.
     *
     * @param name of the class
     * @param imageLevel area over all images, each scored by the fold that held it out, with its interval over patients
     * @param patientLevel the same of patient-level folds
     * @param imageLevelMean mean of the folds' areas; undefined if one of them is
     * @param patientLevelMean the same of patient-level folds
     * @param difference of {@code imageLevel} and {@code patientLevel}, with its interval over patients; undefined with too few of them
     * @param pValue two-sided, that both are equally good; absent with too few patients
     * @param withinFolds both areas and their difference from pairs of images of one fold, which the verdict is by; absent from reports
     *     of before there was it, whose verdict is by {@code difference}
     */
    public record ClassCost(
            String name,
            Estimate imageLevel,
            Estimate patientLevel,
            Estimate imageLevelMean,
            Estimate patientLevelMean,
            Estimate difference,
            @Nullable Double pValue,
            @Nullable WithinFolds withinFolds) {
        /** What the verdict is by. */
        Estimate judged() {
            return withinFolds == null ? difference : withinFolds.difference();
        }
    }

    /**
     * The comparison of one class by pairs of images that one training has scored.
     *
     * @param imageLevel share of the pairs of a positive and a negative image of one fold of images that are ordered rightly, with its interval
     *     over patients; undefined without a pair
     * @param patientLevel the same of folds of patients
     * @param difference the first less the second, with its interval over patients; without one with too few of them
     * @param pValue two-sided, that both are equally good; absent without an interval
     */
    public record WithinFolds(
            Estimate imageLevel, Estimate patientLevel, Estimate difference, @Nullable Double pValue) {}

    /**
     * Compares.
     *
     * @param scores of every training of the study
     * @throws IllegalArgumentException if they are not of exactly these trainings and their held-out images
     */
    public static LeakageCost of(LeakageStudy study, List<LeakageScores> scores) {
        if (scores.size() != study.parts().size()) {
            throw new IllegalArgumentException(
                    "a study of " + study.parts().size() + " trainings needs as many scores, had " + scores.size());
        }
        Map<FoldLevel, List<FoldFigures>> folds = new HashMap<>();
        Map<FoldLevel, List<List<List<ScoredCase>>>> cases = new HashMap<>();
        for (LeakageFold part : study.parts()) {
            LeakageScores ofPart = scores.stream()
                    .filter(candidate -> candidate.isOf(part))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "there are no scores of fold " + part.fold().index() + " of " + part.level()));
            List<List<ScoredCase>> byClass = byClass(study, part, ofPart);
            cases.computeIfAbsent(part.level(), level -> new ArrayList<>()).add(byClass);
            folds.computeIfAbsent(part.level(), level -> new ArrayList<>()).add(figures(part, ofPart, byClass));
        }
        List<ClassCost> classes = new ArrayList<>();
        List<String> names = judged(study.cohort());
        for (int k = 0; k < names.size(); k++) {
            classes.add(classCost(
                    names.get(k), of(cases, FoldLevel.IMAGE, k), of(cases, FoldLevel.PATIENT, k), names.size()));
        }
        Exposure exposure = Exposure.of(study);
        Verdict verdict = verdict(classes);
        return new LeakageCost(
                study.folds(),
                LeakageStudy.VALIDATION,
                study.seed(),
                study.cohort().images().size(),
                study.cohort().imagesByPatient().size(),
                study.withheldPatients(),
                exposure.patients(),
                exposure.images(),
                folds.getOrDefault(FoldLevel.IMAGE, List.of()),
                folds.getOrDefault(FoldLevel.PATIENT, List.of()),
                classes,
                verdict,
                summary(verdict, classes, exposure));
    }

    private static List<String> judged(Cohort cohort) {
        return cohort.task() == Task.BINARY ? List.of(cohort.positiveClass()) : cohort.classes();
    }

    /** Of one class, the cases of each fold. */
    private static List<List<ScoredCase>> of(
            Map<FoldLevel, List<List<List<ScoredCase>>>> cases, FoldLevel level, int k) {
        return cases.getOrDefault(level, List.of()).stream()
                .map(fold -> fold.get(k))
                .toList();
    }

    /** Of each judged class the held-out cases, as of their real patients. */
    private static List<List<ScoredCase>> byClass(LeakageStudy study, LeakageFold part, LeakageScores scores) {
        Map<String, ImageRecord> heldOut =
                part.images(Role.HELD_OUT).stream().collect(toMap(ImageRecord::name, image -> image));
        Set<String> answered = new HashSet<>();
        scores.answers().forEach(answer -> answered.add(answer.image()));
        if (!answered.equals(heldOut.keySet())
                || answered.size() != scores.answers().size()) {
            throw new IllegalArgumentException("fold " + part.fold().index() + " of " + part.level() + " held "
                    + heldOut.size() + " images out, the scores are of " + answered.size() + ", or of others");
        }
        List<String> names = judged(study.cohort());
        List<List<ScoredCase>> byClass = new ArrayList<>();
        for (int k = 0; k < names.size(); k++) {
            List<ScoredCase> cases = new ArrayList<>();
            for (LeakageScores.Answer answer : scores.answers()) {
                ImageRecord image = heldOut.get(answer.image());
                if (image == null || answer.probabilities().size() != names.size()) {
                    throw new IllegalArgumentException("an answer must have one probability for each of " + names);
                }
                cases.add(new ScoredCase(
                        image.name(),
                        study.patient(image.name()),
                        image.shows(names.get(k)),
                        answer.probabilities().get(k)));
            }
            byClass.add(cases);
        }
        return byClass;
    }

    private static FoldFigures figures(LeakageFold part, LeakageScores scores, List<List<ScoredCase>> byClass) {
        Set<PatientId> heldOut = part.patients(Role.HELD_OUT);
        Set<PatientId> seen = part.patients(Role.TRAIN, Role.VALIDATION);
        return new FoldFigures(
                part.fold().index(),
                part.images(Role.TRAIN).size(),
                part.images(Role.VALIDATION).size(),
                part.images(Role.HELD_OUT).size(),
                heldOut.size(),
                (int) heldOut.stream().filter(seen::contains).count(),
                scores.epochs(),
                scores.bestEpoch(),
                byClass.stream().map(RocCurve::area).toList());
    }

    private static Estimate mean(List<List<ScoredCase>> folds) {
        double sum = 0;
        for (int fold = 0; fold < folds.size(); fold++) {
            Estimate area = RocCurve.area(folds.get(fold));
            Double value = area.value();
            if (value == null) {
                return Estimate.undefined("fold " + fold + " " + area.undefinedBecause());
            }
            sum += value;
        }
        return Estimate.of(sum / folds.size());
    }

    private static ClassCost classCost(
            String name, List<List<ScoredCase>> imageFolds, List<List<ScoredCase>> patientFolds, int comparisons) {
        List<ScoredCase> byImage = imageFolds.stream().flatMap(List::stream).toList();
        List<ScoredCase> byPatient = patientFolds.stream().flatMap(List::stream).toList();
        boolean enough = patients(byImage, true) >= 2 && patients(byImage, false) >= 2;
        PairedDeLong paired = enough ? PairedDeLong.ofPatients(byImage, byPatient) : null;
        double ofEach = 1 - (1 - LEVEL) / comparisons;
        AreasWithinFolds within = AreasWithinFolds.of(imageFolds, patientFolds, LEVEL, ofEach);
        return new ClassCost(
                name,
                withInterval(byImage, enough),
                withInterval(byPatient, enough),
                mean(imageFolds),
                mean(patientFolds),
                paired == null ? Estimate.undefined(FEW_PATIENTS) : paired.difference(ofEach),
                paired == null ? null : paired.pValue().value(),
                new WithinFolds(within.first(), within.second(), within.difference(), within.pValue()));
    }

    private static Estimate withInterval(List<ScoredCase> cases, boolean enough) {
        Estimate area = RocCurve.area(cases);
        return enough ? area.with(DeLong.ofPatients(cases).patientInterval(LEVEL)) : area;
    }

    private static long patients(List<ScoredCase> cases, boolean positive) {
        return cases.stream()
                .filter(scored -> scored.positive() == positive)
                .map(ScoredCase::patient)
                .distinct()
                .count();
    }

    private static Verdict verdict(List<ClassCost> classes) {
        boolean any = false;
        boolean below = false;
        for (ClassCost cost : classes) {
            Interval interval = cost.judged().interval();
            if (interval != null && interval.lower() > 0) {
                return Verdict.INFLATED;
            }
            any |= interval != null;
            below |= interval != null && interval.upper() < 0;
        }
        if (below) {
            return Verdict.DEFLATED;
        }
        return any ? Verdict.NOT_SHOWN : Verdict.UNDEFINED;
    }

    private static String summary(Verdict verdict, List<ClassCost> classes, Exposure exposure) {
        ClassCost widest = classes.get(0);
        for (ClassCost cost : classes) {
            if (magnitude(cost, verdict) > magnitude(widest, verdict)) {
                widest = cost;
            }
        }
        WithinFolds within = widest.withinFolds();
        Estimate imageLevel = within == null ? widest.imageLevel() : within.imageLevel();
        Estimate patientLevel = within == null ? widest.patientLevel() : within.patientLevel();
        String figures = "ROC AUC within folds " + told(imageLevel) + " on folds of images, " + told(patientLevel)
                + " on folds of patients" + (classes.size() > 1 ? ", for class '" + widest.name() + "'" : "");
        String known = pooled(widest.imageLevel(), imageLevel, widest.patientLevel(), patientLevel)
                + " With folds of images, " + Counted.of(exposure.images(), "image was", "images were")
                + " scored by models that had learned from other images of the same patient.";
        return switch (verdict) {
            case INFLATED ->
                "Splitting by image would have flattered this recipe: " + figures + ", a difference of "
                        + toldWithInterval(widest.judged())
                        + ". Only the second says what to expect of new patients."
                        + known;
            case DEFLATED ->
                "Splitting by image came out below splitting by patient: " + figures + ", a difference of "
                        + toldWithInterval(widest.judged()) + ". Leakage does not explain that; look at the folds."
                        + known;
            case NOT_SHOWN ->
                "No flattery shown: " + figures + ", a difference of " + toldWithInterval(widest.judged())
                        + ". The interval holds 0, which does not prove that nothing leaks." + known;
            case UNDEFINED -> "No interval to judge by: " + figures + "." + known;
        };
    }

    /** That pooled areas are others, where they are; nothing where not. */
    private static String pooled(Estimate image, Estimate imageWithin, Estimate patient, Estimate patientWithin) {
        boolean apart = Math.abs(image.valueOr(0) - imageWithin.valueOr(0)) > APART
                || Math.abs(patient.valueOr(0) - patientWithin.valueOr(0)) > APART;
        return apart
                ? " Pooled over folds the areas are " + told(image) + " and " + told(patient)
                        + ": the trainings answer on different scales, which says nothing of how well they tell images apart."
                : "";
    }

    private static double magnitude(ClassCost cost, Verdict verdict) {
        double difference = cost.judged().valueOr(Double.NEGATIVE_INFINITY);
        Interval interval = cost.judged().interval();
        return switch (verdict) {
            case INFLATED -> interval != null && interval.lower() > 0 ? difference : Double.NEGATIVE_INFINITY;
            case DEFLATED -> interval != null && interval.upper() < 0 ? -difference : Double.NEGATIVE_INFINITY;
            case NOT_SHOWN, UNDEFINED -> difference;
        };
    }

    private static String told(Estimate estimate) {
        return estimate.value() == null ? "undefined" : number(estimate.value());
    }

    private static String toldWithInterval(Estimate estimate) {
        Interval interval = estimate.interval();
        return told(estimate)
                + (interval == null ? "" : " (" + number(interval.lower()) + " to " + number(interval.upper()) + ")");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    /**
     * What leaks in image-level folds.
     *
     * @param patients who were held out by a training that had seen them
     * @param images that were held out by a training that had seen their patient
     */
    private record Exposure(int patients, int images) {
        static Exposure of(LeakageStudy study) {
            Set<PatientId> patients = new HashSet<>();
            int images = 0;
            for (LeakageFold part : study.parts()) {
                if (part.level() == FoldLevel.PATIENT) {
                    continue;
                }
                Set<PatientId> seen = part.patients(Role.TRAIN, Role.VALIDATION);
                for (ImageRecord image : part.images(Role.HELD_OUT)) {
                    if (seen.contains(part.patient(image))) {
                        patients.add(part.patient(image));
                        images++;
                    }
                }
            }
            return new Exposure(patients.size(), images);
        }
    }
}
