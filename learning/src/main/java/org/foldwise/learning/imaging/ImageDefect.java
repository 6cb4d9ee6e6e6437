package org.foldwise.learning.imaging;

/** Why an image was refused. The codes are part of the interface and do not change. */
public enum ImageDefect {
    /** No bytes at all. */
    EMPTY("empty"),
    /** Not PNG or JPEG. */
    UNSUPPORTED_FORMAT("unsupportedFormat"),
    /** PNG or JPEG of a kind that is not read: CMYK, arithmetic or lossless coding, 12 bit, animation. */
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
    ZERO_SIZE("zeroSize");

    private final String code;

    ImageDefect(String code) {
        this.code = code;
    }

    /** The stable name on the wire, in lower camel case. */
    public String code() {
        return code;
    }
}
