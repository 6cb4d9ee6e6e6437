package org.foldwise.learning.imaging;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.foldwise.learning.imaging.dicom.VoiWindow;
import org.jspecify.annotations.Nullable;

/**
 * A NIfTI-1 or NIfTI-2 volume in one file ({@code n+1}, {@code n+2}), plain or gzip-compressed, of which axial slices are read.
 * A slice is shown as radiologists expect it: the front on top, the patient's right on the left. Of several volumes the first
 * counts. Each reading of a slice goes through the whole compressed stream, checksum included, in constant memory.
 */
final class NiftiFile implements ImageFile {
    private static final int HEADER_1 = 348;
    private static final int HEADER_2 = 540;
    private static final byte[] GZIP = {0x1F, (byte) 0x8B};
    /** Bits of a gzip header's flags: extra fields, name, comment (RFC 1952, 2.3.1). */
    private static final int GZIP_WORDS = 0b11100;

    private static final int EXTENSION_FLAG = 4;
    /** Of an unpacked file; a fine head of 512 voxels a side takes 256 MiB. */
    private static final long MAXIMUM_UNPACKED = 1L << 29;
    /** Of the slices that one passage through the file takes out of it. */
    private static final long SLICES_BYTES = 1L << 25;

    /** The types of voxels that are read, by their code. */
    private enum Voxel {
        UINT8(2, 8, 1),
        INT16(4, 16, 1),
        INT32(8, 32, 1),
        FLOAT32(16, 32, 1),
        FLOAT64(64, 64, 1),
        RGB24(128, 8, 3),
        INT8(256, 8, 1),
        UINT16(512, 16, 1),
        UINT32(768, 32, 1);

        private final int code;
        private final int bits;
        private final int channels;

        Voxel(int code, int bits, int channels) {
            this.code = code;
            this.bits = bits;
            this.channels = channels;
        }

        int bytes() {
            return bits / 8 * channels;
        }

        double value(ByteBuffer bytes, int at) {
            return switch (this) {
                case UINT8, RGB24 -> bytes.get(at) & 0xFF;
                case INT8 -> bytes.get(at);
                case INT16 -> bytes.getShort(at);
                case UINT16 -> Short.toUnsignedInt(bytes.getShort(at));
                case INT32 -> bytes.getInt(at);
                case UINT32 -> Integer.toUnsignedLong(bytes.getInt(at));
                case FLOAT32 -> bytes.getFloat(at);
                case FLOAT64 -> bytes.getDouble(at);
            };
        }

        static Voxel ofCode(int code) {
            for (Voxel voxel : values()) {
                if (voxel.code == code) {
                    return voxel;
                }
            }
            throw new UnreadableImageException(
                    ImageDefect.UNSUPPORTED_ENCODING, "the NIfTI voxels are of a type not read, " + code);
        }
    }

    private final byte[] file;
    private final boolean packed;
    private final ByteOrder order;
    private final Voxel voxel;
    private final long[] sides;
    private final long dataOffset;
    private final long dataBytes;
    private final double slope;
    private final double intercept;
    private final double shownFrom;
    private final double shownTo;
    private final NiftiOrientation orientation;
    private final boolean hasText;
    private final boolean hasTrailingData;

    private NiftiFile(byte[] file, boolean packed, ByteBuffer header, boolean second) throws IOException {
        this.file = file;
        this.packed = packed;
        this.order = header.order();
        long[] dimensions = dimensions(header, second);
        this.sides = new long[] {dimensions[1], dimensions[2], dimensions[3]};
        this.voxel = Voxel.ofCode(header.getShort(second ? 12 : 70));
        this.dataOffset = second ? header.getLong(168) : offset(header.getFloat(108));
        int least = second ? HEADER_2 : HEADER_1;
        this.dataBytes = bytes(dimensions, voxel);
        if (dataOffset < least + EXTENSION_FLAG || dataOffset > MAXIMUM_UNPACKED - dataBytes) {
            throw corrupt("its voxels lie at byte " + dataOffset);
        }
        double declared = second ? header.getDouble(176) : header.getFloat(112);
        this.slope = declared == 0 || !Double.isFinite(declared) ? 1 : declared;
        double added = second ? header.getDouble(184) : header.getFloat(116);
        this.intercept = declared == 0 || !Double.isFinite(added) ? 0 : added;
        this.shownTo = second ? header.getDouble(192) : header.getFloat(124);
        this.shownFrom = second ? header.getDouble(200) : header.getFloat(128);
        this.orientation = NiftiOrientation.of(header, second);
        this.hasText = hasText(header, second) || isNamed(file, packed) || hasExtensions(least);
        this.hasTrailingData = requireWhole();
    }

    /** Whether it begins with a NIfTI header, or is a gzip-compressed file that does. */
    static boolean isNifti(byte[] file) {
        if (file.length > 2 && file[0] == GZIP[0] && file[1] == GZIP[1]) {
            try (InputStream unpacked = unpacked(file, true)) {
                // no more than that: behind the end of a small file its checksum would be compared already
                return isHeader(unpacked.readNBytes(HEADER_1));
            } catch (IOException e) {
                return false;
            }
        }
        return isHeader(file);
    }

    private static boolean isHeader(byte[] start) {
        return start.length >= HEADER_1 && (isMagic(start, 344, '1') || isMagic(start, 4, '2'));
    }

    private static boolean isMagic(byte[] start, int at, char version) {
        return start[at] == 'n'
                && (start[at + 1] == '+' || start[at + 1] == 'i')
                && start[at + 2] == version
                && start[at + 3] == 0;
    }

    static NiftiFile open(byte[] file, ImageLimits limits) {
        boolean packed = file[0] == GZIP[0] && file[1] == GZIP[1];
        try (InputStream stream = unpacked(file, packed)) {
            byte[] start = stream.readNBytes(HEADER_2);
            boolean second = !isMagic(start, 344, '1');
            if (start[second ? 5 : 345] == 'i') {
                throw new UnreadableImageException(
                        ImageDefect.UNSUPPORTED_ENCODING, "the NIfTI voxels lie in a second file");
            }
            if (second && start.length < HEADER_2) {
                throw truncated();
            }
            ByteBuffer header = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
            int size = second ? HEADER_2 : HEADER_1;
            if (header.getInt(0) != size) {
                header.order(ByteOrder.BIG_ENDIAN);
                if (header.getInt(0) != size) {
                    throw corrupt("its header has another length than " + size);
                }
            }
            NiftiFile nifti = new NiftiFile(file, packed, header, second);
            limits.requireDimensions(nifti.width(), nifti.height());
            return nifti;
        } catch (ZipException e) {
            throw new UnreadableImageException(ImageDefect.CORRUPT, "the NIfTI file's gzip data are damaged", e);
        } catch (IOException e) {
            throw new UnreadableImageException(ImageDefect.TRUNCATED, "the NIfTI file ends before its voxels do", e);
        }
    }

    private static InputStream unpacked(byte[] file, boolean packed) throws IOException {
        InputStream bytes = new ByteArrayInputStream(file);
        return packed ? new GZIPInputStream(bytes, 1 << 16) : bytes;
    }

    private static long[] dimensions(ByteBuffer header, boolean second) {
        long[] dimensions = new long[8];
        for (int i = 0; i < dimensions.length; i++) {
            dimensions[i] = second ? header.getLong(16 + 8 * i) : header.getShort(40 + 2 * i);
        }
        if (dimensions[0] < 2 || dimensions[0] > 7) {
            throw corrupt("it has " + dimensions[0] + " dimensions");
        }
        for (int i = 1; i < dimensions.length; i++) {
            if (i > dimensions[0]) {
                dimensions[i] = 1;
            }
            if (dimensions[i] == 0 && i <= 3) {
                throw new UnreadableImageException(ImageDefect.ZERO_SIZE, "the NIfTI volume has a side of 0 voxels");
            }
            if (dimensions[i] < 0 || dimensions[i] > Integer.MAX_VALUE) {
                throw corrupt("a side has " + dimensions[i] + " voxels");
            }
            dimensions[i] = Math.max(1, dimensions[i]);
        }
        return dimensions;
    }

    private static long bytes(long[] dimensions, Voxel voxel) {
        long bytes = voxel.bytes();
        for (int i = 1; i < dimensions.length; i++) {
            bytes *= dimensions[i];
            if (bytes > MAXIMUM_UNPACKED) {
                throw new UnreadableImageException(
                        ImageDefect.TOO_LARGE, "the NIfTI volume has more than " + MAXIMUM_UNPACKED + " bytes");
            }
        }
        return bytes;
    }

    private static long offset(float declared) {
        return declared >= 0 && declared < MAXIMUM_UNPACKED ? (long) declared : -1;
    }

    /** Whether anything stands in the fields for words: the kind of data, the database, description, second file, intent. */
    private static boolean hasText(ByteBuffer header, boolean second) {
        return second
                ? hasBytes(header, 240, 104) || hasBytes(header, 508, 16) || hasBytes(header, 525, 15)
                : hasBytes(header, 4, 28) || hasBytes(header, 148, 104) || hasBytes(header, 328, 16);
    }

    private static boolean hasBytes(ByteBuffer header, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (header.get(i) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether the gzip header has a name, a comment or extra fields; of several members only the first is looked at. */
    private static boolean isNamed(byte[] file, boolean packed) {
        return packed && (file[3] & GZIP_WORDS) != 0;
    }

    /** Whether there is anything between header and voxels but the four bytes that say whether there is. */
    private boolean hasExtensions(int headerBytes) throws IOException {
        long left = dataOffset - headerBytes - EXTENSION_FLAG;
        if (left <= 0) {
            return false;
        }
        try (InputStream stream = unpacked(file, packed)) {
            stream.skipNBytes((long) headerBytes + EXTENSION_FLAG);
            byte[] buffer = new byte[1 << 14];
            while (left > 0) {
                int count = stream.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
                if (count == 0) {
                    throw new EOFException();
                }
                for (int i = 0; i < count; i++) {
                    if (buffer[i] != 0) {
                        return true;
                    }
                }
                left -= count;
            }
        }
        return false;
    }

    /** Goes once through the file to its end: whether bytes follow the voxels. */
    private boolean requireWhole() throws IOException {
        try (InputStream stream = unpacked(file, packed)) {
            stream.skipNBytes(dataOffset + dataBytes);
            long behind = 0;
            byte[] buffer = new byte[1 << 14];
            for (int count = stream.read(buffer); count > 0; count = stream.read(buffer)) {
                behind += count;
                if (behind > MAXIMUM_UNPACKED) {
                    throw corrupt("more bytes follow its voxels than it has");
                }
            }
            return behind > 0;
        }
    }

    private int width() {
        return (int) sides[orientation.axisOfColumns()];
    }

    private int height() {
        return (int) sides[orientation.axisOfRows()];
    }

    private int slices() {
        return (int) sides[orientation.axisOfSlices()];
    }

    @Override
    public ImageHeader header() {
        return new ImageHeader(
                ImageFormat.NIFTI,
                width(),
                height(),
                voxel.channels,
                voxel.bits,
                Orientation.UPRIGHT.exifValue(),
                hasText,
                hasTrailingData,
                slices());
    }

    @Override
    public PixelImage decode(int frame) {
        Objects.checkIndex(frame, slices());
        return shown(slices(List.of(frame))[0]);
    }

    @Override
    public PixelImage decode(int frame, VoiWindow window) {
        Objects.checkIndex(frame, slices());
        requireValues();
        return shown(slices(List.of(frame))[0], window);
    }

    /** As many slices at a time as fit into some memory: each time the whole compressed stream is gone through. */
    @Override
    public void decode(List<Integer> frames, @Nullable VoiWindow window, Reader reader) {
        long sliceBytes = (long) width() * height() * voxel.bytes();
        int atOnce = (int) Math.max(1, SLICES_BYTES / sliceBytes);
        for (int from = 0; from < frames.size(); from += atOnce) {
            List<Integer> some = frames.subList(from, Math.min(from + atOnce, frames.size()));
            byte[][] slices = slices(some);
            for (int i = 0; i < slices.length; i++) {
                PixelImage pixels;
                try {
                    pixels = window == null ? shown(slices[i]) : shown(slices[i], window);
                } catch (UnreadableImageException e) {
                    reader.unreadable(some.get(i), e);
                    continue;
                }
                reader.decoded(some.get(i), pixels);
            }
        }
    }

    private PixelImage shown(byte[] voxels) {
        byte[] samples = PixelImage.emptySamples(width(), height(), voxel.channels);
        if (voxel.channels == 3) {
            System.arraycopy(voxels, 0, samples, 0, samples.length);
        } else {
            shade(values(ByteBuffer.wrap(voxels).order(order)), samples);
        }
        return PixelImage.wrapping(width(), height(), voxel.channels, samples);
    }

    private PixelImage shown(byte[] voxels, VoiWindow window) {
        requireValues();
        double[] values = values(ByteBuffer.wrap(voxels).order(order));
        byte[] samples = PixelImage.emptySamples(width(), height(), 1);
        for (int i = 0; i < values.length; i++) {
            samples[i] = Double.isNaN(values[i]) ? 0 : (byte) (int) (window.shade(values[i]) + 0.5);
        }
        return PixelImage.wrapping(width(), height(), 1, samples);
    }

    private void requireValues() {
        if (voxel.channels != 1) {
            throw ImageFile.withoutModalityValues(header());
        }
    }

    /** The voxels of a slice as slope and intercept make them; NaN where there is nothing, as around parametric maps. */
    private double[] values(ByteBuffer slice) {
        double[] values = new double[Math.multiplyExact(width(), height())];
        boolean isEmpty = true;
        for (int i = 0; i < values.length; i++) {
            values[i] = voxel.value(slice, i * voxel.bytes()) * slope + intercept;
            if (Double.isInfinite(values[i])) {
                throw corrupt("a voxel is infinite");
            }
            isEmpty &= Double.isNaN(values[i]);
        }
        if (isEmpty) {
            throw corrupt("no voxel of a slice is a number");
        }
        return values;
    }

    /**
     * The header's window where it has one; else all that 8 bits can hold; else the slice's own least to largest value. What is no
     * number is black and counts for nothing.
     */
    private void shade(double[] values, byte[] samples) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            if (!Double.isNaN(value)) {
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
        }
        if (shownTo > shownFrom && Double.isFinite(shownTo - shownFrom)) {
            least = shownFrom;
            most = shownTo;
        } else if (voxel == Voxel.UINT8 && slope > 0) {
            least = intercept;
            most = 255 * slope + intercept;
        }
        for (int i = 0; i < values.length; i++) {
            double shade = most > least && !Double.isNaN(values[i]) ? (values[i] - least) / (most - least) * 255 : 0;
            samples[i] = (byte) (int) (Math.max(0, Math.min(255, shade)) + 0.5);
        }
    }

    /** The slices' voxels in the order of the shown pixels. */
    private byte[][] slices(List<Integer> frames) {
        int size = voxel.bytes();
        int sliceBytes = Math.multiplyExact(Math.multiplyExact(width(), height()), size);
        int[] axes = {orientation.axisOfColumns(), orientation.axisOfRows(), orientation.axisOfSlices()};
        byte[][] slices = new byte[frames.size()][sliceBytes];
        // along the axis of slices, in ascending order; of each position the place of its slice
        SortedMap<Integer, byte[]> wanted = new TreeMap<>();
        for (int i = 0; i < slices.length; i++) {
            int frame = frames.get(i);
            wanted.put(orientation.slicesAreReversed() ? slices() - 1 - frame : frame, slices[i]);
        }
        byte[] line = new byte[Math.toIntExact(sides[0] * size)];
        long[] position = new long[3];
        try (InputStream stream = unpacked(file, packed)) {
            stream.skipNBytes(dataOffset);
            for (position[2] = 0; position[2] < sides[2]; position[2]++) {
                if (axes[2] == 2 && !wanted.containsKey((int) position[2])) {
                    stream.skipNBytes(line.length * sides[1]);
                    continue;
                }
                for (position[1] = 0; position[1] < sides[1]; position[1]++) {
                    if (stream.readNBytes(line, 0, line.length) < line.length) {
                        throw new EOFException();
                    }
                    if (axes[2] == 0) {
                        wanted.forEach((at, slice) -> {
                            position[0] = at;
                            copy(line, position, axes, slice);
                        });
                        continue;
                    }
                    byte[] slice = wanted.get((int) position[axes[2]]);
                    for (position[0] = 0; slice != null && position[0] < sides[0]; position[0]++) {
                        copy(line, position, axes, slice);
                    }
                }
            }
        } catch (IOException e) {
            throw new UnreadableImageException(ImageDefect.TRUNCATED, "the NIfTI file ends before its voxels do", e);
        }
        return slices;
    }

    /** Puts a voxel of a line where its slice has it. */
    private void copy(byte[] line, long[] position, int[] axes, byte[] slice) {
        int size = voxel.bytes();
        int to = (int) (row(position[axes[1]]) * width() + column(position[axes[0]]));
        System.arraycopy(line, (int) position[0] * size, slice, to * size, size);
    }

    private long row(long position) {
        return orientation.rowsAreReversed() ? height() - 1 - position : position;
    }

    private long column(long position) {
        return orientation.columnsAreReversed() ? width() - 1 - position : position;
    }

    private static UnreadableImageException truncated() {
        return new UnreadableImageException(ImageDefect.TRUNCATED, "the NIfTI file ends before its voxels do");
    }

    private static UnreadableImageException corrupt(String why) {
        return new UnreadableImageException(ImageDefect.CORRUPT, "the NIfTI file is broken: " + why);
    }
}
