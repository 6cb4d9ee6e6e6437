package org.foldwise.learning.imaging.dicom;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a DICOM file that may leave the reader, null where the file does not say. Everything else in the header
 * stays in the file.
 *
 * @param patientKey Patient ID (0010,0020)
 * @param instanceKey SOP Instance UID (0008,0018)
 * @param studyDate Study Date (0008,0020); dates that do not exist count as not said
 * @param sex Patient's Sex (0010,0040), where it is F, M or O
 * @param ageYears Patient's Age (0010,1010) in completed years, at most 89 whatever the file says; ages that are none, or above
 *     130 years, count as not said
 * @param modality Modality (0008,0060), such as {@code CT}
 * @param bodyPart Body Part Examined (0018,0015)
 * @param viewPosition View Position (0018,5101), such as {@code AP}
 * @param laterality Image Laterality (0020,0062), else Laterality (0020,0060)
 * @param manufacturer Manufacturer (0008,0070)
 * @param station Station Name (0008,1010)
 * @param rowSpacingMm distance of rows: Pixel Spacing (0028,0030), else Imager Pixel Spacing (0018,1164)
 * @param columnSpacingMm distance of columns, from the same attribute
 * @param burnedInAnnotation whether Burned In Annotation (0028,0301) is anything but NO
 * @param patientIdentityRemoved whether Patient Identity Removed (0012,0062) is YES or NO
 * @param transferSyntax Transfer Syntax UID (0002,0010), or the one found by the data where the file has no meta header
 * @param photometricInterpretation (0028,0004), such as {@code MONOCHROME1}
 */
public record DicomMetadata(
        @Nullable Confidential patientKey,
        @Nullable Confidential instanceKey,
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
        String transferSyntax,
        String photometricInterpretation) {
    private static final Set<String> SEXES = Set.of("F", "M", "O");
    /** Digits and dots (PS3.5, 9.1). Where dots may stand is not held against anybody. */
    private static final Pattern UID = Pattern.compile("[0-9.]{1,64}");

    private static final Pattern PATH_STEP = Pattern.compile("(^|[/\\\\])\\.\\.[/\\\\]");
    private static final char ESCAPE = 0x1B;
    private static final char DELETE = 0x7F;
    private static final int OLDEST_KNOWN = 130;
    private static final int OLDEST_TOLD = 89;
    /** A twelfth has no exact double, and 24 months are two years all the same. */
    private static final double ROUNDING = 1e-9;

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd").withResolverStyle(ResolverStyle.STRICT);

    static DicomMetadata of(DataSet data, TransferSyntax syntax, PixelFormat format) {
        String patient = data.text(Tag.PATIENT_ID);
        String instance = data.text(Tag.SOP_INSTANCE);
        String imageLaterality = data.text(Tag.IMAGE_LATERALITY);
        List<Double> spacing = spacing(data);
        return new DicomMetadata(
                patient == null ? null : new Confidential(requireIdentifier(patient)),
                instance == null ? null : new Confidential(requireUid(instance)),
                date(data.text(Tag.STUDY_DATE)),
                sex(data.text(Tag.PATIENT_SEX)),
                ageYears(data.text(Tag.PATIENT_AGE)),
                data.text(Tag.MODALITY),
                data.text(Tag.BODY_PART),
                data.text(Tag.VIEW_POSITION),
                imageLaterality == null ? data.text(Tag.LATERALITY) : imageLaterality,
                data.text(Tag.MANUFACTURER),
                data.text(Tag.STATION_NAME),
                spacing.isEmpty() ? null : spacing.get(0),
                spacing.isEmpty() ? null : spacing.get(1),
                burnedIn(data.text(Tag.BURNED_IN_ANNOTATION)),
                yesOrNo(data.text(Tag.PATIENT_IDENTITY_REMOVED)),
                syntax.uid(),
                format.photometric().term());
    }

    /**
     * A Patient ID is text of one line (PS3.5, LO), and no path: whoever wrote {@code ../} meant a program to follow it. What else it holds is
     * nobody's business; it is only ever turned into a pseudonym.
     *
     * @throws UnreadableDicomException if it is none
     */
    private static String requireIdentifier(String patient) {
        boolean hasControls = patient.chars().anyMatch(DicomMetadata::isControl);
        if (hasControls || PATH_STEP.matcher(patient).find()) {
            throw UnreadableDicomException.corrupt(
                    "its Patient ID " + (hasControls ? "holds control characters" : "is a path and no identifier"));
        }
        return patient;
    }

    /**
     * Whether text may not hold it. Escape begins another character set (PS3.5, 6.1.2.5), and bytes from 128 on, which are read as
     * Latin 1 whatever set was meant, are letters of others.
     */
    private static boolean isControl(int sign) {
        return (sign < ' ' && sign != ESCAPE) || sign == DELETE;
    }

    /**
     * The instance's own number, by which a label table may name the file. A word or a hash in its place comes of a program that did
     * not know what it replaced, and no archive finds such a file again.
     *
     * @throws UnreadableDicomException if it is none
     */
    private static String requireUid(String instance) {
        if (!UID.matcher(instance).matches()) {
            throw UnreadableDicomException.corrupt(
                    "its SOP Instance UID is no UID, which has digits and dots, 64 at most; whoever replaces UIDs can write 2.25. and a number");
        }
        return instance;
    }

    private static @Nullable LocalDate date(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return LocalDate.parse(text.replace(".", ""), DATE);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static @Nullable String sex(@Nullable String text) {
        return text != null && SEXES.contains(text) ? text : null;
    }

    private static @Nullable Integer ageYears(@Nullable String text) {
        OptionalDouble years = text == null ? OptionalDouble.empty() : AgeString.years(text);
        return years.isEmpty() || years.getAsDouble() > OLDEST_KNOWN
                ? null
                : Math.min(OLDEST_TOLD, (int) (years.getAsDouble() + ROUNDING));
    }

    /** Whoever writes something else than NO does not say that the pixels hold no text. */
    private static @Nullable Boolean burnedIn(@Nullable String text) {
        return text == null ? null : !text.equals("NO");
    }

    private static @Nullable Boolean yesOrNo(@Nullable String text) {
        if ("YES".equals(text)) {
            return true;
        }
        return "NO".equals(text) ? false : null;
    }

    /** Row and column spacing, or nothing where they are missing or make no sense. */
    private static List<Double> spacing(DataSet data) {
        for (int tag : new int[] {Tag.PIXEL_SPACING, Tag.IMAGER_PIXEL_SPACING}) {
            String text = data.text(tag);
            if (text != null && text.indexOf('\\') > 0) {
                double row = decimalOrNaN(text.substring(0, text.indexOf('\\')));
                double column = decimalOrNaN(text.substring(text.indexOf('\\') + 1));
                if (row > 0 && column > 0 && Double.isFinite(row) && Double.isFinite(column)) {
                    return List.of(row, column);
                }
            }
        }
        return List.of();
    }

    private static double decimalOrNaN(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
