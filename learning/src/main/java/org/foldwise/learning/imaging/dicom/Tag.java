package org.foldwise.learning.imaging.dicom;

import java.util.Set;

/** The allow-list: data elements that are read, group in the upper and element in the lower 16 bits. */
final class Tag {
    static final int TRANSFER_SYNTAX = 0x00020010;
    static final int CHARACTER_SET = 0x00080005;
    static final int SOP_INSTANCE = 0x00080018;
    static final int STUDY_DATE = 0x00080020;
    static final int MODALITY = 0x00080060;
    static final int MANUFACTURER = 0x00080070;
    static final int STATION_NAME = 0x00081010;
    static final int PATIENT_ID = 0x00100020;
    static final int PATIENT_SEX = 0x00100040;
    static final int PATIENT_AGE = 0x00101010;
    static final int PATIENT_IDENTITY_REMOVED = 0x00120062;
    static final int BODY_PART = 0x00180015;
    static final int IMAGER_PIXEL_SPACING = 0x00181164;
    static final int VIEW_POSITION = 0x00185101;
    static final int LATERALITY = 0x00200060;
    static final int IMAGE_LATERALITY = 0x00200062;
    static final int SAMPLES_PER_PIXEL = 0x00280002;
    static final int PHOTOMETRIC_INTERPRETATION = 0x00280004;
    static final int PLANAR_CONFIGURATION = 0x00280006;
    static final int NUMBER_OF_FRAMES = 0x00280008;
    static final int ROWS = 0x00280010;
    static final int COLUMNS = 0x00280011;
    static final int PIXEL_SPACING = 0x00280030;
    static final int BITS_ALLOCATED = 0x00280100;
    static final int BITS_STORED = 0x00280101;
    static final int HIGH_BIT = 0x00280102;
    static final int PIXEL_REPRESENTATION = 0x00280103;
    static final int PIXEL_PADDING_VALUE = 0x00280120;
    static final int PIXEL_PADDING_LIMIT = 0x00280121;
    static final int FLOAT_PADDING_VALUE = 0x00280122;
    static final int DOUBLE_PADDING_VALUE = 0x00280123;
    static final int FLOAT_PADDING_LIMIT = 0x00280124;
    static final int DOUBLE_PADDING_LIMIT = 0x00280125;
    static final int BURNED_IN_ANNOTATION = 0x00280301;
    static final int WINDOW_CENTER = 0x00281050;
    static final int WINDOW_WIDTH = 0x00281051;
    static final int RESCALE_INTERCEPT = 0x00281052;
    static final int RESCALE_SLOPE = 0x00281053;
    static final int VOI_FUNCTION = 0x00281056;
    static final int RED_DESCRIPTOR = 0x00281101;
    static final int GREEN_DESCRIPTOR = 0x00281102;
    static final int BLUE_DESCRIPTOR = 0x00281103;
    static final int RED_DATA = 0x00281201;
    static final int GREEN_DATA = 0x00281202;
    static final int BLUE_DATA = 0x00281203;
    static final int SEGMENTED_RED_DATA = 0x00281221;
    static final int SEGMENTED_GREEN_DATA = 0x00281222;
    static final int SEGMENTED_BLUE_DATA = 0x00281223;
    static final int LUT_DESCRIPTOR = 0x00283002;
    static final int LUT_DATA = 0x00283006;
    static final int FLOAT_PIXEL_DATA = 0x7FE00008;
    static final int DOUBLE_PIXEL_DATA = 0x7FE00009;
    static final int PIXEL_DATA = 0x7FE00010;

    static final int MODALITY_LUT_SEQUENCE = 0x00283000;
    static final int VOI_LUT_SEQUENCE = 0x00283010;
    static final int PIXEL_MEASURES_SEQUENCE = 0x00289110;
    static final int FRAME_VOI_SEQUENCE = 0x00289132;
    static final int PIXEL_VALUE_SEQUENCE = 0x00289145;
    static final int SHARED_GROUPS_SEQUENCE = 0x52009229;
    static final int PER_FRAME_GROUPS_SEQUENCE = 0x52009230;

    static final int ITEM = 0xFFFEE000;
    static final int ITEM_END = 0xFFFEE00D;
    static final int SEQUENCE_END = 0xFFFEE0DD;

    /** Sequences whose items are looked into. */
    private static final Set<Integer> SEQUENCES = Set.of(
            MODALITY_LUT_SEQUENCE,
            VOI_LUT_SEQUENCE,
            PIXEL_MEASURES_SEQUENCE,
            FRAME_VOI_SEQUENCE,
            PIXEL_VALUE_SEQUENCE,
            SHARED_GROUPS_SEQUENCE,
            PER_FRAME_GROUPS_SEQUENCE);

    private static final Set<Integer> VALUES = Set.of(
            TRANSFER_SYNTAX,
            CHARACTER_SET,
            SOP_INSTANCE,
            STUDY_DATE,
            MODALITY,
            MANUFACTURER,
            STATION_NAME,
            PATIENT_ID,
            PATIENT_SEX,
            PATIENT_AGE,
            PATIENT_IDENTITY_REMOVED,
            BODY_PART,
            IMAGER_PIXEL_SPACING,
            VIEW_POSITION,
            LATERALITY,
            IMAGE_LATERALITY,
            SAMPLES_PER_PIXEL,
            PHOTOMETRIC_INTERPRETATION,
            PLANAR_CONFIGURATION,
            NUMBER_OF_FRAMES,
            ROWS,
            COLUMNS,
            PIXEL_SPACING,
            BITS_ALLOCATED,
            BITS_STORED,
            HIGH_BIT,
            PIXEL_REPRESENTATION,
            PIXEL_PADDING_VALUE,
            PIXEL_PADDING_LIMIT,
            FLOAT_PADDING_VALUE,
            DOUBLE_PADDING_VALUE,
            FLOAT_PADDING_LIMIT,
            DOUBLE_PADDING_LIMIT,
            BURNED_IN_ANNOTATION,
            WINDOW_CENTER,
            WINDOW_WIDTH,
            RESCALE_INTERCEPT,
            RESCALE_SLOPE,
            VOI_FUNCTION,
            RED_DESCRIPTOR,
            GREEN_DESCRIPTOR,
            BLUE_DESCRIPTOR,
            RED_DATA,
            GREEN_DATA,
            BLUE_DATA,
            SEGMENTED_RED_DATA,
            SEGMENTED_GREEN_DATA,
            SEGMENTED_BLUE_DATA,
            LUT_DESCRIPTOR,
            LUT_DATA);

    /** What may tell whose image it is; it is read and not passed on with the file. */
    private static final Set<Integer> IDENTIFYING =
            Set.of(SOP_INSTANCE, STUDY_DATE, STATION_NAME, PATIENT_ID, PATIENT_SEX, PATIENT_AGE);

    private Tag() {}

    static boolean isReadSequence(int tag) {
        return SEQUENCES.contains(tag);
    }

    static boolean isReadValue(int tag) {
        return VALUES.contains(tag);
    }

    /** Whether an element stays in a file that is stripped. */
    static boolean isKept(int tag) {
        return isPixels(tag) || SEQUENCES.contains(tag) || (VALUES.contains(tag) && !IDENTIFYING.contains(tag));
    }

    static boolean isPixels(int tag) {
        return tag == PIXEL_DATA || tag == FLOAT_PIXEL_DATA || tag == DOUBLE_PIXEL_DATA;
    }
}
