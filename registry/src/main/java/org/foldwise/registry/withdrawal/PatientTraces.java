package org.foldwise.registry.withdrawal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Where a project has something of a patient.
 *
 * @param patients the keys that each frozen dataset knows the patient under
 * @param images the patient's images in frozen datasets
 * @param draftImages the same in drafts
 * @param draftManifests drafts whose manifest has a row of the patient
 * @param unreadDrafts drafts whose manifest speaks of the patient where it cannot be read
 */
record PatientTraces(
        Map<UUID, Set<String>> patients,
        List<Image> images,
        List<Image> draftImages,
        Set<UUID> draftManifests,
        Set<UUID> unreadDrafts) {

    /**
     * An image of the patient.
     *
     * @param file that brought it, which several images of one patient may have
     * @param instance pseudonym of the image's own identifier, where its file has one
     */
    record Image(UUID dataset, String name, String file, Digest content, @Nullable String instance) {}

    /** A dataset and one of the keys under which it knows the patient. */
    record Person(UUID dataset, String patient) {}

    /** Whether there is nothing to erase. */
    boolean areNone() {
        return images.isEmpty() && draftImages.isEmpty() && draftManifests.isEmpty();
    }

    /** Every key in every frozen dataset. */
    List<Person> people() {
        List<Person> people = new ArrayList<>();
        patients.forEach((dataset, keys) -> keys.forEach(key -> people.add(new Person(dataset, key))));
        return people;
    }

    List<UUID> datasets() {
        return List.copyOf(patients.keySet());
    }

    /** Images of all datasets, frozen and draft. */
    List<Image> allImages() {
        return Stream.concat(images.stream(), draftImages.stream()).toList();
    }

    /** What names the patient or an image of the patient: in a manifest, in a finding, in an answer. */
    Set<String> words() {
        Set<String> words = new TreeSet<>();
        patients.values().forEach(words::addAll);
        allImages().forEach(image -> {
            words.add(image.name());
            words.add(image.file());
        });
        allImages().stream().map(Image::instance).filter(Objects::nonNull).forEach(words::add);
        return words;
    }

    static Map<UUID, Set<String>> byDataset(List<Person> people) {
        Map<UUID, Set<String>> patients = new TreeMap<>();
        people.forEach(person -> patients.computeIfAbsent(person.dataset(), dataset -> new TreeSet<>())
                .add(person.patient()));
        return patients;
    }
}
