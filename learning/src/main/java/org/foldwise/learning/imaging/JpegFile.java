package org.foldwise.learning.imaging;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A JPEG file (ITU-T T.81) whose markers have been walked from start to end: one baseline or progressive frame of one, three or
 * four 8-bit components, every component scanned, the end present. What libraries guess, such as the colour space of a frame
 * without markers, is decided here, and metadata are kept away from the pixel decoder.
 */
final class JpegFile implements ImageFile {
    private static final int TEMPORARY = 0x01;
    private static final int BASELINE = 0xC0;
    private static final int EXTENDED = 0xC1;
    private static final int PROGRESSIVE = 0xC2;
    private static final int HUFFMAN_TABLES = 0xC4;
    private static final int ARITHMETIC_TABLES = 0xCC;
    private static final int FIRST_RESTART = 0xD0;
    private static final int LAST_RESTART = 0xD7;
    private static final int START = 0xD8;
    private static final int END = 0xD9;
    private static final int SCAN = 0xDA;
    private static final int QUANTISATION_TABLES = 0xDB;
    private static final int RESTART_INTERVAL = 0xDD;
    private static final int APPLICATION_0 = 0xE0;
    private static final int APPLICATION_1 = 0xE1;
    private static final int APPLICATION_14 = 0xEE;
    private static final int APPLICATION_15 = 0xEF;
    private static final int COMMENT = 0xFE;

    /** Real encoders write about 10; a file of thousands of nearly empty scans only costs time. */
    private static final int MAXIMUM_SCANS = 100;
    /** A scan spends at least one bit on each block of 64 samples. */
    private static final long MAXIMUM_PIXELS_PER_BYTE = 512;

    private static final int QUANTISATION_TABLE_COUNT = 4;
    private static final int STEPS = 64;

    /** Segments that tell the decoder the colour space. */
    private static final byte[] JFIF = HexFormat.of().parseHex("ffe000104a46494600010100000100010000");

    /** Components are handed out as stored. */
    private static final byte[] ADOBE_UNCHANGED = HexFormat.of().parseHex("ffee000e41646f626500640000000000");

    /** A component of the frame. */
    private record Component(int id, int horizontalSampling, int verticalSampling, int quantisationTable) {}

    private final byte[] file;
    private final ByteBuffer bytes;
    private final ImageLimits limits;
    /** Tables, frame and scans in their order, markers included: what a decoder needs and nothing else. */
    private final List<FileSpan> essentials = new ArrayList<>();

    private final List<Component> components = new ArrayList<>();
    private final Set<Integer> scanned = new HashSet<>();
    /** Mean steps of the quantisation tables that were read last; 0 of those that are not there. */
    private final double[] meanSteps = new double[QUANTISATION_TABLE_COUNT];

    private double quantisationStep;
    private int width;
    private int height;
    private int scans;
    private long scanBytes;
    private boolean progressive;
    private boolean hasJfif;
    private int adobeTransform = -1;
    private EmbeddedMetadata metadata = EmbeddedMetadata.NONE;
    private boolean hasTrailingData;

    private JpegFile(byte[] file, ImageLimits limits) {
        this.file = file;
        this.bytes = ByteBuffer.wrap(file);
        this.limits = limits;
    }

    static JpegFile open(byte[] file, ImageLimits limits) {
        JpegFile jpeg = new JpegFile(file, limits);
        jpeg.readSegments();
        return jpeg;
    }

    @Override
    public ImageHeader header() {
        return ImageHeader.of(ImageFormat.JPEG, width, height, channels(), 8, metadata, hasTrailingData)
                .ofJpeg(quantisationStep, progressive, chromaSubsampling());
    }

    @Override
    public PixelImage decode(int frame) {
        Objects.checkIndex(frame, 1);
        return metadata.orientation().upright(JpegPixels.decode(this));
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    int channels() {
        return components.size() == 1 ? 1 : 3;
    }

    /** Pixels that share a colour, 0 where there is none. */
    private int chromaSubsampling() {
        if (components.size() == 1) {
            return 0;
        }
        Component first = components.get(0);
        Component second = components.get(1);
        return first.horizontalSampling()
                * first.verticalSampling()
                / (second.horizontalSampling() * second.verticalSampling());
    }

    /** As stored: 1, 3, or 4 where the colours are a printer's. */
    int components() {
        return components.size();
    }

    /** Whether the first three of four components are luminance and chroma: Adobe says it, and without a word they are inks. */
    boolean storesYcck() {
        return components.size() == 4 && adobeTransform > 0;
    }

    /** The file reduced to what decides its pixels, with an explicit colour space. */
    byte[] essence() {
        byte[] colourSpace = storesRgb() || components.size() == 4 ? ADOBE_UNCHANGED : JFIF;
        int length = 2 + colourSpace.length + 2;
        for (FileSpan span : essentials) {
            length += span.length();
        }
        ByteBuffer essence = ByteBuffer.allocate(length);
        essence.put((byte) 0xFF).put((byte) START).put(colourSpace);
        for (FileSpan span : essentials) {
            essence.put(file, span.offset(), span.length());
        }
        essence.put((byte) 0xFF).put((byte) END);
        return essence.array();
    }

    /** The IJG library's rule, which everyone else follows: JFIF is YCbCr, Adobe says it, else the components' ids do. */
    private boolean storesRgb() {
        if (components.size() != 3 || hasJfif) {
            return false;
        }
        if (adobeTransform >= 0) {
            return adobeTransform == 0;
        }
        return components.get(0).id() == 'R'
                && components.get(1).id() == 'G'
                && components.get(2).id() == 'B';
    }

    private void readSegments() {
        int position = 2;
        while (true) {
            int markerStart = position;
            position = markerAt(position);
            int marker = file[position++] & 0xFF;
            if (marker == END) {
                break;
            }
            if (marker == TEMPORARY) {
                continue;
            }
            if (marker == 0 || marker == START || (marker >= FIRST_RESTART && marker <= LAST_RESTART)) {
                throw corrupt("a marker is out of place");
            }
            requireBytes(position, 2);
            int length = uint16(position);
            if (length < 2) {
                throw corrupt("a segment declares " + length + " bytes");
            }
            requireBytes(position, length);
            int end = position + length;
            readSegment(marker, position + 2, length - 2);
            if (marker == SCAN) {
                int dataEnd = endOfScan(end);
                scanBytes += dataEnd - end;
                end = dataEnd;
            }
            if (isEssential(marker)) {
                essentials.add(new FileSpan(markerStart, end - markerStart));
            }
            position = end;
        }
        hasTrailingData = position < file.length;
        requireImage();
    }

    /** Position of the marker's code behind its 0xFF and any fill bytes. */
    private int markerAt(int start) {
        int position = start;
        requireBytes(position, 1);
        if (file[position] != (byte) 0xFF) {
            throw corrupt("a segment is followed by something else than a marker");
        }
        while (file[position] == (byte) 0xFF) {
            position++;
            requireBytes(position, 1);
        }
        return position;
    }

    private static boolean isEssential(int marker) {
        return isFrame(marker)
                || marker == HUFFMAN_TABLES
                || marker == QUANTISATION_TABLES
                || marker == RESTART_INTERVAL
                || marker == SCAN;
    }

    private static boolean isFrame(int marker) {
        return marker >= BASELINE
                && marker <= 0xCF
                && marker != HUFFMAN_TABLES
                && marker != 0xC8
                && marker != ARITHMETIC_TABLES;
    }

    private void readSegment(int marker, int offset, int length) {
        if (isFrame(marker)) {
            readFrame(marker, offset, length);
        } else if (marker == SCAN) {
            readScan(offset, length);
        } else if (marker == QUANTISATION_TABLES) {
            readQuantisationTables(offset, offset + length);
        } else if (marker == COMMENT) {
            metadata = metadata.withText();
        } else if (marker >= APPLICATION_0 && marker <= APPLICATION_15) {
            readApplicationSegment(marker, offset, length);
        }
    }

    /** Whether tables are whole is for the decoder of pixels to say. */
    private void readQuantisationTables(int start, int end) {
        for (int position = start; position < end; ) {
            int bytesPerStep = (file[position] & 0xF0) == 0 ? 1 : 2;
            int table = file[position] & 15;
            position++;
            if (table >= QUANTISATION_TABLE_COUNT || end - position < STEPS * bytesPerStep) {
                return;
            }
            long sum = 0;
            for (int i = 0; i < STEPS; i++, position += bytesPerStep) {
                sum += bytesPerStep == 1 ? file[position] & 0xFF : uint16(position);
            }
            meanSteps[table] = (double) sum / STEPS;
        }
    }

    private void readApplicationSegment(int marker, int offset, int length) {
        if (marker == APPLICATION_0 && startsWith(offset, length, "JFIF\0")) {
            hasJfif = true;
        } else if (marker == APPLICATION_14 && startsWith(offset, length, "Adobe") && length >= 12) {
            adobeTransform = file[offset + 11] & 0xFF;
        } else if (marker == APPLICATION_1 && startsWith(offset, length, "Exif\0\0")) {
            metadata = metadata.and(EmbeddedMetadata.ofExif(ByteBuffer.wrap(file, offset + 6, length - 6)));
        } else if (!(marker == 0xE2 && startsWith(offset, length, "ICC_PROFILE\0"))) {
            metadata = metadata.withText();
        }
    }

    private boolean startsWith(int offset, int length, String identifier) {
        byte[] wanted = identifier.getBytes(StandardCharsets.US_ASCII);
        return length >= wanted.length && Arrays.equals(file, offset, offset + wanted.length, wanted, 0, wanted.length);
    }

    private void readFrame(int marker, int offset, int length) {
        if (marker != BASELINE && marker != EXTENDED && marker != PROGRESSIVE) {
            throw unsupported("only baseline and progressive Huffman coding are read");
        }
        if (!components.isEmpty()) {
            throw corrupt("it has a second frame");
        }
        if (length < 6 || length != 6 + 3 * (file[offset + 5] & 0xFF)) {
            throw corrupt("its frame header has " + length + " bytes");
        }
        limits.requireDimensions(uint16(offset + 3), uint16(offset + 1));
        if (file[offset] != 8) {
            throw unsupported("it has " + (file[offset] & 0xFF) + " bits a sample, only 8 are read");
        }
        int count = file[offset + 5] & 0xFF;
        if (count != 1 && count != 3 && count != 4) {
            throw unsupported("it has " + count + " colour components, only grey (1), RGB (3) and CMYK (4) are read");
        }
        height = uint16(offset + 1);
        width = uint16(offset + 3);
        progressive = marker == PROGRESSIVE;
        for (int i = 0; i < count; i++) {
            addComponent(offset + 6 + 3 * i);
        }
        if (count == 4 && !firstIsFinest()) {
            throw unsupported("its first ink is stored more coarsely than another");
        }
    }

    private boolean firstIsFinest() {
        Component first = components.get(0);
        return components.stream()
                .allMatch(component -> component.horizontalSampling() <= first.horizontalSampling()
                        && component.verticalSampling() <= first.verticalSampling());
    }

    private void addComponent(int offset) {
        int id = file[offset] & 0xFF;
        int sampling = file[offset + 1] & 0xFF;
        var component = new Component(id, sampling >> 4, sampling & 15, file[offset + 2] & 0xFF);
        boolean known = components.stream().anyMatch(other -> other.id() == id);
        if (known || !isSampling(component.horizontalSampling()) || !isSampling(component.verticalSampling())) {
            throw corrupt("its frame header contradicts itself");
        }
        components.add(component);
    }

    private static boolean isSampling(int factor) {
        return factor >= 1 && factor <= 4;
    }

    private void readScan(int offset, int length) {
        if (components.isEmpty()) {
            throw corrupt("a scan comes before the frame");
        }
        int count = length == 0 ? 0 : file[offset] & 0xFF;
        if (count < 1 || count > components.size() || length != 4 + 2 * count) {
            throw corrupt("a scan header has " + length + " bytes");
        }
        if (scans == 0 && components.get(0).quantisationTable() < QUANTISATION_TABLE_COUNT) {
            quantisationStep = meanSteps[components.get(0).quantisationTable()];
        }
        if (++scans > MAXIMUM_SCANS) {
            throw corrupt("it has more than " + MAXIMUM_SCANS + " scans");
        }
        boolean holdsMeans = !progressive || file[offset + 1 + 2 * count] == 0;
        for (int i = 0; i < count; i++) {
            int id = file[offset + 1 + 2 * i] & 0xFF;
            if (components.stream().noneMatch(component -> component.id() == id)) {
                throw corrupt("a scan names a component that the frame does not have");
            }
            if (holdsMeans) {
                scanned.add(id);
            }
        }
    }

    /** The first marker that is neither a restart nor a stuffed 0xFF. */
    private int endOfScan(int start) {
        for (int i = start; i + 1 < file.length; i++) {
            if (file[i] == (byte) 0xFF) {
                int next = file[i + 1] & 0xFF;
                if (next == 0xFF) {
                    continue;
                }
                if (next != 0 && (next < FIRST_RESTART || next > LAST_RESTART)) {
                    return i;
                }
            }
        }
        throw truncated();
    }

    private void requireImage() {
        if (scans == 0) {
            throw corrupt("it has no image data");
        }
        if (scanned.size() != components.size() || (long) width * height > scanBytes * MAXIMUM_PIXELS_PER_BYTE) {
            throw truncated();
        }
    }

    private int uint16(int offset) {
        return Short.toUnsignedInt(bytes.getShort(offset));
    }

    private void requireBytes(int position, int count) {
        if (file.length - position < count) {
            throw truncated();
        }
    }

    private static UnreadableImageException truncated() {
        return new UnreadableImageException(ImageDefect.TRUNCATED, "the JPEG ends before its image does");
    }

    private static UnreadableImageException unsupported(String why) {
        return new UnreadableImageException(ImageDefect.UNSUPPORTED_ENCODING, "the JPEG is of a kind not read: " + why);
    }

    private static UnreadableImageException corrupt(String why) {
        return new UnreadableImageException(ImageDefect.CORRUPT, "the JPEG is broken: " + why);
    }
}
