package org.foldwise.learning.dataset;

import java.time.LocalDate;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * One image of a cohort: whose it is and what it shows. The pixels lie elsewhere, under the digest of their file.
 *
 * @param name unique within the cohort, the path under which the image was uploaded
 * @param content digest of the image file's bytes
 * @param patient whose image it is
 * @param label one of the cohort's classes
 * @param acquiredOn day of the examination, where known
 * @param site hospital or device group, where known
 */
public record ImageRecord(
        String name,
        Digest content,
        PatientId patient,
        String label,
        @Nullable LocalDate acquiredOn,
        @Nullable String site) {
    public ImageRecord {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an image's name must not be empty");
        }
        if (label.isEmpty()) {
            throw new IllegalArgumentException("the label of image '" + name + "' must not be empty");
        }
    }
}
