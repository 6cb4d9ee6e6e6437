package org.foldwise.learning.dataset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.foldwise.learning.provenance.Digest;

/**
 * The counts of a cohort that one looks at before splitting it.
 *
 * @param dataset digest of the cohort
 * @param images number of images
 * @param patients number of patients
 * @param classes counts of each class, in the cohort's order of classes
 * @param imagesWithoutLabel images that show none of the classes; 0 where classes exclude each other
 * @param patientsWithSeveralLabels number of patients whose images differ in their labels
 * @param imagesPerPatient how many patients have how many images: number of patients by number of images
 * @param imbalanceRatio images of the largest class per image of the smallest, 1 or more
 * @param imbalanceLevel how bad that is
 */
public record CohortSummary(
        Digest dataset,
        int images,
        int patients,
        List<ClassCounts> classes,
        int imagesWithoutLabel,
        int patientsWithSeveralLabels,
        SortedMap<Integer, Integer> imagesPerPatient,
        double imbalanceRatio,
        ImbalanceLevel imbalanceLevel) {
    public CohortSummary {
        classes = List.copyOf(classes);
        imagesPerPatient = Collections.unmodifiableSortedMap(new TreeMap<>(imagesPerPatient));
    }

    /**
     * The counts of one class.
     *
     * @param name the class
     * @param images images labelled with it
     * @param patients patients with at least one such image
     * @param imagesPerPatient images of the class per patient who has any
     */
    public record ClassCounts(String name, int images, int patients, double imagesPerPatient) {}

    /** The counts of {@code cohort}. */
    public static CohortSummary of(Cohort cohort) {
        int[] images = new int[cohort.classes().size()];
        int[] patients = new int[cohort.classes().size()];
        int withoutLabel = 0;
        int severalLabels = 0;
        Map<String, Integer> indexOf = new HashMap<>();
        cohort.classes().forEach(name -> indexOf.put(name, indexOf.size()));
        SortedMap<Integer, Integer> imagesPerPatient = new TreeMap<>();
        Map<PatientId, List<ImageRecord>> byPatient = cohort.imagesByPatient();
        for (List<ImageRecord> ofPatient : byPatient.values()) {
            Set<Integer> shown = new HashSet<>();
            for (ImageRecord image : ofPatient) {
                withoutLabel += image.labels().isEmpty() ? 1 : 0;
                for (String label : image.labels()) {
                    int index = indexOf.getOrDefault(label, 0);
                    images[index]++;
                    shown.add(index);
                }
            }
            shown.forEach(index -> patients[index]++);
            severalLabels += PatientLabels.differ(ofPatient) ? 1 : 0;
            imagesPerPatient.merge(ofPatient.size(), 1, Integer::sum);
        }
        List<ClassCounts> classes = new ArrayList<>();
        for (int i = 0; i < images.length; i++) {
            classes.add(
                    new ClassCounts(cohort.classes().get(i), images[i], patients[i], (double) images[i] / patients[i]));
        }
        double ratio = (double) largest(classes) / smallest(classes);
        return new CohortSummary(
                cohort.digest(),
                cohort.images().size(),
                byPatient.size(),
                classes,
                withoutLabel,
                severalLabels,
                imagesPerPatient,
                ratio,
                ImbalanceLevel.of(ratio));
    }

    private static int largest(List<ClassCounts> classes) {
        return classes.stream().mapToInt(ClassCounts::images).max().orElseThrow();
    }

    private static int smallest(List<ClassCounts> classes) {
        return classes.stream().mapToInt(ClassCounts::images).min().orElseThrow();
    }
}
