package org.foldwise.learning.imaging.dicom;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.imaging.dicom.CodedImage.Colours;

/**
 * One frame of JPEG (ITU-T T.81) as DICOM uses it: baseline and extended sequential DCT of 8 and 12 bits, and lossless coding
 * by prediction of 2 to 16 bits, all with Huffman codes. The DCT, the rounding and the spreading of halved chroma are those of
 * the IJG library's default, bit for bit. Damage is refused, never repaired.
 */
final class JpegFrame {
    private static final int BASELINE = 0xC0;
    private static final int EXTENDED = 0xC1;
    private static final int LOSSLESS = 0xC3;
    private static final int HUFFMAN_TABLES = 0xC4;
    private static final int FIRST_RESTART = 0xD0;
    private static final int LAST_RESTART = 0xD7;
    private static final int SCAN = 0xDA;
    private static final int QUANTISATION_TABLES = 0xDB;
    private static final int RESTART_INTERVAL = 0xDD;
    private static final int JFIF = 0xE0;
    private static final int ADOBE = 0xEE;
    /** How components are called that are red, green and blue; some coders use small letters. */
    private static final List<List<Integer>> RGB_IDS =
            List.of(List.of((int) 'R', (int) 'G', (int) 'B'), List.of((int) 'r', (int) 'g', (int) 'b'));
    /** A block of 64 samples, or a sample of lossless coding, takes at least a bit. */
    private static final long MAXIMUM_PIXELS_PER_BYTE = 512;

    private final byte[] data;
    private final JpegSegments segments;
    private final PixelFormat format;
    private final int[][] quantisation = new int[4][];
    private final Map<Integer, JpegHuffmanTable> means = new HashMap<>();
    private final Map<Integer, JpegHuffmanTable> details = new HashMap<>();
    private final List<JpegComponent> components = new ArrayList<>();
    private Colours adobeColours = Colours.UNSAID;
    private boolean hasJfif;
    private int[] samples = new int[0];
    private int precision;
    private int restartInterval;
    private boolean lossless;

    private JpegFrame(byte[] data, PixelFormat format) {
        this.data = data;
        this.segments = new JpegSegments(data, "JPEG");
        this.format = format;
    }

    static CodedImage decode(byte[] data, PixelFormat format) {
        JpegFrame frame = new JpegFrame(data, format);
        frame.segments.forEach(frame::readSegment);
        frame.finish();
        return new CodedImage(
                format.columns(),
                format.rows(),
                format.samples(),
                frame.colours(),
                List.of(new CodedDepth(frame.precision, false, frame.lossless)),
                frame.samples);
    }

    private void readSegment(int marker, int start, int end) {
        switch (marker) {
            case BASELINE, EXTENDED, LOSSLESS -> readHeader(marker, start, end);
            case HUFFMAN_TABLES -> readHuffmanTables(start, end);
            case QUANTISATION_TABLES -> readQuantisation(start, end);
            case RESTART_INTERVAL -> {
                requireLength(end - start, 2);
                restartInterval = segments.uint16(start);
            }
            case SCAN -> readScan(start, end);
            case JFIF -> hasJfif |= begins(start, end, "JFIF\0");
            case ADOBE -> readAdobe(start, end);
            default -> {
                if (marker < 0xE0 && marker != 0xFE) {
                    throw UnreadableDicomException.unsupported("a frame has a JPEG segment of another process");
                }
            }
        }
    }

    private void readAdobe(int start, int end) {
        if (end - start >= 12 && begins(start, end, "Adobe")) {
            adobeColours = data[start + 11] == 0 ? Colours.RGB : Colours.YBR;
        }
    }

    private boolean begins(int start, int end, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        return end - start >= bytes.length && Arrays.equals(data, start, start + bytes.length, bytes, 0, bytes.length);
    }

    /**
     * What the frame says of three colours, by the IJG library's rule: JFIF is luminance and chroma (ITU-T T.871, 6.1), Adobe says it, else
     * components that are called R, G and B do. Of lossless frames JFIF says nothing: it knows the DCT alone, and whoever codes
     * without loss does not turn colours into chroma, which rounds them.
     */
    private Colours colours() {
        if (hasJfif && !lossless) {
            return Colours.YBR;
        }
        if (adobeColours != Colours.UNSAID) {
            return adobeColours;
        }
        return RGB_IDS.contains(components.stream().map(JpegComponent::id).toList()) ? Colours.RGB : Colours.UNSAID;
    }

    private void readHeader(int marker, int start, int end) {
        if (!components.isEmpty()) {
            throw UnreadableDicomException.corrupt("a frame has two JPEG headers");
        }
        if (end - start < 6 || end - start != 6 + 3 * (data[start + 5] & 0xFF)) {
            throw UnreadableDicomException.corrupt("a JPEG header has " + (end - start) + " bytes");
        }
        lossless = marker == LOSSLESS;
        precision = data[start] & 0xFF;
        boolean known = lossless ? precision >= 2 && precision <= 16 : precision == 8 || precision == 12;
        if (!known || precision > format.bitsAllocated()) {
            throw UnreadableDicomException.corrupt("a JPEG header declares " + precision + " bits a sample");
        }
        int count = data[start + 5] & 0xFF;
        if (segments.uint16(start + 1) != format.rows()
                || segments.uint16(start + 3) != format.columns()
                || count != format.samples()) {
            throw CodedImage.mismatch();
        }
        if (format.pixels() > data.length * MAXIMUM_PIXELS_PER_BYTE) {
            throw UnreadableDicomException.truncated("the coded data of a frame do");
        }
        for (int i = 0; i < count; i++) {
            components.add(JpegComponent.of(data, start + 6 + 3 * i, i));
        }
        int horizontal =
                components.stream().mapToInt(JpegComponent::horizontal).max().orElse(1);
        int vertical =
                components.stream().mapToInt(JpegComponent::vertical).max().orElse(1);
        for (JpegComponent component : components) {
            component.setFrame(format.columns(), format.rows(), horizontal, vertical, lossless);
        }
        samples = new int[Math.toIntExact(format.pixels() * count)];
    }

    private void readHuffmanTables(int start, int end) {
        int at = start;
        while (at < end) {
            if (end - at < 17) {
                throw UnreadableDicomException.corrupt("a Huffman table is cut off");
            }
            int kind = data[at] & 0xFF;
            int values = 0;
            for (int i = 1; i <= 16; i++) {
                values += data[at + i] & 0xFF;
            }
            if ((kind & 0xEC) != 0 || values > 256 || end - at < 17 + values) {
                throw UnreadableDicomException.corrupt("a Huffman table is not one");
            }
            (kind >> 4 == 0 ? means : details).put(kind & 3, new JpegHuffmanTable(data, at + 1, values));
            at += 17 + values;
        }
    }

    private void readQuantisation(int start, int end) {
        int at = start;
        while (at < end) {
            int kind = data[at++] & 0xFF;
            int bytes = kind >> 4 == 0 ? 1 : 2;
            if (kind >> 4 > 1 || (kind & 15) > 3 || end - at < 64 * bytes) {
                throw UnreadableDicomException.corrupt("a quantisation table is not one");
            }
            int[] table = new int[64];
            for (int i = 0; i < 64; i++) {
                table[JpegBlocks.ZIGZAG[i]] = bytes == 1 ? data[at + i] & 0xFF : segments.uint16(at + 2 * i);
            }
            quantisation[kind & 15] = table;
            at += 64 * bytes;
        }
    }

    private void readScan(int start, int end) {
        int count = end > start ? data[start] & 0xFF : 0;
        if (components.isEmpty() || count < 1 || count > components.size() || end - start != 4 + 2 * count) {
            throw UnreadableDicomException.corrupt("a JPEG scan's header is not one");
        }
        List<JpegComponent> scanned = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int id = data[start + 1 + 2 * i] & 0xFF;
            JpegComponent component = components.stream()
                    .filter(one -> one.id() == id && !one.isDone())
                    .findFirst()
                    .orElseThrow(() -> UnreadableDicomException.corrupt("a JPEG scan names a wrong component"));
            int tables = data[start + 2 + 2 * i] & 0xFF;
            component.beginScan(tableOf(means, tables >> 4), lossless ? null : tableOf(details, tables & 15));
            scanned.add(component);
        }
        BitReader bits = new BitReader(data, end, false);
        JpegRestarts restarts = new JpegRestarts(data, bits, restartInterval);
        int first = data[end - 3] & 0xFF;
        int last = data[end - 2] & 0xFF;
        int low = data[end - 1] & 0xFF;
        if (lossless) {
            if (first < 1 || first > 7 || last != 0 || low >= precision) {
                throw UnreadableDicomException.corrupt("a lossless JPEG scan has no such predictor");
            }
            new JpegPrediction(format, precision, first, low, restarts).decode(scanned, bits, samples);
        } else {
            // the selection decides nothing in sequential coding, and some devices leave its end at 0
            if (first != 0 || (last != 63 && last != 0) || low != 0) {
                throw UnreadableDicomException.corrupt("a sequential JPEG scan lacks coefficients");
            }
            new JpegBlocks(precision, quantisation, restarts).decode(scanned, components, format, bits);
        }
        segments.goOnAt(endOfScan(bits.position()));
    }

    private static JpegHuffmanTable tableOf(Map<Integer, JpegHuffmanTable> tables, int index) {
        JpegHuffmanTable table = tables.get(index);
        if (table == null) {
            throw UnreadableDicomException.corrupt("a JPEG scan needs a table that is not there");
        }
        return table;
    }

    /** The next marker, at most some bytes of padding away. */
    private int endOfScan(int start) {
        int at = start;
        while (at + 1 < data.length) {
            int next = data[at + 1] & 0xFF;
            if (data[at] == (byte) 0xFF && next != 0 && next != 0xFF) {
                boolean restarts = next >= FIRST_RESTART && next <= LAST_RESTART;
                if (restarts || at - start > 4) {
                    throw UnreadableDicomException.corrupt("a JPEG scan goes on behind its end");
                }
                return at;
            }
            at++;
        }
        throw UnreadableDicomException.truncated("the end marker of a frame");
    }

    private void finish() {
        if (components.isEmpty() || components.stream().anyMatch(component -> !component.isDone())) {
            throw UnreadableDicomException.truncated("all colours of a frame do");
        }
        if (!lossless) {
            for (JpegComponent component : components) {
                component.writeTo(samples, format.columns(), format.rows(), components.size());
            }
        }
    }

    private static void requireLength(int length, int wanted) {
        if (length != wanted) {
            throw UnreadableDicomException.corrupt("a JPEG segment has " + length + " bytes");
        }
    }
}
