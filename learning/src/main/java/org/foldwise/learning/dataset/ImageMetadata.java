package org.foldwise.learning.dataset;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an image's file says of patient, examination and device, each part absent where it does not say. Identifiers are keyed
 * pseudonyms: equal where the identifiers are, and of no use to whoever lacks the key.
 *
 * @param patient pseudonym of the patient's key
 * @param statedPatient what was seen of the patient's key before it was a pseudonym; absent in what was uploaded before it was looked at
 * @param instance pseudonym of the image's own identifier
 * @param studyDate day of the examination; one that is {@link ExaminationDay none} counts as not said
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
 * @param transferSyntax how the file is encoded, as its identifier; absent in what was uploaded before it was kept
 * @param photometricInterpretation what its samples mean, such as {@code MONOCHROME1}; the same
 */
public record ImageMetadata(
        @Nullable String patient,
        @Nullable StatedPatient statedPatient,
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
        @Nullable Boolean patientIdentityRemoved,
        @Nullable String transferSyntax,
        @Nullable String photometricInterpretation) {
    /** Higher ages would single people out, and are kept as this one. */
    public static final int OLDEST = 89;

    private static final Set<String> SEXES = Set.of("F", "M", "O");
    private static final MathContext DIGITS = new MathContext(4);

    public ImageMetadata {
        studyDate = studyDate == null || !ExaminationDay.isOne(studyDate) ? null : studyDate;
        if (sex != null && !SEXES.contains(sex)) {
            throw new IllegalArgumentException("sex must be F, M or O, was " + sex);
        }
        if (ageYears != null && (ageYears < 0 || ageYears > OLDEST)) {
            throw new IllegalArgumentException("ageYears must be 0 to " + OLDEST + ", was " + ageYears);
        }
        requirePositive("rowSpacingMm", rowSpacingMm);
        requirePositive("columnSpacingMm", columnSpacingMm);
    }

    /**
     * The distance of pixels in millimetres to four digits, of pixels that are no squares as {@code rows x columns}; absent where the file
     * does not say.
     */
    @Nullable
    String pixelSpacing() {
        if (rowSpacingMm == null || columnSpacingMm == null) {
            return null;
        }
        String rows = millimetres(rowSpacingMm);
        String columns = millimetres(columnSpacingMm);
        return rows.equals(columns) ? rows : rows + " x " + columns;
    }

    private static String millimetres(double distance) {
        return BigDecimal.valueOf(distance).round(DIGITS).stripTrailingZeros().toPlainString();
    }

    private static void requirePositive(String name, @Nullable Double value) {
        if (value != null && !(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be above 0 and finite, was " + value);
        }
    }
}
