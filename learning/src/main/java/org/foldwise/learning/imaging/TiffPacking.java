package org.foldwise.learning.imaging;

/** How the bytes of a strip or tile of a TIFF file are packed. */
enum TiffPacking {
    NONE(1),
    LZW(3000),
    DEFLATE(1032),
    PACK_BITS(64);

    /** How many unpacked bytes a packed one can stand for; fewer bytes than that asks for cannot hold a strip. */
    private final int maximumRatio;

    TiffPacking(int maximumRatio) {
        this.maximumRatio = maximumRatio;
    }

    /** By the value of the tag Compression. */
    static TiffPacking of(long code) {
        return switch ((int) Math.min(code, Integer.MAX_VALUE)) {
            case 1 -> NONE;
            case 2, 3, 4 -> throw TiffFile.unsupported("it is packed as telefaxes are (CCITT)");
            case 5 -> LZW;
            case 6, 7 -> throw TiffFile.unsupported("it is packed by JPEG");
            case 8, 32946 -> DEFLATE;
            case 32773 -> PACK_BITS;
            default ->
                throw TiffFile.unsupported("only LZW, deflate and PackBits are unpacked, not compression " + code);
        };
    }

    /** Whether differences of neighbours may be stored instead of samples. */
    boolean predicts() {
        return this == LZW || this == DEFLATE;
    }

    /** Refuses strips and tiles that cannot hold so many unpacked bytes. */
    void requireLength(long packed, long unpacked) {
        if (unpacked > packed * maximumRatio) {
            throw TiffFile.truncated();
        }
        if (this == NONE && packed != unpacked) {
            throw TiffFile.corrupt("a strip or tile has " + packed + " bytes instead of " + unpacked);
        }
    }

    /** What unpacks those bytes of the file. */
    TiffUnpacker unpacker(byte[] file, FileSpan span) {
        return switch (this) {
            case NONE -> new TiffUnpacker.Plain(file, span);
            case LZW -> new TiffUnpacker.Strings(file, span);
            case DEFLATE -> new TiffUnpacker.Deflated(file, span);
            case PACK_BITS -> new TiffUnpacker.Runs(file, span);
        };
    }
}
