package org.foldwise.learning.dataset.layout;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which of some uploaded images are of a patient, as far as their layout says it.
 *
 * @param names those that are
 * @param isUncertain whether the manifest speaks of the patient where it cannot be read, so that further images may be theirs
 */
public record PatientImages(SortedSet<String> names, boolean isUncertain) {
    public PatientImages {
        names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
    }
}
