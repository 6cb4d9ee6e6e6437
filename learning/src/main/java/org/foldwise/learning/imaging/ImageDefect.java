package org.foldwise.learning.imaging;

/** Why an image was refused. The codes are part of the interface and do not change. */
public enum ImageDefect {
    /** No bytes at all. */
    EMPTY("empty"),
    /** None of the formats that are read. */
    UNSUPPORTED_FORMAT("unsupportedFormat"),
    /** A read format of a kind that is not: 12 bits in JPEG files, floating-point numbers in TIFF, animation, HTJ2K and video in DICOM. */
    UNSUPPORTED_ENCODING("unsupportedEncoding"),
    /** The file ends before the image does. */
    TRUNCATED("truncated"),
    /** The file contradicts itself or its format. */
    CORRUPT("corrupt"),
    /** More bytes or pixels than the limits allow. */
    TOO_LARGE("tooLarge"),
    /** A side below the limits. */
    TOO_SMALL("tooSmall"),
    /** A side of 0 pixels. */
    ZERO_SIZE("zeroSize"),
    /** A DICOM object without pixels: a report, a plan, a directory. */
    NO_IMAGE("noImage"),
    /** A file that may name the patient, where only de-identified ones are taken. */
    NOT_DEIDENTIFIED("notDeidentified"),
    /** Shades or colours without values in a modality's unit, where a window of such values is to be shown. */
    NO_MODALITY_VALUES("noModalityValues");

    private final String code;

    ImageDefect(String code) {
        this.code = code;
    }

    /** The stable name on the wire, in lower camel case. */
    public String code() {
        return code;
    }
}
