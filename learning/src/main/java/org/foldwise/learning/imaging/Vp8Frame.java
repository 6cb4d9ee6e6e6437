package org.foldwise.learning.imaging;

import java.util.Arrays;

/**
 * A key frame of VP8 (RFC 6386), as lossy WebP files hold it. Its size is known from its first ten bytes. Every bit must lie within
 * its partition. Samples equal those of the libwebp library, its interpolation of chroma included.
 */
final class Vp8Frame {
    private static final int HEADER_LENGTH = 10;
    private static final int START_CODE = 0x2A019D;
    /** The two bits above are a wish for scaling, which nobody fulfils. */
    private static final int LARGEST_SIDE = 0x3FFF;

    private static final int SEGMENTS = 4;
    private static final int NEVER = -1;

    private final byte[] file;
    private final FileSpan span;
    private final int width;
    private final int height;
    private final int across;
    private final int down;
    private final FileSpan firstPartition;

    private final int[] segmentSteps = new int[SEGMENTS];
    private final int[] segmentLevels = new int[SEGMENTS];
    private final int[] segmentProbabilities = {255, 255, 255};
    private boolean segmented;
    private boolean segmentsMapped;
    private boolean segmentsAbsolute = true;

    private boolean simpleFilter;
    private int filterLevel;
    private int sharpness;
    private int levelDelta;
    private int smallBlocksLevelDelta;

    private Vp8Frame(byte[] file, FileSpan span, int width, int height, FileSpan firstPartition) {
        this.file = file;
        this.span = span;
        this.width = width;
        this.height = height;
        this.across = (width + 15) / 16;
        this.down = (height + 15) / 16;
        this.firstPartition = firstPartition;
    }

    /** Reads the frame's size and where its first partition ends. */
    static Vp8Frame open(byte[] file, FileSpan span) {
        if (span.length() < HEADER_LENGTH) {
            throw WebpFile.truncated();
        }
        int at = span.offset();
        int tag = uint24(file, at);
        int code = uint24(file, at + 3);
        boolean shown = (tag & 0x10) != 0;
        if ((tag & 1) != 0 || (tag >> 1 & 7) > 3 || !shown || code != START_CODE) {
            throw WebpFile.corrupt("its VP8 frame does not begin as a picture does");
        }
        int length = tag >> 5;
        if (length > span.length() - HEADER_LENGTH) {
            throw WebpFile.truncated();
        }
        int width = uint24(file, at + 6) & LARGEST_SIDE;
        int height = uint24(file, at + 7) >> 8 & LARGEST_SIDE;
        return new Vp8Frame(file, span, width, height, new FileSpan(at + HEADER_LENGTH, length));
    }

    private static int uint24(byte[] file, int at) {
        return (file[at] & 0xFF) | (file[at + 1] & 0xFF) << 8 | (file[at + 2] & 0xFF) << 16;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Red, green and blue of each pixel. */
    byte[] decode() {
        BooleanDecoder modes = new BooleanDecoder(file, firstPartition);
        // colour space and clamping say nothing about still pictures
        modes.number(2);
        readSegments(modes);
        readFilter(modes);
        BooleanDecoder[] partitions = partitions(modes.number(2));
        Vp8Steps[] steps = readSteps(modes);
        // whether probabilities are kept for a next frame
        modes.flag();
        Vp8Residue residue = new Vp8Residue(readProbabilities(modes), across);
        int skipProbability = modes.flag() ? modes.number(8) : NEVER;
        Vp8Picture picture = new Vp8Picture(across, down);
        byte[] smoothing = readMacroblocks(modes, partitions, steps, residue, skipProbability, picture);
        modes.requireEnd();
        for (BooleanDecoder partition : partitions) {
            partition.requireEnd();
        }
        if (filterLevel > 0) {
            smooth(picture, smoothing);
        }
        return picture.rgb(width, height);
    }

    private void readSegments(BooleanDecoder modes) {
        segmented = modes.flag();
        if (!segmented) {
            return;
        }
        segmentsMapped = modes.flag();
        if (modes.flag()) {
            segmentsAbsolute = modes.flag();
            for (int i = 0; i < SEGMENTS; i++) {
                segmentSteps[i] = modes.optional(7);
            }
            for (int i = 0; i < SEGMENTS; i++) {
                segmentLevels[i] = modes.optional(6);
            }
        }
        for (int i = 0; i < segmentProbabilities.length && segmentsMapped; i++) {
            segmentProbabilities[i] = modes.flag() ? modes.number(8) : 255;
        }
    }

    private void readFilter(BooleanDecoder modes) {
        simpleFilter = modes.flag();
        filterLevel = modes.number(6);
        sharpness = modes.number(3);
        boolean adjusted = modes.flag();
        if (adjusted && modes.flag()) {
            // of the kinds of references and of modes only the first occur in a picture
            for (int i = 0; i < 8; i++) {
                int delta = modes.optional(6);
                levelDelta = i == 0 ? delta : levelDelta;
                smallBlocksLevelDelta = i == 4 ? delta : smallBlocksLevelDelta;
            }
        }
    }

    private BooleanDecoder[] partitions(int power) {
        int count = 1 << power;
        int table = firstPartition.offset() + firstPartition.length();
        int end = span.offset() + span.length();
        int start = table + 3 * (count - 1);
        if (start > end) {
            throw WebpFile.truncated();
        }
        BooleanDecoder[] partitions = new BooleanDecoder[count];
        for (int i = 0; i < count; i++) {
            int length = end - start;
            if (i < count - 1) {
                int at = table + 3 * i;
                length = uint24(file, at);
            }
            if (length > end - start) {
                throw WebpFile.truncated();
            }
            partitions[i] = new BooleanDecoder(file, new FileSpan(start, length));
            start += length;
        }
        return partitions;
    }

    private Vp8Steps[] readSteps(BooleanDecoder modes) {
        int base = modes.number(7);
        int[] deltas = new int[5];
        for (int i = 0; i < deltas.length; i++) {
            deltas[i] = modes.optional(4);
        }
        Vp8Steps[] steps = new Vp8Steps[SEGMENTS];
        for (int i = 0; i < SEGMENTS; i++) {
            int own = segmentsAbsolute ? segmentSteps[i] : base + segmentSteps[i];
            steps[i] = Vp8Steps.of(segmented ? own : base, deltas);
        }
        return steps;
    }

    private static int[] readProbabilities(BooleanDecoder modes) {
        int[] probabilities = Vp8Tables.tokenProbabilities();
        for (int i = 0; i < probabilities.length; i++) {
            if (modes.bit(Vp8Tables.keptProbability(i))) {
                probabilities[i] = modes.number(8);
            }
        }
        return probabilities;
    }

    /** Reads and predicts all macroblocks; the result says of each how it is smoothed: segment, small blocks, coefficients. */
    private byte[] readMacroblocks(
            BooleanDecoder modes,
            BooleanDecoder[] partitions,
            Vp8Steps[] steps,
            Vp8Residue residue,
            int skipProbability,
            Vp8Picture picture) {
        byte[] smoothing = new byte[across * down];
        int[] modesAbove = new int[4 * across];
        int[] modesLeft = new int[4];
        int[] small = new int[16];
        for (int row = 0; row < down; row++) {
            BooleanDecoder tokens = partitions[row % partitions.length];
            residue.beginRow();
            Arrays.fill(modesLeft, Vp8Mode.MEAN);
            for (int column = 0; column < across; column++) {
                int segment = segmentsMapped ? readSegment(modes) : 0;
                boolean skipped = skipProbability != NEVER && modes.bit(skipProbability);
                boolean whole = modes.bit(145);
                int mode = whole ? readMode(modes) : -1;
                if (whole) {
                    Arrays.fill(modesAbove, 4 * column, 4 * column + 4, mode);
                    Arrays.fill(modesLeft, mode);
                } else {
                    readSmallModes(modes, modesAbove, 4 * column, modesLeft, small);
                }
                int chroma = readChromaMode(modes);
                boolean filled = false;
                if (skipped) {
                    residue.skip(column, whole);
                } else {
                    filled = residue.read(tokens, column, whole, steps[segment]);
                }
                if (whole) {
                    picture.predict(column, row, mode, residue);
                } else {
                    picture.predictSmall(column, row, small, residue);
                }
                picture.predictChroma(column, row, chroma, residue);
                smoothing[row * across + column] = (byte) (segment << 2 | (whole ? 0 : 2) | (filled || !whole ? 1 : 0));
            }
        }
        return smoothing;
    }

    private int readSegment(BooleanDecoder modes) {
        if (!modes.bit(segmentProbabilities[0])) {
            return modes.bit(segmentProbabilities[1]) ? 1 : 0;
        }
        return modes.bit(segmentProbabilities[2]) ? 3 : 2;
    }

    private static int readMode(BooleanDecoder modes) {
        if (modes.bit(156)) {
            return modes.bit(128) ? Vp8Mode.TRUE_MOTION : Vp8Mode.HORIZONTAL;
        }
        return modes.bit(163) ? Vp8Mode.VERTICAL : Vp8Mode.MEAN;
    }

    private static int readChromaMode(BooleanDecoder modes) {
        if (!modes.bit(142)) {
            return Vp8Mode.MEAN;
        }
        if (!modes.bit(114)) {
            return Vp8Mode.VERTICAL;
        }
        return modes.bit(183) ? Vp8Mode.TRUE_MOTION : Vp8Mode.HORIZONTAL;
    }

    private static void readSmallModes(BooleanDecoder modes, int[] above, int start, int[] left, int[] small) {
        for (int block = 0; block < 16; block++) {
            int x = start + block % 4;
            int y = block / 4;
            int mode = readSmallMode(modes, above[x], left[y]);
            above[x] = mode;
            left[y] = mode;
            small[block] = mode;
        }
    }

    private static int readSmallMode(BooleanDecoder modes, int above, int left) {
        for (int mode = Vp8Mode.MEAN; mode < Vp8Mode.HORIZONTAL; mode++) {
            if (!isBranch(modes, above, left, mode)) {
                return mode;
            }
        }
        if (!isBranch(modes, above, left, 3)) {
            if (!isBranch(modes, above, left, 4)) {
                return Vp8Mode.HORIZONTAL;
            }
            return isBranch(modes, above, left, 5) ? Vp8Mode.VERTICAL_RIGHT : Vp8Mode.RIGHT_DOWN;
        }
        if (!isBranch(modes, above, left, 6)) {
            return Vp8Mode.LEFT_DOWN;
        }
        if (!isBranch(modes, above, left, 7)) {
            return Vp8Mode.VERTICAL_LEFT;
        }
        return isBranch(modes, above, left, 8) ? Vp8Mode.HORIZONTAL_UP : Vp8Mode.HORIZONTAL_DOWN;
    }

    private static boolean isBranch(BooleanDecoder modes, int above, int left, int branch) {
        return modes.bit(Vp8Tables.modeProbability(above, left, branch));
    }

    private void smooth(Vp8Picture picture, byte[] smoothing) {
        Vp8LoopFilter.Strength[] strengths = new Vp8LoopFilter.Strength[2 * SEGMENTS];
        for (int i = 0; i < strengths.length; i++) {
            int own = segmentsAbsolute ? segmentLevels[i / 2] : filterLevel + segmentLevels[i / 2];
            int level = (segmented ? own : filterLevel) + levelDelta + (i % 2 == 1 ? smallBlocksLevelDelta : 0);
            strengths[i] = Vp8LoopFilter.Strength.of(level, sharpness);
        }
        Vp8LoopFilter filter = picture.loopFilter(simpleFilter);
        for (int row = 0; row < down; row++) {
            for (int column = 0; column < across; column++) {
                int how = smoothing[row * across + column];
                filter.smooth(column, row, strengths[how >> 1], (how & 1) != 0);
            }
        }
    }
}
