package org.foldwise.learning.split;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.foldwise.learning.dataset.PatientId;

/**
 * The role of every patient of the dataset in one training. A map has one value per key, so a patient in two roles cannot be
 * expressed.
 *
 * @param index 0, 1, ... within a cross-validation; {@link #DEVELOPMENT} for the training on all development patients
 * @param roles the role of each patient
 */
public record Fold(int index, SortedMap<PatientId, Role> roles) {
    /** Index of the fold that trains on all patients outside the test subset (less those for validation). */
    public static final int DEVELOPMENT = -1;

    public Fold {
        if (index < DEVELOPMENT) {
            throw new IllegalArgumentException("fold index must be -1 or more, was " + index);
        }
        roles = Collections.unmodifiableSortedMap(new TreeMap<>(roles));
        requireSomebody(index, roles, Role.TRAIN);
        requireSomebody(index, roles, Role.VALIDATION);
        if (index == DEVELOPMENT && roles.containsValue(Role.HELD_OUT)) {
            throw new IllegalArgumentException("the development fold holds nobody out");
        }
        if (index != DEVELOPMENT) {
            requireSomebody(index, roles, Role.HELD_OUT);
        }
    }

    /** The patients who play {@code role}, in the order of their ids. */
    public SortedSet<PatientId> patients(Role role) {
        SortedSet<PatientId> patients = new TreeSet<>();
        for (Map.Entry<PatientId, Role> entry : roles.entrySet()) {
            if (entry.getValue() == role) {
                patients.add(entry.getKey());
            }
        }
        return Collections.unmodifiableSortedSet(patients);
    }

    private static void requireSomebody(int index, Map<PatientId, Role> roles, Role role) {
        if (!roles.containsValue(role)) {
            throw new IllegalArgumentException("fold " + index + " has no patient in role " + role);
        }
    }
}
