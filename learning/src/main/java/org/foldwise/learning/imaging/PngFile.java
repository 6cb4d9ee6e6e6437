package org.foldwise.learning.imaging;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A PNG file (W3C PNG specification, second edition) whose chunks are all present, in order and with right checksums. Its
 * image data have been found but not unpacked.
 */
final class PngFile implements ImageFile {
    private static final int SIGNATURE_LENGTH = 8;
    /** Length, type and checksum around a chunk's data. */
    private static final int CHUNK_OVERHEAD = 12;

    private static final int HEADER_LENGTH = 13;
    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504C5445;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454E44;
    private static final int TRNS = 0x74524E53;
    private static final int TEXT = 0x74455874;
    private static final int ZTXT = 0x7A545874;
    private static final int ITXT = 0x69545874;
    private static final int EXIF = 0x65584966;
    private static final int ANIMATION = 0x6163544C;
    private static final int PROFILE = 0x69434350;

    /** Chunks that hold numbers alone, by their type, with the most bytes that those take. Others may hold words. */
    private static final Map<Integer, Integer> LONGEST_NUMBERS = Map.ofEntries(
            Map.entry(type("cHRM"), 32),
            Map.entry(type("gAMA"), 4),
            Map.entry(type("sBIT"), 4),
            Map.entry(type("sRGB"), 1),
            Map.entry(type("cICP"), 4),
            Map.entry(type("mDCV"), 24),
            Map.entry(type("cLLI"), 8),
            Map.entry(type("bKGD"), 6),
            Map.entry(type("hIST"), 512),
            Map.entry(type("pHYs"), 9),
            Map.entry(type("tIME"), 7),
            Map.entry(type("oFFs"), 9),
            Map.entry(type("vpAg"), 9),
            Map.entry(type("sTER"), 1));

    private static final Set<String> PROFILE_NAMES = Set.of(
            "icc",
            "icc profile",
            "photoshop icc profile",
            "srgb",
            "srgb iec61966-2.1",
            "display p3",
            "adobe rgb (1998)");

    /** Bit 5 of a type's first byte: set where a reader may skip the chunk. */
    private static final int ANCILLARY = 1 << 29;

    /** How the samples of a pixel lie in the file. */
    enum ColourType {
        GREY(0, 1, 16),
        COLOUR(2, 3, 16),
        PALETTE(3, 1, 8),
        GREY_ALPHA(4, 2, 16),
        COLOUR_ALPHA(6, 4, 16);

        private final int code;
        private final int samplesPerPixel;
        private final int maximumBits;

        ColourType(int code, int samplesPerPixel, int maximumBits) {
            this.code = code;
            this.samplesPerPixel = samplesPerPixel;
            this.maximumBits = maximumBits;
        }

        int samplesPerPixel() {
            return samplesPerPixel;
        }

        boolean hasAlpha() {
            return this == GREY_ALPHA || this == COLOUR_ALPHA;
        }

        private boolean allows(int bits) {
            boolean packed = bits == 1 || bits == 2 || bits == 4;
            return packed ? samplesPerPixel == 1 : bits == 8 || (bits == 16 && maximumBits == 16);
        }

        static @Nullable ColourType ofCode(int code) {
            for (ColourType type : values()) {
                if (type.code == code) {
                    return type;
                }
            }
            return null;
        }
    }

    private final byte[] file;
    private final ImageLimits limits;
    private final List<FileSpan> imageData = new ArrayList<>();
    private int width;
    private int height;
    private int bits;
    private ColourType colourType = ColourType.GREY;
    private boolean interlaced;
    private byte @Nullable [] palette;
    private byte @Nullable [] transparency;
    private EmbeddedMetadata metadata = EmbeddedMetadata.NONE;
    private boolean hasTrailingData;

    private static int type(String name) {
        return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getInt();
    }

    private PngFile(byte[] file, ImageLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    static PngFile open(byte[] file, ImageLimits limits) {
        PngFile png = new PngFile(file, limits);
        png.readChunks();
        return png;
    }

    @Override
    public ImageHeader header() {
        return ImageHeader.of(ImageFormat.PNG, width, height, channels(), bits, metadata, hasTrailingData);
    }

    @Override
    public PixelImage decode(int frame) {
        Objects.checkIndex(frame, 1);
        return metadata.orientation().upright(new PngPixels(this).decode());
    }

    byte[] file() {
        return file;
    }

    List<FileSpan> imageData() {
        return imageData;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    int bits() {
        return bits;
    }

    ColourType colourType() {
        return colourType;
    }

    boolean interlaced() {
        return interlaced;
    }

    /** Three bytes for each colour; empty for images without a palette. */
    byte[] palette() {
        return palette == null ? new byte[0] : palette;
    }

    /** The content of the tRNS chunk, if there is one. */
    byte @Nullable [] transparency() {
        return transparency;
    }

    /** Channels after decoding. */
    int channels() {
        return switch (colourType) {
            case GREY, GREY_ALPHA -> 1;
            case COLOUR, COLOUR_ALPHA -> 3;
            case PALETTE -> paletteIsGrey() ? 1 : 3;
        };
    }

    private boolean paletteIsGrey() {
        byte[] colours = palette();
        for (int i = 0; i < colours.length; i += 3) {
            if (colours[i] != colours[i + 1] || colours[i] != colours[i + 2]) {
                return false;
            }
        }
        return true;
    }

    private void readChunks() {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        int position = SIGNATURE_LENGTH;
        int previous = 0;
        while (previous != IEND) {
            if (file.length - position < CHUNK_OVERHEAD) {
                throw truncated();
            }
            int length = bytes.getInt(position);
            int type = bytes.getInt(position + 4);
            if (previous == 0 && (type != IHDR || length != HEADER_LENGTH)) {
                throw corrupt("the first chunk is not a header");
            }
            if (length < 0) {
                throw corrupt("a chunk declares " + Integer.toUnsignedString(length) + " bytes");
            }
            if (length > file.length - position - CHUNK_OVERHEAD) {
                throw truncated();
            }
            requireChecksum(bytes, position, length);
            readChunk(type, new FileSpan(position + 8, length), previous);
            position += CHUNK_OVERHEAD + length;
            previous = type;
        }
        hasTrailingData = position < file.length;
        requireImage();
    }

    private void requireChecksum(ByteBuffer bytes, int position, int length) {
        CRC32 crc = new CRC32();
        crc.update(file, position + 4, length + 4);
        if ((int) crc.getValue() != bytes.getInt(position + 8 + length)) {
            throw corrupt("a chunk's checksum is wrong");
        }
    }

    private void readChunk(int type, FileSpan data, int previous) {
        switch (type) {
            case IHDR -> readHeader(data, previous);
            case PLTE -> readPalette(data);
            case TRNS -> readTransparency(data);
            case IDAT -> {
                if (!imageData.isEmpty() && previous != IDAT) {
                    throw corrupt("other chunks lie between those of the image data");
                }
                imageData.add(data);
            }
            case IEND -> {
                if (data.length() != 0) {
                    throw corrupt("the end chunk is not empty");
                }
            }
            case TEXT, ZTXT, ITXT -> metadata = metadata.withText();
            case PROFILE -> metadata = isCommonProfileName(data) ? metadata : metadata.withText();
            case EXIF ->
                metadata = metadata.and(EmbeddedMetadata.ofExif(ByteBuffer.wrap(file, data.offset(), data.length())));
            case ANIMATION ->
                throw new UnreadableImageException(
                        ImageDefect.UNSUPPORTED_ENCODING, "an animated PNG has more than one image");
            default -> {
                if ((type & ANCILLARY) == 0) {
                    throw new UnreadableImageException(
                            ImageDefect.UNSUPPORTED_ENCODING, "the PNG needs an extension that is not known here");
                }
                if (data.length() > LONGEST_NUMBERS.getOrDefault(type, -1)) {
                    metadata = metadata.withText();
                }
            }
        }
    }

    /** Whether a colour profile is called as programs call all of them, and not by somebody's word. */
    private boolean isCommonProfileName(FileSpan data) {
        int end = data.offset();
        while (end < data.offset() + data.length() && file[end] != 0) {
            end++;
        }
        String name = new String(file, data.offset(), end - data.offset(), StandardCharsets.ISO_8859_1);
        return PROFILE_NAMES.contains(name.toLowerCase(Locale.ROOT));
    }

    private void readHeader(FileSpan data, int previous) {
        if (previous != 0) {
            throw corrupt("it has a second header");
        }
        ByteBuffer header = ByteBuffer.wrap(file, data.offset(), data.length()).slice();
        limits.requireDimensions(Integer.toUnsignedLong(header.getInt(0)), Integer.toUnsignedLong(header.getInt(4)));
        width = header.getInt(0);
        height = header.getInt(4);
        bits = header.get(8);
        ColourType type = ColourType.ofCode(header.get(9));
        if (type == null || !type.allows(bits)) {
            throw corrupt("there is no colour type " + header.get(9) + " with " + bits + " bits");
        }
        colourType = type;
        if (header.get(10) != 0 || header.get(11) != 0 || header.get(12) < 0 || header.get(12) > 1) {
            throw corrupt("its compression, filter or interlace method does not exist");
        }
        interlaced = header.get(12) == 1;
    }

    private void readPalette(FileSpan data) {
        int colours = data.length() / 3;
        boolean allowed = colourType == ColourType.PALETTE || colourType.samplesPerPixel() >= 3;
        if (!allowed || palette != null || !imageData.isEmpty()) {
            throw corrupt("its palette is out of place");
        }
        if (data.length() % 3 != 0 || colours < 1 || colours > 256) {
            throw corrupt("its palette has " + data.length() + " bytes");
        }
        palette = bytesOf(data);
    }

    private void readTransparency(FileSpan data) {
        if (transparency != null || !imageData.isEmpty() || colourType.hasAlpha()) {
            throw corrupt("its transparency is out of place");
        }
        boolean fits = colourType == ColourType.PALETTE
                ? data.length() <= palette().length / 3
                : data.length() == 2 * colourType.samplesPerPixel();
        if (!fits) {
            throw corrupt("its transparency has " + data.length() + " bytes");
        }
        transparency = bytesOf(data);
    }

    private void requireImage() {
        if (imageData.isEmpty()) {
            throw corrupt("it has no image data");
        }
        if (colourType == ColourType.PALETTE && palette == null) {
            throw corrupt("its palette is missing");
        }
    }

    private byte[] bytesOf(FileSpan span) {
        return Arrays.copyOfRange(file, span.offset(), span.offset() + span.length());
    }

    private static UnreadableImageException truncated() {
        return new UnreadableImageException(ImageDefect.TRUNCATED, "the PNG ends before its end chunk");
    }

    static UnreadableImageException corrupt(String why) {
        return new UnreadableImageException(ImageDefect.CORRUPT, "the PNG is broken: " + why);
    }
}
