package org.foldwise.learning.dataset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.foldwise.learning.provenance.Digest;

/**
 * The byte-identical images of a cohort, and the patients they tie together. Images that look alike but differ in one byte
 * are not found here.
 *
 * @param groups the contents that more than one image has, in the order of their digests
 */
public record DuplicateImages(List<Group> groups) {
    public DuplicateImages {
        groups = List.copyOf(groups);
    }

    /**
     * Images with one content.
     *
     * @param content digest of the bytes they share; of frames of files {@linkplain ImageRecord#picture their picture}
     * @param images their names, at least 2
     * @param patients whose images they are; more than one where a film was filed under several patients
     * @param labels what they are said to show, each image's labels joined by {@code |}; more than one where they contradict each
     *     other
     */
    public record Group(
            Digest content, SortedSet<String> images, SortedSet<PatientId> patients, SortedSet<String> labels) {
        public Group {
            images = Collections.unmodifiableSortedSet(new TreeSet<>(images));
            patients = Collections.unmodifiableSortedSet(new TreeSet<>(patients));
            labels = Collections.unmodifiableSortedSet(new TreeSet<>(labels));
            if (images.size() < 2) {
                throw new IllegalArgumentException("a group of duplicates has 2 images or more, had " + images.size());
            }
        }
    }

    /** The duplicates among the images of {@code cohort}. Of frames of equal files those of one number are duplicates. */
    public static DuplicateImages of(Cohort cohort) {
        return by(ImageRecord::picture, cohort);
    }

    /** The images of equal files, whichever frames of them they are. */
    public static DuplicateImages ofEqualFiles(Cohort cohort) {
        return by(ImageRecord::content, cohort);
    }

    private static DuplicateImages by(Function<ImageRecord, Digest> key, Cohort cohort) {
        // hashed first: sorting a million digests costs seconds, and hardly any of them have duplicates
        Map<Digest, ImageRecord> firsts = new HashMap<>();
        SortedMap<Digest, List<ImageRecord>> byContent = new TreeMap<>();
        for (ImageRecord image : cohort.images()) {
            Digest content = key.apply(image);
            ImageRecord first = firsts.putIfAbsent(content, image);
            if (first != null) {
                byContent
                        .computeIfAbsent(content, same -> new ArrayList<>(List.of(first)))
                        .add(image);
            }
        }
        List<Group> groups = new ArrayList<>();
        byContent.forEach((content, images) -> groups.add(group(content, images)));
        return new DuplicateImages(groups);
    }

    private static Group group(Digest content, List<ImageRecord> images) {
        SortedSet<String> names = new TreeSet<>();
        SortedSet<PatientId> patients = new TreeSet<>();
        SortedSet<String> labels = new TreeSet<>();
        for (ImageRecord image : images) {
            names.add(image.name());
            patients.add(image.patient());
            labels.add(String.join("|", image.labels()));
        }
        return new Group(content, names, patients, labels);
    }

    /** How many images could be left out without losing any content. */
    public int surplusImages() {
        return groups.stream().mapToInt(group -> group.images().size() - 1).sum();
    }

    /**
     * The sets of patients who share contents, closed over chains: if A shares an image with B and B another one with C, the
     * three belong together. Only sets of two and more, in the order of their first patients.
     */
    public List<SortedSet<PatientId>> tiedPatients() {
        Map<PatientId, PatientId> parents = new HashMap<>();
        for (Group group : groups) {
            PatientId first = group.patients().first();
            for (PatientId patient : group.patients()) {
                union(parents, first, patient);
            }
        }
        SortedMap<PatientId, SortedSet<PatientId>> byRoot = new TreeMap<>();
        for (PatientId patient : parents.keySet()) {
            byRoot.computeIfAbsent(root(parents, patient), root -> new TreeSet<>())
                    .add(patient);
        }
        List<SortedSet<PatientId>> tied = new ArrayList<>();
        for (SortedSet<PatientId> patients : byRoot.values()) {
            if (patients.size() > 1) {
                tied.add(Collections.unmodifiableSortedSet(patients));
            }
        }
        return List.copyOf(tied);
    }

    /** The smaller id becomes the root, so that a set's root is its first patient. */
    private static void union(Map<PatientId, PatientId> parents, PatientId one, PatientId other) {
        PatientId rootOfOne = root(parents, one);
        PatientId rootOfOther = root(parents, other);
        if (rootOfOne.compareTo(rootOfOther) <= 0) {
            parents.put(rootOfOther, rootOfOne);
        } else {
            parents.put(rootOfOne, rootOfOther);
        }
    }

    private static PatientId root(Map<PatientId, PatientId> parents, PatientId patient) {
        PatientId root = patient;
        PatientId parent = parents.computeIfAbsent(patient, itself -> itself);
        while (!parent.equals(root)) {
            root = parent;
            parent = parents.getOrDefault(root, root);
        }
        PatientId onPath = patient;
        while (!onPath.equals(root)) {
            PatientId next = parents.getOrDefault(onPath, root);
            parents.put(onPath, root);
            onPath = next;
        }
        return root;
    }
}
