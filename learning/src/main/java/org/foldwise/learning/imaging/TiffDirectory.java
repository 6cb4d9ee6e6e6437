package org.foldwise.learning.imaging;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A directory of a TIFF file (TIFF 6.0, section 2): all its values lie within the file, and no tag occurs twice. */
final class TiffDirectory {
    static final int NEW_SUBFILE_TYPE = 254;
    static final int IMAGE_WIDTH = 256;
    static final int IMAGE_LENGTH = 257;
    static final int BITS_PER_SAMPLE = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC_INTERPRETATION = 262;
    static final int FILL_ORDER = 266;
    static final int STRIP_OFFSETS = 273;
    static final int ORIENTATION = 274;
    static final int SAMPLES_PER_PIXEL = 277;
    static final int ROWS_PER_STRIP = 278;
    static final int STRIP_BYTE_COUNTS = 279;
    static final int PLANAR_CONFIGURATION = 284;
    static final int PREDICTOR = 317;
    static final int COLOR_MAP = 320;
    static final int TILE_WIDTH = 322;
    static final int TILE_LENGTH = 323;
    static final int TILE_OFFSETS = 324;
    static final int TILE_BYTE_COUNTS = 325;
    static final int EXTRA_SAMPLES = 338;
    static final int SAMPLE_FORMAT = 339;

    /** Further tags that hold numbers or a colour profile, and no text. */
    private static final Set<Integer> WITHOUT_TEXT = Set.of(
            255, 263, 264, 265, 280, 281, 282, 283, 286, 287, 290, 291, 292, 293, 296, 297, 301, 318, 319, 34675);

    private static final Set<Integer> READ = Set.of(
            NEW_SUBFILE_TYPE,
            IMAGE_WIDTH,
            IMAGE_LENGTH,
            BITS_PER_SAMPLE,
            COMPRESSION,
            PHOTOMETRIC_INTERPRETATION,
            FILL_ORDER,
            STRIP_OFFSETS,
            ORIENTATION,
            SAMPLES_PER_PIXEL,
            ROWS_PER_STRIP,
            STRIP_BYTE_COUNTS,
            PLANAR_CONFIGURATION,
            PREDICTOR,
            COLOR_MAP,
            TILE_WIDTH,
            TILE_LENGTH,
            TILE_OFFSETS,
            TILE_BYTE_COUNTS,
            EXTRA_SAMPLES,
            SAMPLE_FORMAT);

    /** Directories that are not followed: within the picture, Exif, GPS, interoperability. */
    private static final Set<Integer> POINTERS = Set.of(330, 34665, 34853, 40965);

    /** Nobody writes more than some dozens. */
    private static final int MAXIMUM_ENTRIES = 256;

    private static final int ENTRY_LENGTH = 12;
    private static final int BYTE = 1;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int[] TYPE_LENGTHS = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

    private record Entry(int type, long count, int offset) {}

    private final ByteBuffer file;
    private final Map<Integer, Entry> entries = new HashMap<>();
    private final long next;
    private int end;

    /** @param file from its first byte, in its own byte order */
    TiffDirectory(ByteBuffer file, long offset) {
        this.file = file;
        requireInside(offset, 2);
        int at = (int) offset + 2;
        int count = Short.toUnsignedInt(file.getShort((int) offset));
        if (count < 1 || count > MAXIMUM_ENTRIES) {
            throw TiffFile.corrupt("a directory has " + count + " entries");
        }
        this.end = requireInside(at, (long) count * ENTRY_LENGTH + 4);
        for (int i = 0; i < count; i++, at += ENTRY_LENGTH) {
            addEntry(at);
        }
        this.next = Integer.toUnsignedLong(file.getInt(at));
    }

    private void addEntry(int at) {
        int tag = Short.toUnsignedInt(file.getShort(at));
        int type = Short.toUnsignedInt(file.getShort(at + 2));
        if (type < 1 || type >= TYPE_LENGTHS.length) {
            throw TiffFile.corrupt("an entry has the unknown type " + type);
        }
        long count = Integer.toUnsignedLong(file.getInt(at + 4));
        long length = count * TYPE_LENGTHS[type];
        long offset = length <= 4 ? at + 8 : Integer.toUnsignedLong(file.getInt(at + 8));
        end = Math.max(end, requireInside(offset, length));
        if (entries.put(tag, new Entry(type, count, (int) offset)) != null) {
            throw TiffFile.corrupt("a directory names tag " + tag + " twice");
        }
    }

    /** The first byte behind those; refuses what lies beyond the file. */
    private int requireInside(long offset, long length) {
        if (offset + length > file.limit()) {
            throw TiffFile.truncated();
        }
        return (int) (offset + length);
    }

    /** Where the next directory lies, 0 behind the last. */
    long next() {
        return next;
    }

    /** The first byte behind the directory and all its values. */
    int end() {
        return end;
    }

    boolean has(int tag) {
        return entries.containsKey(tag);
    }

    boolean pointsToOthers() {
        return POINTERS.stream().anyMatch(entries::containsKey);
    }

    /** Whether there is anything but the numbers that describe pixels. */
    boolean mayHoldText() {
        return entries.keySet().stream().anyMatch(tag -> !READ.contains(tag) && !WITHOUT_TEXT.contains(tag));
    }

    /** The only value of that tag. */
    long number(int tag, long otherwise) {
        return has(tag) ? numbers(tag, 1)[0] : otherwise;
    }

    /** The values of that tag, which must be there. */
    long required(int tag) {
        return numbers(tag, 1)[0];
    }

    /** The values of that tag for all samples, which must be equal; a single one stands for all. */
    int perSample(int tag, int samples, int otherwise) {
        Entry entry = entries.get(tag);
        if (entry == null) {
            return otherwise;
        }
        long[] values = numbers(tag, entry.count() == 1 ? 1 : samples);
        for (long value : values) {
            if (value != values[0]) {
                throw TiffFile.unsupported("its samples are of different kinds");
            }
        }
        return (int) values[0];
    }

    /** The values of that tag, of which there must be as many. */
    long[] numbers(int tag, int count) {
        Entry entry = entries.get(tag);
        if (entry == null) {
            throw TiffFile.corrupt("it lacks tag " + tag);
        }
        if (entry.count() != count) {
            throw TiffFile.corrupt("tag " + tag + " has " + entry.count() + " values where " + count + " are needed");
        }
        return all(tag, entry);
    }

    /** The values of that tag, none where it is missing. */
    long[] few(int tag, int maximum) {
        Entry entry = entries.get(tag);
        if (entry == null) {
            return new long[0];
        }
        if (entry.count() > maximum) {
            throw TiffFile.corrupt("tag " + tag + " has " + entry.count() + " values");
        }
        return all(tag, entry);
    }

    private long[] all(int tag, Entry entry) {
        long[] values = new long[(int) entry.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (entry.type()) {
                case BYTE -> Byte.toUnsignedLong(file.get(entry.offset() + i));
                case SHORT -> Short.toUnsignedLong(file.getShort(entry.offset() + 2 * i));
                case LONG -> Integer.toUnsignedLong(file.getInt(entry.offset() + 4 * i));
                default -> throw TiffFile.corrupt("tag " + tag + " has no whole numbers");
            };
        }
        return values;
    }
}
