package org.foldwise.learning.dataset;

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
import org.jspecify.annotations.Nullable;

/**
 * Whose the files themselves say that images are: the Patient ID of DICOM files, as a keyed pseudonym. Where a manifest or the files'
 * names say whose an image is, the two may disagree.
 *
 * <p>A key that all files share which have one tells nobody from anybody: whoever removed the names has put it into every file. Two
 * keys at least make a key that means somebody.
 *
 * @param keyByImage by the images' names; images whose files say nothing are missing
 * @param statedByImage what was seen of the keys before they were pseudonyms, by the images' names; missing of images that were uploaded before that was kept
 */
public record PatientKeys(SortedMap<String, String> keyByImage, Map<String, StatedPatient> statedByImage) {
    /** No file says whose it is. */
    public static final PatientKeys NONE = new PatientKeys(Collections.emptySortedMap(), Map.of());

    public PatientKeys {
        keyByImage = Collections.unmodifiableSortedMap(new TreeMap<>(keyByImage));
        statedByImage = Map.copyOf(statedByImage);
    }

    /** The keys among what files say. */
    public static PatientKeys of(Map<String, ImageMetadata> metadataByImage) {
        SortedMap<String, String> keys = new TreeMap<>();
        Map<String, StatedPatient> stated = new HashMap<>();
        metadataByImage.forEach((image, metadata) -> {
            String key = metadata.patient();
            if (key != null) {
                keys.put(image, key);
            }
            StatedPatient seen = metadata.statedPatient();
            if (seen != null) {
                stated.put(image, seen);
            }
        });
        return new PatientKeys(keys, stated);
    }

    /**
     * Why the patient id of an image may be no patient's, where the id is the key that the file states; null where nothing says so, or the id is of a manifest or a
     * name.
     */
    public @Nullable PatientKeyDoubt doubt(ImageRecord image) {
        StatedPatient seen = stated(image);
        return seen == null ? null : seen.doubt();
    }

    /** What was seen of the patient ids of a cohort that are keys which files state; ids of a manifest or of names are missing. */
    public Map<PatientId, StatedPatient> stated(Cohort cohort) {
        Map<PatientId, StatedPatient> stated = new HashMap<>();
        for (ImageRecord image : cohort.images()) {
            StatedPatient seen = stated(image);
            if (seen != null) {
                stated.put(image.patient(), seen);
            }
        }
        return stated;
    }

    private @Nullable StatedPatient stated(ImageRecord image) {
        return image.patient().value().equals(keyByImage.get(image.name())) ? statedByImage.get(image.name()) : null;
    }

    /** The key that all files share which have one, although they are of several patient ids; null where there is none. */
    public @Nullable String placeholder(Cohort cohort) {
        Map<String, SortedSet<PatientId>> patients = patientsByKey(cohort);
        if (patients.size() != 1) {
            return null;
        }
        Map.Entry<String, SortedSet<PatientId>> only =
                patients.entrySet().iterator().next();
        return only.getValue().size() > 1 ? only.getKey() : null;
    }

    /**
     * The patient ids of a cohort that are one person by the files: one set for each key with several of them, in the order of their first ids. Sets may overlap;
     * whoever keeps patients together closes over chains. A {@link #placeholder} makes none.
     */
    public List<SortedSet<PatientId>> samePatients(Cohort cohort) {
        if (placeholder(cohort) != null) {
            return List.of();
        }
        return patientsByKey(cohort).values().stream()
                .filter(patients -> patients.size() > 1)
                .sorted((one, other) -> one.first().compareTo(other.first()))
                .map(Collections::unmodifiableSortedSet)
                .toList();
    }

    /** The patient ids of a cohort whose files have several keys: people who may be counted as one. */
    public SortedSet<PatientId> severalPeople(Cohort cohort) {
        Map<PatientId, Set<String>> keys = new HashMap<>();
        for (ImageRecord image : cohort.images()) {
            String key = keyByImage.get(image.name());
            if (key != null) {
                keys.computeIfAbsent(image.patient(), patient -> new HashSet<>())
                        .add(key);
            }
        }
        SortedSet<PatientId> several = new TreeSet<>();
        keys.forEach((patient, ofPatient) -> {
            if (ofPatient.size() > 1) {
                several.add(patient);
            }
        });
        return Collections.unmodifiableSortedSet(several);
    }

    /** The images of a cohort whose files have that key, in the cohort's order. */
    public List<String> images(Cohort cohort, String key) {
        List<String> images = new ArrayList<>();
        for (ImageRecord image : cohort.images()) {
            if (key.equals(keyByImage.get(image.name()))) {
                images.add(image.name());
            }
        }
        return List.copyOf(images);
    }

    private Map<String, SortedSet<PatientId>> patientsByKey(Cohort cohort) {
        Map<String, SortedSet<PatientId>> patients = new TreeMap<>();
        for (ImageRecord image : cohort.images()) {
            String key = keyByImage.get(image.name());
            if (key != null) {
                patients.computeIfAbsent(key, first -> new TreeSet<>()).add(image.patient());
            }
        }
        return patients;
    }
}
