package org.foldwise.learning.dataset;

import java.util.ArrayList;
import java.util.Collection;
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
import org.foldwise.learning.provenance.Digest;

/**
 * Images that are copies of one picture, whether their files are byte-identical or not. Unlike {@link DuplicateImages} they do not
 * follow from the cohort alone: somebody has looked at the pixels. The place of a group in the list is its number.
 *
 * @param groups names of images, 2 at least in each, none in two; kept in the order of their first names
 */
public record DuplicateGroups(List<SortedSet<String>> groups) {
    /** No image is a copy of another. */
    public static final DuplicateGroups NONE = new DuplicateGroups(List.of());

    public DuplicateGroups {
        List<SortedSet<String>> copies = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (SortedSet<String> group : groups) {
            if (group.size() < 2) {
                throw new IllegalArgumentException("a group of duplicates has 2 images or more, had " + group.size());
            }
            if (!group.stream().allMatch(seen::add)) {
                throw new IllegalArgumentException("an image must be in one group of duplicates only");
            }
            copies.add(Collections.unmodifiableSortedSet(new TreeSet<>(group)));
        }
        copies.sort((one, other) -> one.first().compareTo(other.first()));
        groups = List.copyOf(copies);
    }

    /** The groups that result if images with equal numbers belong together. */
    public static DuplicateGroups ofNumbers(Map<String, Integer> numberByImage) {
        SortedMap<Integer, SortedSet<String>> groups = new TreeMap<>();
        numberByImage.forEach((image, number) ->
                groups.computeIfAbsent(number, first -> new TreeSet<>()).add(image));
        return new DuplicateGroups(List.copyOf(groups.values()));
    }

    /** Of which images are together. */
    public Digest digest() {
        return Digest.ofLines(Stream.concat(
                        Stream.of("foldwise duplicates 1"), groups.stream().map(group -> String.join("\t", group)))
                .toList());
    }

    /** The number of each image's group, 0 for the first; images without copies are missing. */
    public SortedMap<String, Integer> numberByImage() {
        SortedMap<String, Integer> numbers = new TreeMap<>();
        for (int number = 0; number < groups.size(); number++) {
            for (String image : groups.get(number)) {
                numbers.put(image, number);
            }
        }
        return numbers;
    }

    /**
     * The patients whose images share a group, one set for each such group with several patients, in the order of the groups. Sets may
     * overlap; whoever keeps patients together closes over chains.
     *
     * @throws IllegalArgumentException if the cohort lacks an image
     */
    public List<SortedSet<PatientId>> patients(Cohort cohort) {
        Map<String, PatientId> patients = new HashMap<>();
        cohort.images().forEach(image -> patients.put(image.name(), image.patient()));
        List<SortedSet<PatientId>> tied = new ArrayList<>();
        for (Collection<String> group : groups) {
            SortedSet<PatientId> ofGroup = new TreeSet<>();
            for (String image : group) {
                PatientId patient = patients.get(image);
                if (patient == null) {
                    throw new IllegalArgumentException("a group of duplicates holds an image that the cohort lacks");
                }
                ofGroup.add(patient);
            }
            if (ofGroup.size() > 1) {
                tied.add(Collections.unmodifiableSortedSet(ofGroup));
            }
        }
        return List.copyOf(tied);
    }
}
