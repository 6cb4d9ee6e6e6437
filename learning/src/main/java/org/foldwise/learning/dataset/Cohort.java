package org.foldwise.learning.dataset;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.foldwise.learning.provenance.Digest;

/**
 * The images of a dataset, ordered by name, with their patients and labels.
 *
 * @param task what is asked of an image
 * @param classes names of the classes; for {@link Task#BINARY} first the negative, then the positive class
 * @param patientLabelRule how a patient's label follows from the images' labels
 * @param images at least one image of each class; kept in the order of their names, whatever order they are given in
 */
public record Cohort(Task task, List<String> classes, PatientLabelRule patientLabelRule, List<ImageRecord> images) {
    public Cohort {
        classes = List.copyOf(classes);
        images = images.stream().sorted(Comparator.comparing(ImageRecord::name)).toList();
        if (task == Task.BINARY && classes.size() != 2) {
            throw new IllegalArgumentException("a binary task needs 2 classes, had " + classes.size());
        }
        if (new HashSet<>(classes).size() != classes.size()) {
            throw new IllegalArgumentException("classes must differ, were " + classes);
        }
        Set<String> labels = images.stream().map(ImageRecord::label).collect(toUnmodifiableSet());
        if (!labels.equals(Set.copyOf(classes))) {
            throw new IllegalArgumentException(
                    "the images' labels must be the classes " + classes + ", were " + labels);
        }
        for (int i = 1; i < images.size(); i++) {
            if (images.get(i).name().equals(images.get(i - 1).name())) {
                throw new IllegalArgumentException(
                        "image names must differ, twice: " + images.get(i).name());
            }
        }
        if (patientLabelRule == PatientLabelRule.LATEST
                && images.stream().anyMatch(image -> image.acquiredOn() == null)) {
            throw new IllegalArgumentException("the patient label rule 'latest' needs a date on every image");
        }
    }

    /** The class that counts as positive of a binary task. */
    public String positiveClass() {
        return classes.get(1);
    }

    /** Whether the image shows the positive class. */
    public boolean isPositive(ImageRecord image) {
        return image.label().equals(positiveClass());
    }

    /** The images of each patient, in the order of the patients' ids, each list in the order of the images' names. */
    public SortedMap<PatientId, List<ImageRecord>> imagesByPatient() {
        // hashed first and sorted then: comparing the ids of a million images costs seconds
        return new TreeMap<>(images.stream().collect(groupingBy(ImageRecord::patient)));
    }

    /**
     * The digest of the cohort: task, classes, rule, and of every image its name, content, patient, label, day and site.
     * It does not depend on the order in which the images were given.
     */
    public Digest digest() {
        List<String> lines = new java.util.ArrayList<>();
        lines.add("foldwise cohort 1");
        lines.add(String.join("\t", task.name(), patientLabelRule.name()));
        lines.add(String.join("\t", classes));
        for (ImageRecord image : images) {
            lines.add(String.join(
                    "\t",
                    image.name(),
                    image.content().hex(),
                    image.patient().value(),
                    image.label(),
                    image.acquiredOn() == null ? "" : image.acquiredOn().toString(),
                    image.site() == null ? "" : image.site()));
        }
        return Digest.ofLines(lines);
    }
}
