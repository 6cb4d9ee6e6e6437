package org.foldwise.learning.imaging.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.imaging.dicom.DataSetParser.PixelSpans;
import org.foldwise.learning.imaging.dicom.TransferSyntax.Coding;

/** Which bytes make up each frame: slices of uncompressed pixels, or fragments joined by frame. */
final class FrameSource {
    private static final int LONGEST_PADDING = 128;
    /** Second bytes of markers. */
    private static final byte JPEG_START = (byte) 0xD8;

    private static final byte JPEG_2000_START = 0x4F;
    private static final byte END = (byte) 0xD9;

    private final byte[] bytes;
    private final List<List<Span>> frames;
    private final boolean words;

    private FrameSource(byte[] bytes, List<List<Span>> frames, boolean words) {
        this.bytes = bytes;
        this.frames = frames;
        this.words = words;
    }

    /**
     * Frames of uncompressed pixels; all declared ones must be there in full. Bytes beyond say that rows, columns, samples or frames are
     * others than declared, unless they are {@link #isPadding padding}.
     */
    static FrameSource ofNative(byte[] bytes, PixelSpans pixels, PixelFormat format) {
        Span all = pixels.fragments().get(0);
        long bits = format.isSubsampled() ? format.frameBytes() * 8 : format.frameBits();
        long needed = (bits * format.frames() + 7) / 8;
        if (needed > all.length()) {
            throw UnreadableDicomException.truncated(
                    "its pixels do: " + needed + " bytes are declared, " + all.length() + " are there");
        }
        if (!isPadding(bytes, all, needed)) {
            throw UnreadableDicomException.corrupt("its pixels go on behind what is declared: " + needed
                    + " bytes are declared, " + all.length() + " are there");
        }
        return new FrameSource(bytes, List.of(List.of(all)), pixels.words());
    }

    /** Whether pixels end with a byte that makes their length even (PS3.5, 8.1.1), or with zeros that fill a block, as some writers do. */
    private static boolean isPadding(byte[] bytes, Span all, long needed) {
        long behind = all.length() - needed;
        if (behind <= needed % 2) {
            return true;
        }
        if (behind > LONGEST_PADDING) {
            return false;
        }
        for (int i = all.end() - (int) behind; i < all.end(); i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Frames of compressed pixels (PS3.5, A.4). */
    static FrameSource ofFragments(byte[] bytes, PixelSpans pixels, PixelFormat format, Coding coding) {
        List<Span> parts = pixels.fragments();
        if (parts.size() < 2) {
            throw UnreadableDicomException.truncated("its first fragment");
        }
        List<Span> fragments = parts.subList(1, parts.size());
        int wanted = format.frames();
        if (fragments.size() < wanted) {
            throw UnreadableDicomException.truncated(
                    "its last frame: " + wanted + " are declared, " + fragments.size() + " fragments are there");
        }
        Span table = parts.get(0);
        if (table.length() / 4 > wanted) {
            throw moreThanDeclared("its table of offsets tells of " + table.length() / 4, wanted);
        }
        if (fragments.size() == wanted) {
            return new FrameSource(bytes, fragments.stream().map(List::of).toList(), false);
        }
        if (table.length() > 0 && wanted > 1) {
            return new FrameSource(bytes, byOffsets(bytes, table, fragments, wanted), false);
        }
        List<List<Span>> grouped = byBeginnings(bytes, fragments, format, coding);
        if (grouped.size() > wanted) {
            throw moreThanDeclared("its fragments hold " + grouped.size(), wanted);
        }
        if (wanted == 1) {
            return new FrameSource(bytes, List.of(fragments), false);
        }
        if (grouped.size() < wanted) {
            throw UnreadableDicomException.unsupported("its fragments cannot be told apart without a table of offsets");
        }
        return new FrameSource(bytes, grouped, false);
    }

    private static UnreadableDicomException moreThanDeclared(String found, int declared) {
        return UnreadableDicomException.corrupt(
                found + " frames, " + declared + (declared == 1 ? " is declared" : " are declared"));
    }

    /**
     * Without a table, which may be empty, frames of JPEG of any kind are told by their first and last markers: a fragment that begins
     * with the one, behind one that ends with the other, begins a frame. No coded data hold the last marker. A frame of run lengths
     * begins with the places of its segments. None are found of other codings.
     */
    private static List<List<Span>> byBeginnings(
            byte[] bytes, List<Span> fragments, PixelFormat format, Coding coding) {
        List<List<Span>> grouped = new ArrayList<>();
        boolean ended = true;
        for (Span fragment : fragments) {
            boolean begins = coding == Coding.RLE
                    ? RunLengths.begin(bytes, fragment, format)
                    : ended && beginsFrame(bytes, fragment);
            if (begins) {
                grouped.add(new ArrayList<>());
            } else if (grouped.isEmpty()) {
                break;
            }
            grouped.get(grouped.size() - 1).add(fragment);
            ended = endsFrame(bytes, fragment);
        }
        return grouped;
    }

    private static boolean beginsFrame(byte[] bytes, Span fragment) {
        int at = fragment.offset();
        return fragment.length() >= 2
                && bytes[at] == (byte) 0xFF
                && (bytes[at + 1] == JPEG_START || bytes[at + 1] == JPEG_2000_START);
    }

    private static boolean endsFrame(byte[] bytes, Span fragment) {
        int last = fragment.end() - 1;
        // what makes lengths even
        while (last > fragment.offset() && bytes[last] == 0) {
            last--;
        }
        return last > fragment.offset() && bytes[last] == END && bytes[last - 1] == (byte) 0xFF;
    }

    private static List<List<Span>> byOffsets(byte[] bytes, Span table, List<Span> fragments, int frames) {
        if (table.length() != 4L * frames) {
            throw UnreadableDicomException.corrupt(
                    "its table of offsets has " + table.length() + " bytes for " + frames + " frames");
        }
        ByteBuffer offsets =
                ByteBuffer.wrap(bytes, table.offset(), table.length()).slice().order(ByteOrder.LITTLE_ENDIAN);
        int origin = fragments.get(0).offset() - 8;
        List<List<Span>> grouped = new ArrayList<>();
        for (Span fragment : fragments) {
            boolean starts = grouped.size() < frames
                    && Integer.toUnsignedLong(offsets.getInt(4 * grouped.size())) == fragment.offset() - 8L - origin;
            if (starts) {
                grouped.add(new ArrayList<>());
            } else if (grouped.isEmpty()) {
                break;
            }
            grouped.get(grouped.size() - 1).add(fragment);
        }
        if (grouped.size() != frames) {
            throw UnreadableDicomException.corrupt("its table of offsets does not fit its fragments");
        }
        return grouped;
    }

    /** The uncompressed pixels of all frames. */
    Span nativePixels() {
        return frames.get(0).get(0);
    }

    /** Whether uncompressed pixels are made of 16-bit words. */
    boolean words() {
        return words;
    }

    byte[] bytes() {
        return bytes;
    }

    /** The compressed bytes of a frame. */
    byte[] compressed(int frame) {
        List<Span> parts = frames.get(frame);
        int length = parts.stream().mapToInt(Span::length).reduce(0, Math::addExact);
        byte[] joined = new byte[length];
        int to = 0;
        for (Span part : parts) {
            System.arraycopy(bytes, part.offset(), joined, to, part.length());
            to += part.length();
        }
        return joined;
    }
}
