package org.foldwise.learning.dataset;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of the Patient ID of a DICOM file before it became a pseudonym, off which nothing can be read.
 *
 * @param doubt why it may be no patient's; absent where nothing says so
 * @param spelling pseudonym of the id once case, blanks and the ways to write one letter are left aside
 * @param variant pseudonym of the id once punctuation, leading zeros and the decimal zero are as well
 */
public record StatedPatient(@Nullable PatientKeyDoubt doubt, String spelling, String variant) {
    /**
     * Looks at a Patient ID.
     *
     * @param key as the file states it
     * @param instance SOP Instance UID, as the file states it; null where it does not
     * @param file the path under which the file was uploaded
     * @param pseudonym turns words into what is kept of them
     */
    public static StatedPatient of(
            String key, @Nullable String instance, String file, UnaryOperator<String> pseudonym) {
        return new StatedPatient(
                PatientKeyDoubt.of(key, instance, file),
                pseudonym.apply(Spelling.same(key)),
                pseudonym.apply(PatientIdVariants.normalised(key)));
    }
}
