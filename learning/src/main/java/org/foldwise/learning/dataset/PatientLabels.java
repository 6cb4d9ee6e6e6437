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
 * The label of each patient of a binary cohort, as the cohort's {@link PatientLabelRule} derives it from the images.
 *
 * @param labels the label of each patient, in the order of the patients' ids
 * @param conflicting the patients whose images carry more than one label; the rule had to decide for them
 */
public record PatientLabels(SortedMap<PatientId, String> labels, SortedSet<PatientId> conflicting) {
    public PatientLabels {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        conflicting = Collections.unmodifiableSortedSet(new TreeSet<>(conflicting));
        if (!labels.keySet().containsAll(conflicting)) {
            throw new IllegalArgumentException("a patient with conflicting images must have a label as well");
        }
    }

    /** The labels of all patients of {@code cohort}. */
    public static PatientLabels of(Cohort cohort) {
        SortedMap<PatientId, String> labels = new TreeMap<>();
        SortedSet<PatientId> conflicting = new TreeSet<>();
        cohort.imagesByPatient().forEach((patient, images) -> {
            labels.put(patient, isPositive(cohort, images) ? cohort.positiveClass() : negativeClass(cohort));
            if (images.stream().map(ImageRecord::label).distinct().count() > 1) {
                conflicting.add(patient);
            }
        });
        return new PatientLabels(labels, conflicting);
    }

    private static String negativeClass(Cohort cohort) {
        return cohort.classes().get(0);
    }

    private static boolean isPositive(Cohort cohort, List<ImageRecord> images) {
        return switch (cohort.patientLabelRule()) {
            case ANY_POSITIVE -> images.stream().anyMatch(cohort::isPositive);
            case MAJORITY -> {
                long positives = images.stream().filter(cohort::isPositive).count();
                yield 2 * positives >= images.size();
            }
            case LATEST -> {
                LocalDate latest = images.stream()
                        .map(PatientLabels::day)
                        .max(Comparator.naturalOrder())
                        .orElseThrow();
                yield images.stream().anyMatch(image -> day(image).equals(latest) && cohort.isPositive(image));
            }
        };
    }

    private static LocalDate day(ImageRecord image) {
        LocalDate day = image.acquiredOn();
        if (day == null) {
            throw new IllegalStateException("a cohort with the rule 'latest' has a date on every image");
        }
        return day;
    }
}
