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
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabels;

/**
 * The units that a split deals out: single patients, and sets of patients who are tied together. In the order of their first
 * patients, whatever the order of the images.
 */
final class PatientUnits {
    private final List<SortedSet<PatientId>> units;
    private final SortedMap<PatientId, List<ImageRecord>> imagesByPatient;
    private final UnitCounts counts;

    private PatientUnits(
            List<SortedSet<PatientId>> units,
            SortedMap<PatientId, List<ImageRecord>> imagesByPatient,
            UnitCounts counts) {
        this.units = units;
        this.imagesByPatient = imagesByPatient;
        this.counts = counts;
    }

    /**
     * The units of a cohort. Their counts have one label per class, in the cohort's order, and behind them one per site where
     * the split is stratified by site.
     *
     * @param ties whom the units hold together
     */
    static PatientUnits of(Cohort cohort, PatientTies ties, boolean bySite) {
        SortedMap<PatientId, List<ImageRecord>> imagesByPatient = cohort.imagesByPatient();
        List<SortedSet<PatientId>> units = together(ties, imagesByPatient.keySet());
        SortedMap<PatientId, List<String>> patientLabels =
                PatientLabels.of(cohort).shown();
        Map<String, Integer> labelIndex = new HashMap<>();
        cohort.classes().forEach(name -> labelIndex.put(name, labelIndex.size()));
        Map<String, Integer> siteIndex = bySite ? siteIndex(cohort, labelIndex.size()) : Map.of();

        int labels = labelIndex.size() + siteIndex.size();
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
                Set<Integer> sites = new HashSet<>();
                for (ImageRecord image : imagesByPatient.getOrDefault(patient, List.of())) {
                    images[unit]++;
                    for (String label : image.labels()) {
                        imagesWithLabel[unit][index(labelIndex, label)]++;
                    }
                    Integer site = siteIndex.get(String.valueOf(image.site()));
                    if (site != null) {
                        imagesWithLabel[unit][site]++;
                        patientsWithLabel[unit][site] += sites.add(site) ? 1 : 0;
                    }
                }
            }
        }
        return new PatientUnits(
                units, imagesByPatient, UnitCounts.of(images, imagesWithLabel, patients, patientsWithLabel));
    }

    private static Map<String, Integer> siteIndex(Cohort cohort, int first) {
        Map<String, Integer> index = new TreeMap<>();
        cohort.images().forEach(image -> {
            String site = image.site();
            if (site != null) {
                index.put(site, 0);
            }
        });
        int next = first;
        for (Map.Entry<String, Integer> site : index.entrySet()) {
            site.setValue(next++);
        }
        return index;
    }

    private static int index(Map<String, Integer> labelIndex, String label) {
        Integer index = labelIndex.get(label);
        if (index == null) {
            throw new IllegalStateException("a cohort's images carry none but its classes");
        }
        return index;
    }

    private static List<SortedSet<PatientId>> together(PatientTies ties, Set<PatientId> patients) {
        List<SortedSet<PatientId>> units = new ArrayList<>();
        Set<PatientId> tied = new HashSet<>();
        for (SortedSet<PatientId> group : ties.groups()) {
            if (!patients.containsAll(group)) {
                throw new IllegalArgumentException("a tie holds a patient whom the cohort does not know");
            }
            units.add(group);
            tied.addAll(group);
        }
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

    /** The patients of a unit. */
    SortedSet<PatientId> patients(int unit) {
        return units.get(unit);
    }

    /** The images of a unit's patients. */
    Stream<ImageRecord> images(int unit) {
        return units.get(unit).stream().flatMap(patient -> imagesByPatient.getOrDefault(patient, List.of()).stream());
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
