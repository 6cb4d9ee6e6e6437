package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.DuplicateImages;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabels;

/**
 * The units that a split deals out: single patients, and sets of patients who share byte-identical images. In the order of
 * their first patients, whatever the order of the images.
 */
final class PatientUnits {
    private final List<SortedSet<PatientId>> units;
    private final UnitCounts counts;

    private PatientUnits(List<SortedSet<PatientId>> units, UnitCounts counts) {
        this.units = units;
        this.counts = counts;
    }

    static PatientUnits of(Cohort cohort) {
        SortedMap<PatientId, List<ImageRecord>> imagesByPatient = cohort.imagesByPatient();
        List<SortedSet<PatientId>> units = together(cohort, imagesByPatient.keySet());
        SortedMap<PatientId, List<String>> patientLabels =
                PatientLabels.of(cohort).shown();
        Map<String, Integer> labelIndex = new HashMap<>();
        cohort.classes().forEach(name -> labelIndex.put(name, labelIndex.size()));

        int labels = labelIndex.size();
        int[] images = new int[units.size()];
        int[][] imagesWithLabel = new int[units.size()][labels];
        int[] patients = new int[units.size()];
        int[][] patientsWithLabel = new int[units.size()][labels];
        for (int unit = 0; unit < units.size(); unit++) {
            for (PatientId patient : units.get(unit)) {
                patients[unit]++;
                for (String label : patientLabels.getOrDefault(patient, List.of())) {
                    patientsWithLabel[unit][index(labelIndex, label)]++;
                }
                for (ImageRecord image : imagesByPatient.getOrDefault(patient, List.of())) {
                    images[unit]++;
                    for (String label : image.labels()) {
                        imagesWithLabel[unit][index(labelIndex, label)]++;
                    }
                }
            }
        }
        return new PatientUnits(units, UnitCounts.of(images, imagesWithLabel, patients, patientsWithLabel));
    }

    private static int index(Map<String, Integer> labelIndex, String label) {
        Integer index = labelIndex.get(label);
        if (index == null) {
            throw new IllegalStateException("a cohort's images carry none but its classes");
        }
        return index;
    }

    private static List<SortedSet<PatientId>> together(Cohort cohort, Set<PatientId> patients) {
        List<SortedSet<PatientId>> units =
                new ArrayList<>(DuplicateImages.of(cohort).tiedPatients());
        Set<PatientId> tied = new HashSet<>();
        units.forEach(tied::addAll);
        for (PatientId patient : patients) {
            if (!tied.contains(patient)) {
                units.add(Collections.unmodifiableSortedSet(new TreeSet<>(Set.of(patient))));
            }
        }
        units.sort((one, other) -> one.first().compareTo(other.first()));
        return units;
    }

    int size() {
        return units.size();
    }

    UnitCounts counts() {
        return counts;
    }

    /** Writes the role of all patients of a unit. */
    void assign(int unit, Role role, Map<PatientId, Role> roles) {
        for (PatientId patient : units.get(unit)) {
            roles.put(patient, role);
        }
    }

    /** An empty table of roles. */
    static SortedMap<PatientId, Role> noRoles() {
        return new TreeMap<>();
    }
}
