package org.foldwise.learning.imaging.dicom;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.imaging.dicom.CodedImage.Colours;

/**
 * One frame of JPEG-LS (ITU-T T.87), lossless or near-lossless, of 2 to 16 bits, its components one after the other,
 * interleaved by line or by sample. Mapping tables and restart intervals, which DICOM files do not use, are refused.
 */
final class JpegLsFrame {
    private static final int SCAN = 0xDA;
    private static final int RESTART_INTERVAL = 0xDD;
    private static final int HEADER = 0xF7;
    private static final int PARAMETERS = 0xF8;
    private static final int COLOUR_TRANSFORM = 0xE8;

    private final byte[] data;
    private final JpegSegments segments;
    private final PixelFormat format;
    private final List<Integer> components = new ArrayList<>();
    private int[] samples = new int[0];
    private int precision;
    private boolean exact = true;
    private int done;
    private int maximum;
    private int firstThreshold;
    private int secondThreshold;
    private int thirdThreshold;
    private int reset;

    private JpegLsFrame(byte[] data, PixelFormat format) {
        this.data = data;
        this.segments = new JpegSegments(data, "JPEG-LS");
        this.format = format;
    }

    static CodedImage decode(byte[] data, PixelFormat format) {
        JpegLsFrame frame = new JpegLsFrame(data, format);
        frame.segments.forEach(frame::readSegment);
        frame.finish();
        return new CodedImage(
                format.columns(),
                format.rows(),
                format.samples(),
                Colours.UNSAID,
                List.of(new CodedDepth(frame.precision, false, frame.exact)),
                frame.samples);
    }

    private void finish() {
        if (components.isEmpty() || done < components.size()) {
            throw UnreadableDicomException.truncated("all colours of a frame do");
        }
    }

    private void readSegment(int marker, int start, int end) {
        switch (marker) {
            case HEADER -> readHeader(start, end);
            case PARAMETERS -> readParameters(start, end);
            case SCAN -> readScan(start, end);
            case COLOUR_TRANSFORM -> {
                if (end - start >= 5 && data[start] == 'm' && data[start + 1] == 'r' && data[start + 4] != 0) {
                    throw UnreadableDicomException.unsupported(
                            "its colours are transformed by an extension of JPEG-LS");
                }
            }
            case RESTART_INTERVAL -> throw UnreadableDicomException.unsupported("its JPEG-LS frames restart");
            default -> {
                if (marker < 0xE0 || marker > 0xFE || (marker > 0xEF && marker < 0xFE)) {
                    throw UnreadableDicomException.unsupported("a frame has a JPEG segment of another process");
                }
            }
        }
    }

    private void readHeader(int start, int end) {
        if (!components.isEmpty() || end - start < 6 || end - start != 6 + 3 * (data[start + 5] & 0xFF)) {
            throw UnreadableDicomException.corrupt("a JPEG-LS header is not one");
        }
        precision = data[start] & 0xFF;
        int count = data[start + 5] & 0xFF;
        if (segments.uint16(start + 1) != format.rows()
                || segments.uint16(start + 3) != format.columns()
                || count != format.samples()) {
            throw CodedImage.mismatch();
        }
        if (precision < 2 || precision > 16 || precision > format.bitsAllocated()) {
            throw UnreadableDicomException.corrupt("a JPEG-LS header declares " + precision + " bits a sample");
        }
        for (int i = 0; i < count; i++) {
            int id = data[start + 6 + 3 * i] & 0xFF;
            if (data[start + 7 + 3 * i] != 0x11 || components.contains(id)) {
                throw UnreadableDicomException.unsupported("its JPEG-LS components differ in size");
            }
            components.add(id);
        }
        samples = new int[Math.toIntExact(format.pixels() * count)];
    }

    private void readParameters(int start, int end) {
        if (end - start < 1 || data[start] != 1) {
            throw UnreadableDicomException.unsupported("its JPEG-LS frames use mapping tables or oversize fields");
        }
        if (end - start != 11) {
            throw UnreadableDicomException.corrupt("its JPEG-LS parameters have " + (end - start) + " bytes");
        }
        maximum = segments.uint16(start + 1);
        firstThreshold = segments.uint16(start + 3);
        secondThreshold = segments.uint16(start + 5);
        thirdThreshold = segments.uint16(start + 7);
        reset = segments.uint16(start + 9);
    }

    private void readScan(int start, int end) {
        int count = end > start ? data[start] & 0xFF : 0;
        if (components.isEmpty() || count < 1 || end - start != 4 + 2 * count || done + count > components.size()) {
            throw UnreadableDicomException.corrupt("a JPEG-LS scan's header is not one");
        }
        for (int i = 0; i < count; i++) {
            if ((data[start + 1 + 2 * i] & 0xFF) != components.get(done + i)) {
                throw UnreadableDicomException.unsupported("its JPEG-LS components are out of order");
            }
            if (data[start + 2 + 2 * i] != 0) {
                throw UnreadableDicomException.unsupported("its JPEG-LS frames use mapping tables or oversize fields");
            }
        }
        int near = data[end - 3] & 0xFF;
        int interleave = data[end - 2] & 0xFF;
        int lowBits = data[end - 1] & 15;
        exact &= near == 0;
        if (interleave > 2 || (interleave == 0) != (count == 1) || lowBits != 0) {
            throw UnreadableDicomException.unsupported("its JPEG-LS scans are interleaved in an unknown way");
        }
        JpegLsParameters parameters =
                JpegLsParameters.of(precision, near, maximum, firstThreshold, secondThreshold, thirdThreshold, reset);
        BitReader bits = new BitReader(data, end, true);
        JpegLsScan scan = new JpegLsScan(parameters, bits, format.columns(), count);
        if (interleave == 2) {
            scan.decodeSamples(samples, format.rows());
        } else {
            scan.decodeLines(samples, format.rows(), done, components.size());
        }
        done += count;
        segments.goOnAt(endOfScan(bits.position()));
    }

    private int endOfScan(int start) {
        int at = start;
        while (at + 1 < data.length) {
            if (data[at] == (byte) 0xFF && data[at + 1] < 0 && data[at + 1] != (byte) 0xFF) {
                if (at - start > 4) {
                    throw UnreadableDicomException.corrupt("a JPEG-LS scan goes on behind its end");
                }
                return at;
            }
            at++;
        }
        throw UnreadableDicomException.truncated("the end marker of a frame");
    }
}
