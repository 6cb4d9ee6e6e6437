package org.foldwise.learning.dataset;

import java.time.LocalDate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an image's file says of patient, examination and device, each part absent where it does not say. Identifiers are keyed
 * pseudonyms: equal where the identifiers are, and of no use to whoever lacks the key.
 *
 * @param patient pseudonym of the patient's key
 * @param instance pseudonym of the image's own identifier
 * @param studyDate day of the examination
 * @param sex of the person: {@code F}, {@code M} or {@code O} for other
 * @param ageYears completed years of age at the examination, at most {@value #OLDEST}, which stands for everybody older too
 * @param modality such as {@code CT}
 * @param bodyPart such as {@code CHEST}
 * @param viewPosition such as {@code AP}
 * @param laterality such as {@code L}
 * @param manufacturer of the device
 * @param station the device's name
 * @param rowSpacingMm distance of rows, above 0
 * @param columnSpacingMm distance of columns, above 0
 * @param burnedInAnnotation whether the pixels hold text
 * @param patientIdentityRemoved whether the file says that it is de-identified
 */
public record ImageMetadata(
        @Nullable String patient,
        @Nullable String instance,
        @Nullable LocalDate studyDate,
        @Nullable String sex,
        @Nullable Integer ageYears,
        @Nullable String modality,
        @Nullable String bodyPart,
        @Nullable String viewPosition,
        @Nullable String laterality,
        @Nullable String manufacturer,
        @Nullable String station,
        @Nullable Double rowSpacingMm,
        @Nullable Double columnSpacingMm,
        @Nullable Boolean burnedInAnnotation,
        @Nullable Boolean patientIdentityRemoved) {
    /** Higher ages would single people out, and are kept as this one. */
    public static final int OLDEST = 89;

    private static final Set<String> SEXES = Set.of("F", "M", "O");

    public ImageMetadata {
        if (sex != null && !SEXES.contains(sex)) {
            throw new IllegalArgumentException("sex must be F, M or O, was " + sex);
        }
        if (ageYears != null && (ageYears < 0 || ageYears > OLDEST)) {
            throw new IllegalArgumentException("ageYears must be 0 to " + OLDEST + ", was " + ageYears);
        }
        requirePositive("rowSpacingMm", rowSpacingMm);
        requirePositive("columnSpacingMm", columnSpacingMm);
    }

    private static void requirePositive(String name, @Nullable Double value) {
        if (value != null && !(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be above 0 and finite, was " + value);
        }
    }
}
