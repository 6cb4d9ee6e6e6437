package org.foldwise.learning.quality;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.foldwise.learning.dataset.DuplicateGroups;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Role;

/** Says of groups of copies what a finding tells of them. */
final class ToldGroups {
    private final GivenRoles roles;
    private final Map<String, Integer> numbers;
    /** Of the images that have copies. */
    private final Map<String, ImageRecord> byName = new HashMap<>();

    ToldGroups(MeasuredCohort measured, DuplicateGroups groups) {
        this.roles = measured.roles();
        this.numbers = groups.numberByImage();
        for (ImageRecord image : measured.cohort().images()) {
            if (numbers.containsKey(image.name())) {
                byName.put(image.name(), image);
            }
        }
    }

    /**
     * What is told of a group, or of a part of one whose files are equal.
     *
     * @throws NoSuchElementException if an image of it has no copy
     */
    Finding.Group of(SortedSet<String> images) {
        Set<PatientId> patients = new TreeSet<>();
        SortedSet<String> labels = new TreeSet<>();
        SortedSet<Role> played = new TreeSet<>();
        Set<Digest> contents = new TreeSet<>();
        for (String name : images) {
            ImageRecord image = byName.get(name);
            if (image == null) {
                throw new NoSuchElementException("an image has no copy");
            }
            patients.add(image.patient());
            labels.add(String.join("|", image.labels()));
            contents.add(image.picture());
            Role role = roles.of(image);
            if (role != null) {
                played.add(role);
            }
        }
        return new Finding.Group(
                number(images),
                contents.size() == 1,
                images.size(),
                patients.size(),
                List.copyOf(labels),
                List.copyOf(played),
                List.copyOf(images));
    }

    private int number(Collection<String> images) {
        return images.stream().map(numbers::get).findFirst().orElseThrow();
    }
}
