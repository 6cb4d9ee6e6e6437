package org.foldwise.learning.dataset;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.foldwise.learning.provenance.Digest;

/**
 * The images of a dataset, ordered by name, with their patients and labels.
 *
 * @param task what is asked of an image
 * @param classes names of the classes, or of the labels of {@link Task#MULTILABEL}; for {@link Task#BINARY} first the negative,
 *     then the positive class. As many as the task allows; without control characters but in a binary task
 * @param patientLabelRule how a patient's label follows from the images' labels
 * @param images at least one image of each class, and each of one class unless the task is {@link Task#MULTILABEL}; kept in the order of their names, whatever order they are given in
 */
public record Cohort(Task task, List<String> classes, PatientLabelRule patientLabelRule, List<ImageRecord> images) {
    /** No class holds it where there can be several. */
    private static final String LABEL_SEPARATOR = "\u001f";

    public Cohort {
        classes = List.copyOf(classes);
        images = images.stream().sorted(Comparator.comparing(ImageRecord::name)).toList();
        task.requireClasses(classes.size());
        if (task != Task.BINARY
                && classes.stream().anyMatch(name -> name.chars().anyMatch(Character::isISOControl))) {
            throw new IllegalArgumentException("names of classes must not hold control characters");
        }
        if (task == Task.MULTICLASS && patientLabelRule == PatientLabelRule.ANY_POSITIVE) {
            throw new IllegalArgumentException(
                    "the patient label rule 'anyPositive' needs a positive class, which a multiclass task has not");
        }
        if (new HashSet<>(classes).size() != classes.size()) {
            throw new IllegalArgumentException("classes must differ, were " + classes);
        }
        for (ImageRecord image : images) {
            if (task.isExclusive() && image.labels().size() != 1) {
                throw new IllegalArgumentException("an image of " + task.words() + " has one label, image '"
                        + image.name() + "' has " + image.labels().size());
            }
        }
        Set<String> labels =
                images.stream().flatMap(image -> image.labels().stream()).collect(toUnmodifiableSet());
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

    /**
     * The class that counts as positive of a binary task.
     *
     * @throws IllegalStateException if the task is another
     */
    public String positiveClass() {
        if (task != Task.BINARY) {
            throw new IllegalStateException(task.words() + " has no positive class");
        }
        return classes.get(1);
    }

    /** Whether the image shows the positive class. */
    public boolean isPositive(ImageRecord image) {
        return image.shows(positiveClass());
    }

    /** The images of each patient, in the order of the patients' ids, each list in the order of the images' names. */
    public SortedMap<PatientId, List<ImageRecord>> imagesByPatient() {
        // hashed first and sorted then: comparing the ids of a million images costs seconds
        return new TreeMap<>(images.stream().collect(groupingBy(ImageRecord::patient)));
    }

    /**
     * The images of some of its patients.
     *
     * @throws IllegalArgumentException if these show not every class
     */
    public Cohort of(Set<PatientId> patients) {
        return new Cohort(
                task,
                classes,
                patientLabelRule,
                images.stream()
                        .filter(image -> patients.contains(image.patient()))
                        .toList());
    }

    /**
     * The digest of the cohort: task, classes, rule, and of every image its name, content, patient, labels, day and site, and the number of
     * its frame where it is one of several.
     * It does not depend on the order in which the images were given.
     */
    public Digest digest() {
        List<String> head = List.of(
                "foldwise cohort 1",
                String.join("\t", task.name(), patientLabelRule.name()),
                String.join("\t", classes));
        // line by line: those of a million images together are as large as all else that is known of them
        return Digest.ofLines(() ->
                Stream.concat(head.stream(), images.stream().map(Cohort::line)).iterator());
    }

    private static String line(ImageRecord image) {
        return String.join(
                        "\t",
                        image.name(),
                        image.content().hex(),
                        image.patient().value(),
                        String.join(LABEL_SEPARATOR, image.labels()),
                        image.acquiredOn() == null ? "" : image.acquiredOn().toString(),
                        image.site() == null ? "" : image.site())
                + (image.frame() == null ? "" : "\tframe " + image.frame());
    }
}
