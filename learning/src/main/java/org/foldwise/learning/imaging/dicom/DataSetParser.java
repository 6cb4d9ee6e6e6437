package org.foldwise.learning.imaging.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.foldwise.learning.imaging.dicom.UnreadableDicomException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Walks the elements of a data set (PS3.5, section 7). Every length is compared with what is there, depth and number of
 * sequence items are bounded, and what is not on the allow-list is stepped over.
 */
final class DataSetParser {
    /** Real objects nest about 6 deep. */
    private static final int MAXIMUM_DEPTH = 24;

    private static final int MAXIMUM_ITEMS = 200_000;
    private static final long UNDEFINED = 0xFFFFFFFFL;
    private static final int SEQUENCE = vr("SQ");
    private static final int UNKNOWN = vr("UN");
    private static final int WORDS = vr("OW");
    private static final Set<Integer> LONG_FORMS = Set.of(
            vr("OB"), WORDS, vr("OF"), vr("OD"), vr("OL"), vr("OV"), SEQUENCE, vr("UT"), UNKNOWN, vr("UC"), vr("UR"),
            vr("SV"), vr("UV"));
    private static final Set<Integer> SHORT_FORMS = Set.of(
            vr("AE"), vr("AS"), vr("AT"), vr("CS"), vr("DA"), vr("DS"), vr("DT"), vr("FD"), vr("FL"), vr("IS"),
            vr("LO"), vr("LT"), vr("PN"), vr("SH"), vr("SL"), vr("SS"), vr("ST"), vr("TM"), vr("UI"), vr("UL"),
            vr("US"));

    private final byte[] file;
    private final ByteBuffer bytes;
    private final boolean encapsulated;
    private int position;
    private int items;
    private @Nullable PixelSpans pixels;
    private boolean trailing;
    private boolean others;
    private final List<Span> kept = new ArrayList<>();
    private final List<Span> blanks = new ArrayList<>();

    private DataSetParser(byte[] file, int start, ByteOrder order, boolean encapsulated) {
        this.file = file;
        this.bytes = ByteBuffer.wrap(file).order(order);
        this.encapsulated = encapsulated;
        this.position = start;
    }

    /**
     * Where pixels lie.
     *
     * @param tag which of the three elements of pixels
     * @param words whether it is made of 16-bit words, whose bytes a big endian file swaps even if samples have 8 bits
     * @param fragments one of native data; of encapsulated data the table of offsets and then the fragments
     */
    record PixelSpans(int tag, boolean words, List<Span> fragments) {
        PixelSpans {
            fragments = List.copyOf(fragments);
        }
    }

    /**
     * A data set and its pixels.
     *
     * @param hasTrailingData whether bytes follow that are no elements
     * @param hasOthers whether there are elements that are not kept
     * @param kept the elements that stay in a stripped file
     * @param blanks values within them that do not
     */
    record Parsed(
            DataSet data,
            @Nullable PixelSpans pixels,
            boolean hasTrailingData,
            boolean hasOthers,
            List<Span> kept,
            List<Span> blanks) {
        Parsed {
            kept = List.copyOf(kept);
            blanks = List.copyOf(blanks);
        }
    }

    static Parsed parse(byte[] file, int start, TransferSyntax syntax) {
        DataSetParser parser = new DataSetParser(file, start, syntax.byteOrder(), syntax.isEncapsulated());
        DataSet data = new DataSet(file, syntax.byteOrder());
        parser.readElements(data, file.length, 0, false, syntax.isExplicit() && parser.beginsExplicit());
        return new Parsed(data, parser.pixels, parser.trailing, parser.others, parser.kept, parser.blanks);
    }

    /** The group of meta elements from {@code start} on, and where it ends. */
    static int parseMeta(byte[] file, int start, DataSet meta) {
        DataSetParser parser = new DataSetParser(file, start, ByteOrder.LITTLE_ENDIAN, false);
        while (parser.position + 2 <= file.length && parser.bytes.getShort(parser.position) == 2) {
            parser.readElement(meta, file.length, 0, true);
        }
        return parser.position;
    }

    /** Some writers declare an explicit syntax and write an implicit one; their first element tells. */
    private boolean beginsExplicit() {
        return file.length - position < 6 || (file[position + 4] >= 'A' && file[position + 5] >= 'A');
    }

    private static int vr(String name) {
        return name.charAt(0) << 8 | name.charAt(1);
    }

    private void readElements(DataSet into, int end, int depth, boolean delimited, boolean explicit) {
        if (depth > MAXIMUM_DEPTH) {
            throw UnreadableDicomException.corrupt("its sequences nest more than " + MAXIMUM_DEPTH + " deep");
        }
        while (position < end) {
            if (delimited && end - position >= 8 && tagAt(position) == Tag.ITEM_END) {
                position += 8;
                return;
            }
            if (depth == 0 && pixels != null) {
                readBehindPixels(end, explicit);
                return;
            }
            int start = position;
            readElement(into, end, depth, explicit);
            if (depth == 0) {
                keepOrNot(start);
            }
        }
        if (delimited) {
            throw UnreadableDicomException.truncated("its header does");
        }
    }

    private void keepOrNot(int start) {
        if (Tag.isKept(tagAt(start))) {
            kept.add(new Span(start, position - start));
        } else {
            others = true;
        }
    }

    /** What follows the pixels decides nothing, unless it is pixels again; it is only told whether it is made of elements. */
    private void readBehindPixels(int end, boolean explicit) {
        DataSet ignored = new DataSet(file, bytes.order());
        others |= position < end;
        boolean again = false;
        try {
            while (position < end) {
                again |= end - position >= 4 && Tag.isPixels(tagAt(position));
                readElement(ignored, end, 0, explicit);
            }
        } catch (UnreadableDicomException e) {
            trailing = true;
        }
        if (again) {
            throw UnreadableDicomException.corrupt("its pixels occur twice");
        }
        position = end;
    }

    private void readElement(DataSet into, int end, int depth, boolean explicit) {
        requireBytes(end, 8);
        int tag = tagAt(position);
        if (tag >>> 16 == 0xFFFE) {
            throw UnreadableDicomException.corrupt("an item stands outside of a sequence");
        }
        position += 4;
        int vr = 0;
        long length;
        if (explicit) {
            vr = vrAt(position);
            if (LONG_FORMS.contains(vr)) {
                requireBytes(end, 8);
                length = Integer.toUnsignedLong(bytes.getInt(position + 4));
                position += 8;
            } else {
                length = Short.toUnsignedInt(bytes.getShort(position + 2));
                position += 4;
                requireKnown(tag, vr);
            }
        } else {
            length = Integer.toUnsignedLong(bytes.getInt(position));
            position += 4;
        }
        readValue(into, tag, vr, length, end, depth, explicit);
    }

    private int vrAt(int at) {
        int first = file[at] & 0xFF;
        int second = file[at + 1] & 0xFF;
        if (first < 'A' || first > 'Z' || second < 'A' || second > 'Z') {
            throw UnreadableDicomException.corrupt("an element has no value representation");
        }
        return first << 8 | second;
    }

    /** Of an element that is read; what an unknown kind is made of, nobody knows. Elsewhere it is stepped over. */
    private static void requireKnown(int tag, int vr) {
        boolean isRead = Tag.isReadValue(tag) || Tag.isReadSequence(tag) || Tag.isPixels(tag);
        if (isRead && !SHORT_FORMS.contains(vr)) {
            throw UnreadableDicomException.corrupt("an element that is read has an unknown value representation");
        }
    }

    private void readValue(DataSet into, int tag, int vr, long length, int end, int depth, boolean explicit) {
        if (depth == 0 && Tag.isPixels(tag)) {
            readPixels(tag, vr == WORDS, length, end);
            return;
        }
        if (length == UNDEFINED) {
            if (explicit && vr != SEQUENCE && vr != UNKNOWN) {
                throw UnreadableDicomException.corrupt("an element has no length");
            }
            readSequence(into, tag, end, true, depth, explicit && vr == SEQUENCE);
            return;
        }
        if (length > end - position) {
            throw UnreadableDicomException.truncated("its header does");
        }
        int valueEnd = position + (int) length;
        if (Tag.isReadSequence(tag) && (!explicit || vr == SEQUENCE)) {
            readSequence(into, tag, valueEnd, false, depth, explicit);
        } else if (Tag.isReadValue(tag)) {
            into.put(tag, new Span(position, (int) length));
        }
        if (depth > 0 && !Tag.isKept(tag)) {
            blanks.add(new Span(position, (int) length));
            others |= !isBlank(position, valueEnd);
        }
        position = valueEnd;
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (file[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private void readSequence(DataSet into, int tag, int end, boolean delimited, int depth, boolean explicit) {
        List<DataSet> found = new ArrayList<>();
        while (position < end) {
            requireBytes(end, 8);
            int marker = tagAt(position);
            long length = Integer.toUnsignedLong(bytes.getInt(position + 4));
            position += 8;
            if (marker == Tag.SEQUENCE_END && delimited) {
                keep(into, tag, found);
                return;
            }
            if (marker != Tag.ITEM) {
                throw UnreadableDicomException.corrupt("a sequence holds something else than items");
            }
            if (length != UNDEFINED && length > end - position) {
                throw UnreadableDicomException.truncated("its header does");
            }
            if (++items > MAXIMUM_ITEMS) {
                throw new UnreadableDicomException(
                        Reason.TOO_LARGE, "the DICOM header has more than " + MAXIMUM_ITEMS + " sequence items");
            }
            DataSet item = new DataSet(file, bytes.order());
            boolean open = length == UNDEFINED;
            readElements(item, open ? end : position + (int) length, depth + 1, open, explicit);
            found.add(item);
        }
        if (delimited) {
            throw UnreadableDicomException.truncated("its header does");
        }
        keep(into, tag, found);
    }

    private static void keep(DataSet into, int tag, List<DataSet> found) {
        if (Tag.isReadSequence(tag)) {
            into.put(tag, found);
        }
    }

    private void readPixels(int tag, boolean words, long length, int end) {
        if (encapsulated) {
            if (length != UNDEFINED) {
                throw UnreadableDicomException.corrupt("its compressed pixels are not in fragments");
            }
            pixels = new PixelSpans(tag, words, readFragments(end));
            return;
        }
        if (length == UNDEFINED) {
            throw UnreadableDicomException.corrupt("its uncompressed pixels have no length");
        }
        if (length > end - position) {
            throw UnreadableDicomException.truncated("its pixels do");
        }
        pixels = new PixelSpans(tag, words, List.of(new Span(position, (int) length)));
        position += (int) length;
    }

    private List<Span> readFragments(int end) {
        List<Span> fragments = new ArrayList<>();
        while (true) {
            if (end - position < 8) {
                throw UnreadableDicomException.truncated("its pixels do");
            }
            int marker = tagAt(position);
            long length = Integer.toUnsignedLong(bytes.getInt(position + 4));
            position += 8;
            if (marker == Tag.SEQUENCE_END) {
                return fragments;
            }
            if (marker != Tag.ITEM || length == UNDEFINED) {
                throw UnreadableDicomException.corrupt("its compressed pixels are not in fragments");
            }
            if (length > end - position) {
                throw UnreadableDicomException.truncated("its pixels do");
            }
            fragments.add(new Span(position, (int) length));
            position += (int) length;
        }
    }

    private int tagAt(int at) {
        return Short.toUnsignedInt(bytes.getShort(at)) << 16 | Short.toUnsignedInt(bytes.getShort(at + 2));
    }

    private void requireBytes(int end, int count) {
        if (end - position < count) {
            throw UnreadableDicomException.truncated("its header does");
        }
    }
}
