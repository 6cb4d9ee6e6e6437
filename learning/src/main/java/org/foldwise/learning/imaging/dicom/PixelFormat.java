package org.foldwise.learning.imaging.dicom;

import org.foldwise.learning.imaging.dicom.UnreadableDicomException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * How the header says pixels are stored (PS3.3, C.7.6.3).
 *
 * @param samples of a pixel: 1 or 3
 * @param planar whether uncompressed colours lie in planes
 * @param bitsAllocated 1, 8, 16 or 32
 * @param bitsStored at most as many as allocated; the bits around them are not looked at
 * @param highBit the highest stored bit
 * @param signed whether stored values are two's complement
 * @param floating whether samples are floating-point numbers of 32 or 64 bits
 */
record PixelFormat(
        int columns,
        int rows,
        int frames,
        int samples,
        Photometric photometric,
        boolean planar,
        int bitsAllocated,
        int bitsStored,
        int highBit,
        boolean signed,
        boolean floating) {

    /** What samples mean. */
    enum Photometric {
        MONOCHROME1("MONOCHROME1", 1),
        MONOCHROME2("MONOCHROME2", 1),
        PALETTE("PALETTE COLOR", 1),
        RGB("RGB", 3),
        YBR_FULL("YBR_FULL", 3),
        YBR_FULL_422("YBR_FULL_422", 3),
        YBR_ICT("YBR_ICT", 3),
        YBR_RCT("YBR_RCT", 3);

        private final String term;
        private final int samples;

        Photometric(String term, int samples) {
            this.term = term;
            this.samples = samples;
        }

        String term() {
            return term;
        }

        boolean isGrey() {
            return this == MONOCHROME1 || this == MONOCHROME2;
        }

        static Photometric ofTerm(@Nullable String term) {
            for (Photometric photometric : values()) {
                if (photometric.term.equals(term)) {
                    return photometric;
                }
            }
            throw term == null
                    ? UnreadableDicomException.corrupt("it does not say its photometric interpretation")
                    : UnreadableDicomException.unsupported("its photometric interpretation is not known here");
        }
    }

    static PixelFormat of(DataSet data, int pixelTag) {
        int rows = data.requireUnsigned(Tag.ROWS, "its rows");
        int columns = data.requireUnsigned(Tag.COLUMNS, "its columns");
        if (rows == 0 || columns == 0) {
            throw new UnreadableDicomException(
                    Reason.ZERO_SIZE, "the DICOM image declares " + columns + " x " + rows + " pixels");
        }
        Photometric photometric = Photometric.ofTerm(data.text(Tag.PHOTOMETRIC_INTERPRETATION));
        int samples = data.requireUnsigned(Tag.SAMPLES_PER_PIXEL, "its samples per pixel");
        if (samples != photometric.samples) {
            throw UnreadableDicomException.corrupt(
                    photometric.term + " has " + photometric.samples + " samples a pixel, it declares " + samples);
        }
        int allocated = data.requireUnsigned(Tag.BITS_ALLOCATED, "its bits allocated");
        boolean floating = pixelTag != Tag.PIXEL_DATA;
        int stored = floating ? allocated : data.requireUnsigned(Tag.BITS_STORED, "its bits stored");
        int high = floating ? allocated - 1 : data.unsignedOr(Tag.HIGH_BIT, stored - 1, "its high bit");
        requireBits(pixelTag, allocated, stored, high);
        boolean signed = !floating && isOne(data, Tag.PIXEL_REPRESENTATION, "its pixel representation");
        if (signed && allocated == 1) {
            throw UnreadableDicomException.corrupt(
                    "its samples are signed and have 1 bit, which leaves none for a number");
        }
        return new PixelFormat(
                columns,
                rows,
                frames(data),
                samples,
                photometric,
                samples > 1 && data.has(Tag.PLANAR_CONFIGURATION) && isPlanar(data),
                allocated,
                stored,
                high,
                signed,
                floating);
    }

    private static boolean isPlanar(DataSet data) {
        return isOne(data, Tag.PLANAR_CONFIGURATION, "its planar configuration");
    }

    /** Of an element that is 0 or 1. */
    private static boolean isOne(DataSet data, int tag, String name) {
        int value = data.requireUnsigned(tag, name);
        if (value > 1) {
            throw UnreadableDicomException.corrupt(name + " is " + value + ", neither 0 nor 1");
        }
        return value == 1;
    }

    private static void requireBits(int pixelTag, int allocated, int stored, int high) {
        boolean known = pixelTag == Tag.PIXEL_DATA
                ? allocated == 1 || allocated == 8 || allocated == 16 || allocated == 32
                : allocated == (pixelTag == Tag.FLOAT_PIXEL_DATA ? 32 : 64);
        if (!known) {
            throw UnreadableDicomException.unsupported(allocated + " bits are allocated for a sample");
        }
        if (stored < 1 || stored > allocated || high >= allocated || high < stored - 1) {
            throw UnreadableDicomException.corrupt(
                    "it stores " + stored + " bits up to bit " + high + " in " + allocated);
        }
    }

    private static int frames(DataSet data) {
        String text = data.text(Tag.NUMBER_OF_FRAMES);
        if (text == null) {
            return 1;
        }
        if (!text.matches("\\+?0*[1-9]\\d{0,8}")) {
            throw UnreadableDicomException.corrupt("its number of frames is not one");
        }
        return Integer.parseInt(text);
    }

    boolean isGrey() {
        return photometric.isGrey();
    }

    long pixels() {
        return (long) columns * rows;
    }

    /** Bytes of an uncompressed frame; of 1-bit frames, which are packed without gaps between frames, rounded up. */
    long frameBytes() {
        if (isSubsampled()) {
            return pixels() * 2 * (bitsAllocated / 8);
        }
        return (frameBits() + 7) / 8;
    }

    long frameBits() {
        return pixels() * samples * bitsAllocated;
    }

    /** Whether uncompressed chroma lies at half the horizontal resolution. */
    boolean isSubsampled() {
        return photometric == Photometric.YBR_FULL_422;
    }

    /** The same, its samples in full and side by side, as codecs hand them out. */
    PixelFormat unpacked() {
        Photometric full = photometric == Photometric.YBR_FULL_422 ? Photometric.YBR_FULL : photometric;
        return new PixelFormat(
                columns, rows, frames, samples, full, false, bitsAllocated, bitsStored, highBit, signed, floating);
    }

    /** The same, its stored bits the lowest ones, as codecs hand them out. */
    PixelFormat justified() {
        return new PixelFormat(
                columns,
                rows,
                frames,
                samples,
                photometric,
                planar,
                bitsAllocated,
                bitsStored,
                bitsStored - 1,
                signed,
                floating);
    }

    /** The smallest stored value that the bits can hold. */
    long lowest() {
        return signed ? -(1L << (bitsStored - 1)) : 0;
    }

    /** The largest stored value that the bits can hold. */
    long highest() {
        return lowest() + (1L << bitsStored) - 1;
    }

    /** The stored value within the allocated bits, with its sign. */
    int value(int allocatedBits) {
        int value = allocatedBits >>> (highBit + 1 - bitsStored);
        int unused = 32 - bitsStored;
        return signed ? value << unused >> unused : value << unused >>> unused;
    }

    /**
     * The stored value of a sample that a codec hands out, its stored bits the lowest ones. A stream may code more bits than are stored.
     *
     * @throws UnreadableDicomException if there is no such value
     */
    int valueOfCoded(int sample, CodedDepth depth) {
        if (depth.bits() <= bitsStored) {
            return value(sample);
        }
        return depth.exact() ? valueOfCell(sample, depth.bits()) : nearestValue(sample, depth);
    }

    /**
     * Of whole cells, which were coded as they lay in memory, bits around the stored ones count for nothing, as they do where cells are
     * not coded. A stream of fewer bits than are allocated says itself how many count.
     */
    private int valueOfCell(int cell, int bits) {
        int value = value(cell);
        int above = (cell & ((1 << bits) - 1)) >>> bitsStored;
        boolean extendsSign = value < 0 && above == (1 << (bits - bitsStored)) - 1;
        if (bits < bitsAllocated && above != 0 && !extendsSign) {
            throw beyondStoredBits(bits);
        }
        return value;
    }

    /** A lossy codec overshoots where dark meets bright. What lies further off than all values together is none of theirs. */
    private int nearestValue(int sample, CodedDepth depth) {
        int unused = 32 - depth.bits();
        int value = signed && !depth.signed() ? sample << unused >> unused : sample;
        long all = 1L << bitsStored;
        if (value < lowest() - all || value > highest() + all) {
            throw beyondStoredBits(depth.bits());
        }
        return (int) Math.max(lowest(), Math.min(highest(), value));
    }

    private UnreadableDicomException beyondStoredBits(int bits) {
        return UnreadableDicomException.corrupt(
                "a frame codes samples of " + bits + " bits that do not fit into the " + bitsStored + " stored ones");
    }
}
