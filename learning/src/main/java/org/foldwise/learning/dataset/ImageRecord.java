package org.foldwise.learning.dataset;

import java.time.LocalDate;
import java.util.List;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * One image of a cohort: whose it is and what it shows. The pixels lie elsewhere, under the digest of their file.
 *
 * @param name unique within the cohort, the path under which the image was uploaded
 * @param content digest of the image file's bytes
 * @param patient whose image it is
 * @param labels what it shows of the cohort's classes, in alphabetical order: one class where classes exclude each other,
 *     otherwise any number, or none
 * @param acquiredOn day of the examination, where known
 * @param site hospital or device group, where known
 */
public record ImageRecord(
        String name,
        Digest content,
        PatientId patient,
        List<String> labels,
        @Nullable LocalDate acquiredOn,
        @Nullable String site) {
    public ImageRecord {
        labels = labels.size() == 1
                ? List.copyOf(labels)
                : labels.stream().sorted().toList();
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an image's name must not be empty");
        }
        for (int i = 0; i < labels.size(); i++) {
            if (labels.get(i).isEmpty()) {
                throw new IllegalArgumentException("the label of image '" + name + "' must not be empty");
            }
            if (i > 0 && labels.get(i).equals(labels.get(i - 1))) {
                throw new IllegalArgumentException("the labels of image '" + name + "' must differ, were " + labels);
            }
        }
    }

    /** An image of one class. */
    public ImageRecord(
            String name,
            Digest content,
            PatientId patient,
            String label,
            @Nullable LocalDate acquiredOn,
            @Nullable String site) {
        this(name, content, patient, List.of(label), acquiredOn, site);
    }

    /**
     * Its class, where classes exclude each other.
     *
     * @throws IllegalStateException if it has no label, or several
     */
    public String label() {
        if (labels.size() != 1) {
            throw new IllegalStateException("image '" + name + "' has " + labels.size()
                    + " labels, and classes that do not exclude each other");
        }
        return labels.get(0);
    }

    /** Whether it shows that class. */
    public boolean shows(String label) {
        return labels.contains(label);
    }
}
