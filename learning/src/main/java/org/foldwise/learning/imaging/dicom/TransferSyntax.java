package org.foldwise.learning.imaging.dicom;

import java.nio.ByteOrder;

/** The transfer syntaxes that are read (PS3.5, annex A). */
enum TransferSyntax {
    IMPLICIT_LITTLE_ENDIAN("1.2.840.10008.1.2", Coding.NATIVE),
    EXPLICIT_LITTLE_ENDIAN("1.2.840.10008.1.2.1", Coding.NATIVE),
    DEFLATED("1.2.840.10008.1.2.1.99", Coding.NATIVE),
    EXPLICIT_BIG_ENDIAN("1.2.840.10008.1.2.2", Coding.NATIVE),
    RLE("1.2.840.10008.1.2.5", Coding.RLE),
    JPEG_BASELINE("1.2.840.10008.1.2.4.50", Coding.JPEG),
    JPEG_EXTENDED("1.2.840.10008.1.2.4.51", Coding.JPEG),
    JPEG_LOSSLESS("1.2.840.10008.1.2.4.57", Coding.JPEG),
    JPEG_LOSSLESS_FIRST_ORDER("1.2.840.10008.1.2.4.70", Coding.JPEG),
    JPEG_LS_LOSSLESS("1.2.840.10008.1.2.4.80", Coding.JPEG_LS),
    JPEG_LS_NEAR_LOSSLESS("1.2.840.10008.1.2.4.81", Coding.JPEG_LS),
    JPEG_2000_LOSSLESS("1.2.840.10008.1.2.4.90", Coding.JPEG_2000),
    JPEG_2000("1.2.840.10008.1.2.4.91", Coding.JPEG_2000),
    DEFLATED_FRAMES("1.2.840.10008.1.2.8.1", Coding.DEFLATE);

    /** How a frame's samples are coded. */
    enum Coding {
        NATIVE,
        DEFLATE,
        RLE,
        JPEG,
        JPEG_LS,
        JPEG_2000
    }

    private final String uid;
    private final Coding coding;

    TransferSyntax(String uid, Coding coding) {
        this.uid = uid;
        this.coding = coding;
    }

    static TransferSyntax ofUid(String uid) {
        for (TransferSyntax syntax : values()) {
            if (syntax.uid.equals(uid)) {
                return syntax;
            }
        }
        throw UnreadableDicomException.unsupported(known(uid));
    }

    /** UIDs come from the file, so that only those of the standard are shown. */
    private static String known(String uid) {
        return uid.matches("1\\.2\\.840\\.10008\\.1\\.2\\.[0-9.]{1,12}")
                ? "its transfer syntax is " + uid
                : "its transfer syntax is not one of the standard's";
    }

    String uid() {
        return uid;
    }

    Coding coding() {
        return coding;
    }

    boolean isEncapsulated() {
        return coding != Coding.NATIVE;
    }

    /** Whether samples, once they are unpacked, lie as the header says, not as a codec has it. */
    boolean isUncoded() {
        return coding == Coding.NATIVE || coding == Coding.DEFLATE;
    }

    boolean isExplicit() {
        return this != IMPLICIT_LITTLE_ENDIAN;
    }

    ByteOrder byteOrder() {
        return this == EXPLICIT_BIG_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }
}
