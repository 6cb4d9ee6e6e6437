package org.foldwise.learning.dataset;

import java.time.LocalDate;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What each patient of a cohort counts as, as the cohort's {@link PatientLabelRule} derives it from the images.
 *
 * @param shown the labels of each patient, in the order of the patients' ids: one where classes exclude each other
 * @param conflicting the patients whose images differ in their labels; the rule had to decide for them
 */
public record PatientLabels(SortedMap<PatientId, List<String>> shown, SortedSet<PatientId> conflicting) {
    public PatientLabels {
        shown = Collections.unmodifiableSortedMap(new TreeMap<>(shown));
        conflicting = Collections.unmodifiableSortedSet(new TreeSet<>(conflicting));
        if (!shown.keySet().containsAll(conflicting)) {
            throw new IllegalArgumentException("a patient with conflicting images must have a label as well");
        }
    }

    /** The labels of all patients of {@code cohort}. */
    public static PatientLabels of(Cohort cohort) {
        SortedMap<PatientId, List<String>> shown = new TreeMap<>();
        SortedSet<PatientId> conflicting = new TreeSet<>();
        cohort.imagesByPatient().forEach((patient, images) -> {
            shown.put(patient, labels(cohort, images));
            if (differ(images)) {
                conflicting.add(patient);
            }
        });
        return new PatientLabels(shown, conflicting);
    }

    /**
     * The class of each patient, in the order of the patients' ids, where classes exclude each other.
     *
     * @throws IllegalStateException if a patient has no label, or several
     */
    public SortedMap<PatientId, String> labels() {
        SortedMap<PatientId, String> labels = new TreeMap<>();
        shown.forEach((patient, ofPatient) -> {
            if (ofPatient.size() != 1) {
                throw new IllegalStateException("the classes of this cohort do not exclude each other");
            }
            labels.put(patient, ofPatient.get(0));
        });
        return Collections.unmodifiableSortedMap(labels);
    }

    /** Whether the images do not all have the same labels. */
    static boolean differ(List<ImageRecord> images) {
        List<String> first = images.get(0).labels();
        return images.stream().anyMatch(image -> !image.labels().equals(first));
    }

    private static List<String> labels(Cohort cohort, List<ImageRecord> images) {
        return switch (cohort.task()) {
            case BINARY ->
                List.of(cohort.classes()
                        .get(isPositive(cohort.patientLabelRule(), images, cohort.positiveClass()) ? 1 : 0));
            case MULTICLASS ->
                List.of(mostFrequent(
                        cohort.classes(),
                        cohort.patientLabelRule() == PatientLabelRule.LATEST ? latest(images) : images));
            case MULTILABEL ->
                cohort.classes().stream()
                        .filter(label -> isPositive(cohort.patientLabelRule(), images, label))
                        .toList();
        };
    }

    private static boolean isPositive(PatientLabelRule rule, List<ImageRecord> images, String label) {
        return switch (rule) {
            case ANY_POSITIVE -> images.stream().anyMatch(image -> image.shows(label));
            case MAJORITY -> {
                long positives =
                        images.stream().filter(image -> image.shows(label)).count();
                yield 2 * positives >= images.size();
            }
            case LATEST -> latest(images).stream().anyMatch(image -> image.shows(label));
        };
    }

    private static String mostFrequent(List<String> classes, List<ImageRecord> images) {
        String most = classes.get(0);
        long mostImages = 0;
        for (String name : classes) {
            long count = images.stream().filter(image -> image.shows(name)).count();
            if (count >= mostImages) {
                most = name;
                mostImages = count;
            }
        }
        return most;
    }

    private static List<ImageRecord> latest(List<ImageRecord> images) {
        LocalDate latest = images.stream()
                .map(PatientLabels::day)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return images.stream().filter(image -> day(image).equals(latest)).toList();
    }

    private static LocalDate day(ImageRecord image) {
        LocalDate day = image.acquiredOn();
        if (day == null) {
            throw new IllegalStateException("a cohort with the rule 'latest' has a date on every image");
        }
        return day;
    }
}
