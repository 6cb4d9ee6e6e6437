package org.foldwise.learning.imaging;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.foldwise.learning.imaging.dicom.DicomFile;

/** Tells file formats by their first bytes: those that are read, and by name some that people upload by mistake. */
final class FileSignature {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] PNG = HEX.parseHex("89504e470d0a1a0a");
    private static final byte[] JPEG = HEX.parseHex("ffd8ff");
    private static final byte[] TIFF_LITTLE_ENDIAN = HEX.parseHex("49492a00");
    private static final byte[] TIFF_BIG_ENDIAN = HEX.parseHex("4d4d002a");
    private static final byte[] RIFF = HEX.parseHex("52494646");
    private static final byte[] WEBP = HEX.parseHex("57454250");
    private static final int TEXT_PROBE = 256;

    /** Formats that are refused by name: where the magic bytes lie and what they are. */
    private static final List<Foreign> FOREIGN = List.of(
            new Foreign("BigTIFF", 0, "49492b00"),
            new Foreign("BigTIFF", 0, "4d4d002b"),
            new Foreign("GIF", 0, "474946383761"),
            new Foreign("GIF", 0, "474946383961"),
            new Foreign("BMP", 0, "424d"),
            new Foreign("JPEG 2000", 0, "0000000c6a502020"),
            new Foreign("JPEG 2000", 0, "ff4fff51"),
            new Foreign("PDF", 0, "255044462d"),
            new Foreign("ZIP", 0, "504b0304"),
            new Foreign("gzip", 0, "1f8b"));

    private record Foreign(String name, int offset, String magic) {
        boolean matches(byte[] bytes) {
            return startsAt(bytes, offset, HEX.parseHex(magic));
        }
    }

    private FileSignature() {}

    static ImageFormat requireSupported(byte[] bytes) {
        if (bytes.length == 0) {
            throw new UnreadableImageException(ImageDefect.EMPTY, "the file is empty");
        }
        if (startsAt(bytes, 0, PNG)) {
            return ImageFormat.PNG;
        }
        if (startsAt(bytes, 0, JPEG)) {
            return ImageFormat.JPEG;
        }
        if (NiftiFile.isNifti(bytes)) {
            return ImageFormat.NIFTI;
        }
        if (DicomFile.isDicom(bytes)) {
            return ImageFormat.DICOM;
        }
        // behind DICOM, whose preamble may be that of a TIFF
        if (startsAt(bytes, 0, TIFF_LITTLE_ENDIAN) || startsAt(bytes, 0, TIFF_BIG_ENDIAN)) {
            return ImageFormat.TIFF;
        }
        if (startsAt(bytes, 0, RIFF) && startsAt(bytes, 8, WEBP)) {
            return ImageFormat.WEBP;
        }
        throw new UnreadableImageException(
                ImageDefect.UNSUPPORTED_FORMAT,
                "only PNG, JPEG, TIFF, WebP, DICOM and NIfTI images are read; this file "
                        + foreignName(bytes).map(name -> "is " + name).orElse("is of another format"));
    }

    private static Optional<String> foreignName(byte[] bytes) {
        Optional<String> binary = FOREIGN.stream()
                .filter(foreign -> foreign.matches(bytes))
                .map(Foreign::name)
                .findFirst();
        return binary.isPresent() ? binary : markupName(bytes);
    }

    private static Optional<String> markupName(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(bytes.length, TEXT_PROBE), StandardCharsets.ISO_8859_1)
                .strip()
                .toLowerCase(Locale.ROOT);
        if (!start.startsWith("<")) {
            return Optional.empty();
        }
        return Optional.of(start.contains("<svg") ? "SVG" : start.contains("<html") ? "HTML" : "markup text");
    }

    private static boolean startsAt(byte[] bytes, int offset, byte[] magic) {
        int end = offset + magic.length;
        return bytes.length >= end && Arrays.equals(bytes, offset, end, magic, 0, magic.length);
    }
}
