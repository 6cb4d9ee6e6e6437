package org.foldwise.learning.imaging;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * WebP's lossless coding (WebP Lossless Bitstream Specification). What it makes the decoder do is bounded by its pixels and its bytes:
 * small images within it are no larger than a sixteenth of the whole, and every code that is read takes bits.
 */
final class Vp8lImage {
    private static final int HEADER_LENGTH = 5;
    private static final int SIGNATURE = 0x2F;
    private static final int SIDE_BITS = 14;
    private static final int LITERALS = 256;
    private static final int LENGTHS = 24;
    private static final int DISTANCES = 40;
    private static final int MAXIMUM_CACHE_BITS = 11;
    private static final int CACHE_FACTOR = 0x1E35A7BD;
    /** What encoders leave behind their last bit. */
    private static final int PADDING = 8;

    /** Neighbours by their distance: rows above times 16, plus 8 less the columns to the right. */
    private static final int[] NEIGHBOURS = {
        0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a, 0x38, 0x05, 0x37, 0x39, 0x15, 0x1b,
                0x36,
        0x3a, 0x25, 0x2b, 0x48, 0x04, 0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46, 0x4a, 0x24, 0x2c, 0x58, 0x45, 0x4b,
                0x34,
        0x3c, 0x03, 0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d, 0x44, 0x4c, 0x55, 0x5b, 0x33, 0x3d, 0x68, 0x02,
                0x67,
        0x69, 0x12, 0x1e, 0x66, 0x6a, 0x22, 0x2e, 0x54, 0x5c, 0x43, 0x4d, 0x65, 0x6b, 0x32, 0x3e, 0x78, 0x01, 0x77,
                0x79,
        0x53, 0x5d, 0x11, 0x1f, 0x64, 0x6c, 0x42, 0x4e, 0x76, 0x7a, 0x21, 0x2f, 0x75, 0x7b, 0x31, 0x3f, 0x63, 0x6d,
                0x52,
        0x5e, 0x00, 0x74, 0x7c, 0x41, 0x4f, 0x10, 0x20, 0x62, 0x6e, 0x30, 0x73, 0x7d, 0x51, 0x5f, 0x40, 0x72, 0x7e,
                0x61,
        0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70
    };

    /**
     * What an image says about itself.
     *
     * @param hasAlpha whether alpha counts
     * @param pixels the bytes behind the header
     */
    record Header(int width, int height, boolean hasAlpha, FileSpan pixels) {
        static Header of(byte[] file, FileSpan span) {
            if (span.length() < HEADER_LENGTH) {
                throw WebpFile.truncated();
            }
            Vp8lBits bits = new Vp8lBits(file, span);
            if (bits.number(8) != SIGNATURE) {
                throw WebpFile.corrupt("its lossless image does not begin as one does");
            }
            int width = bits.number(SIDE_BITS) + 1;
            int height = bits.number(SIDE_BITS) + 1;
            boolean hasAlpha = bits.flag();
            if (bits.number(3) != 0) {
                throw WebpFile.unsupported("its lossless image is of a later version");
            }
            return new Header(
                    width,
                    height,
                    hasAlpha,
                    new FileSpan(span.offset() + HEADER_LENGTH, span.length() - HEADER_LENGTH));
        }
    }

    /** The five codes of a part of the image. */
    private record Codes(
            Vp8lPrefixCode green,
            Vp8lPrefixCode red,
            Vp8lPrefixCode blue,
            Vp8lPrefixCode alpha,
            Vp8lPrefixCode distance) {
        static Codes read(Vp8lBits bits, int cacheSize) {
            return new Codes(
                    Vp8lPrefixCode.read(bits, LITERALS + LENGTHS + cacheSize),
                    Vp8lPrefixCode.read(bits, LITERALS),
                    Vp8lPrefixCode.read(bits, LITERALS),
                    Vp8lPrefixCode.read(bits, LITERALS),
                    Vp8lPrefixCode.read(bits, DISTANCES));
        }
    }

    private final Vp8lBits bits;

    private Vp8lImage(Vp8lBits bits) {
        this.bits = bits;
    }

    /** The pixels of an image of that size: alpha, red, green and blue from the highest to the lowest byte. */
    static int[] decode(byte[] file, FileSpan span, int width, int height) {
        Vp8lImage image = new Vp8lImage(new Vp8lBits(file, span));
        int[] pixels = image.readImage(width, height);
        if (image.bits.bytesLeft() > PADDING) {
            throw WebpFile.corrupt("its lossless image goes on behind its last pixel");
        }
        return pixels;
    }

    private int[] readImage(int width, int height) {
        List<Vp8lTransform> transforms = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        int packedWidth = width;
        while (bits.flag()) {
            int kind = bits.number(2);
            if (!seen.add(kind)) {
                throw WebpFile.corrupt("its lossless image is transformed twice in one way");
            }
            Vp8lTransform transform = readTransform(kind, packedWidth, height);
            transforms.add(0, transform);
            if (transform instanceof Vp8lTransform.Palette palette) {
                packedWidth = palette.packedWidth();
            }
        }
        int cacheBits = readCacheBits();
        int[] pixels = readPixels(packedWidth, height, cacheBits, bits.flag() ? readTiles(packedWidth, height) : null);
        for (Vp8lTransform transform : transforms) {
            pixels = transform.undo(pixels);
        }
        return pixels;
    }

    private Vp8lTransform readTransform(int kind, int width, int height) {
        return switch (kind) {
            case 0 -> new Vp8lTransform.Predictor(readTiles(width, height), width);
            case 1 -> new Vp8lTransform.Colour(readTiles(width, height));
            case 2 -> new Vp8lTransform.Green();
            default -> readPalette(width, height);
        };
    }

    private Vp8lTiles readTiles(int width, int height) {
        int power = bits.number(3) + 2;
        int[] values = readSmallImage(Vp8lTiles.across(width, power), Vp8lTiles.across(height, power));
        return new Vp8lTiles(values, width, power);
    }

    /** Colours are stored as differences to the one before. */
    private Vp8lTransform.Palette readPalette(int width, int height) {
        int[] colours = readSmallImage(bits.number(8) + 1, 1);
        for (int i = 1; i < colours.length; i++) {
            int alphaAndGreen = ((colours[i] & 0xFF00FF00) + (colours[i - 1] & 0xFF00FF00)) & 0xFF00FF00;
            int redAndBlue = ((colours[i] & 0x00FF00FF) + (colours[i - 1] & 0x00FF00FF)) & 0x00FF00FF;
            colours[i] = alphaAndGreen | redAndBlue;
        }
        return new Vp8lTransform.Palette(colours, width, height);
    }

    private int[] readSmallImage(int width, int height) {
        return readPixels(width, height, readCacheBits(), null);
    }

    private int readCacheBits() {
        if (!bits.flag()) {
            return 0;
        }
        int cacheBits = bits.number(4);
        if (cacheBits < 1 || cacheBits > MAXIMUM_CACHE_BITS) {
            throw WebpFile.corrupt("its lossless image has a cache of " + cacheBits + " bits");
        }
        return cacheBits;
    }

    /** @param groups which codes each tile uses, nothing where all use the same */
    private int[] readPixels(int width, int height, int cacheBits, @Nullable Vp8lTiles groups) {
        int groupCount = 1;
        if (groups != null) {
            for (int value : groups.values()) {
                groupCount = Math.max(groupCount, (value >> 8 & 0xFFFF) + 1);
            }
        }
        int cacheSize = cacheBits == 0 ? 0 : 1 << cacheBits;
        List<Codes> codes = new ArrayList<>();
        for (int i = 0; i < groupCount; i++) {
            codes.add(Codes.read(bits, cacheSize));
        }
        int[] pixels = new int[width * height];
        int[] cache = new int[cacheSize];
        int at = 0;
        while (at < pixels.length) {
            Codes group = groups == null ? codes.get(0) : codes.get(groups.at(at) >> 8 & 0xFFFF);
            int symbol = group.green().symbol(bits);
            int from = at;
            if (symbol < LITERALS) {
                int red = group.red().symbol(bits);
                int blue = group.blue().symbol(bits);
                int alpha = group.alpha().symbol(bits);
                pixels[at++] = alpha << 24 | red << 16 | symbol << 8 | blue;
            } else if (symbol < LITERALS + LENGTHS) {
                int length = magnitude(symbol - LITERALS);
                int distance = distance(magnitude(group.distance().symbol(bits)), width);
                if (distance > at || length > pixels.length - at) {
                    throw WebpFile.corrupt("its lossless image repeats pixels that it does not have");
                }
                for (int end = at + length; at < end; at++) {
                    pixels[at] = pixels[at - distance];
                }
            } else {
                pixels[at++] = cache[symbol - LITERALS - LENGTHS];
            }
            for (; cacheBits > 0 && from < at; from++) {
                cache[(CACHE_FACTOR * pixels[from]) >>> (32 - cacheBits)] = pixels[from];
            }
        }
        return pixels;
    }

    /** A length or distance whose order of magnitude a symbol says, and whose rest the next bits. */
    private int magnitude(int symbol) {
        if (symbol < 4) {
            return symbol + 1;
        }
        int extra = (symbol - 2) >> 1;
        return ((2 + (symbol & 1)) << extra) + bits.number(extra) + 1;
    }

    private static int distance(int code, int width) {
        if (code > NEIGHBOURS.length) {
            return code - NEIGHBOURS.length;
        }
        int neighbour = NEIGHBOURS[code - 1];
        return Math.max(1, (neighbour >> 4) * width + 8 - (neighbour & 15));
    }
}
