package org.foldwise.learning.imaging.dicom;

import java.util.Arrays;

/**
 * Decodes the bit planes of code blocks (ITU-T T.800, annex D). Magnitudes have one bit below the lowest plane: what the planes
 * that are not coded would add is taken for a half. Not safe for use by several threads.
 */
final class CodeBlockDecoder {
    /** What a sample's surroundings are: which neighbours are significant, which of the straight ones are negative. */
    private static final int NORTH_EAST = 1;

    private static final int SOUTH_EAST = 1 << 1;
    private static final int SOUTH_WEST = 1 << 2;
    private static final int NORTH_WEST = 1 << 3;
    private static final int NORTH = 1 << 4;
    private static final int EAST = 1 << 5;
    private static final int SOUTH = 1 << 6;
    private static final int WEST = 1 << 7;
    private static final int NEIGHBOURS = (1 << 8) - 1;
    private static final int NEGATIVE_NORTH = 1 << 8;
    private static final int NEGATIVE_EAST = 1 << 9;
    private static final int NEGATIVE_SOUTH = 1 << 10;
    private static final int NEGATIVE_WEST = 1 << 11;
    private static final int SIGNIFICANT = 1 << 12;
    private static final int REFINED = 1 << 13;
    private static final int VISITED = 1 << 14;
    private static final int NEGATIVE = 1 << 15;

    private static final int STRIPE = 4;
    private static final int SIGN_CONTEXTS = 9;
    private static final int REFINEMENT_CONTEXTS = 14;
    private static final int RUN = 17;
    private static final int UNIFORM = 18;
    private static final int CONTEXTS = 19;

    /** By orientation (low, horizontal, vertical, diagonal) and neighbours (table D.1). */
    private static final byte[][] SIGNIFICANCE = new byte[4][NEIGHBOURS + 1];

    static {
        for (int neighbours = 0; neighbours <= NEIGHBOURS; neighbours++) {
            int beside = bit(neighbours, EAST) + bit(neighbours, WEST);
            int above = bit(neighbours, NORTH) + bit(neighbours, SOUTH);
            int diagonal = bit(neighbours, NORTH_EAST)
                    + bit(neighbours, SOUTH_EAST)
                    + bit(neighbours, SOUTH_WEST)
                    + bit(neighbours, NORTH_WEST);
            SIGNIFICANCE[0][neighbours] = straight(beside, above, diagonal);
            SIGNIFICANCE[1][neighbours] = straight(above, beside, diagonal);
            SIGNIFICANCE[2][neighbours] = straight(beside, above, diagonal);
            SIGNIFICANCE[3][neighbours] = diagonal(beside + above, diagonal);
        }
    }

    private static int bit(int flags, int flag) {
        return (flags & flag) == 0 ? 0 : 1;
    }

    private static byte straight(int along, int across, int diagonal) {
        if (along == 2) {
            return 8;
        }
        if (along == 1) {
            return (byte) (across > 0 ? 7 : diagonal > 0 ? 6 : 5);
        }
        return (byte) (across > 0 ? 2 + across : Math.min(2, diagonal));
    }

    private static byte diagonal(int straight, int diagonal) {
        return (byte)
                switch (diagonal) {
                    case 0 -> Math.min(2, straight);
                    case 1 -> 3 + Math.min(2, straight);
                    case 2 -> 6 + Math.min(1, straight);
                    default -> 8;
                };
    }

    private final ArithmeticDecoder arithmetic = new ArithmeticDecoder(CONTEXTS);
    private final byte[] tile;
    private byte[] significance = SIGNIFICANCE[0];
    private int width;
    private int height;
    private int stride;
    private int[] flags = new int[0];
    private int[] magnitudes = new int[0];
    /** The bit of the present plane; the one below it is the half of what is not known yet. */
    private int plane;

    /** @param tile the bytes that the blocks' parts lie in */
    CodeBlockDecoder(byte[] tile) {
        this.tile = tile;
    }

    /**
     * Decodes a block.
     *
     * @param orientation 0 for the low band, 1 high horizontally, 2 vertically, 3 both
     * @return twice the coefficients, row by row, valid until the next call
     */
    int[] decode(CodeBlock block, int orientation) {
        begin(block, orientation);
        byte[] data = block.data(tile);
        arithmetic.begin(data, 0, data.length);
        for (int pass = 0; pass < block.passes(); pass++) {
            decodePass(pass);
        }
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if ((flags[(y + 1) * stride + x + 1] & NEGATIVE) != 0) {
                    magnitudes[y * width + x] = -magnitudes[y * width + x];
                }
            }
        }
        return magnitudes;
    }

    private void begin(CodeBlock block, int orientation) {
        significance = SIGNIFICANCE[orientation];
        width = block.width();
        height = block.height();
        stride = width + 2;
        int cells = stride * (height + 2);
        if (flags.length < cells) {
            flags = new int[cells];
            magnitudes = new int[width * height];
        } else {
            Arrays.fill(flags, 0, cells, 0);
        }
        if (magnitudes.length < width * height) {
            magnitudes = new int[width * height];
        }
        Arrays.fill(magnitudes, 0, width * height, 0);
        plane = 1 << block.planes();
        arithmetic.reset();
        arithmetic.reset(0, 4);
        arithmetic.reset(RUN, 3);
        arithmetic.reset(UNIFORM, 46);
    }

    /** The first plane has a cleanup pass alone; the others have all three. */
    private void decodePass(int pass) {
        switch (pass % 3) {
            case 0 -> cleanUp();
            case 1 -> {
                plane >>= 1;
                propagate();
            }
            default -> refine();
        }
    }

    private void propagate() {
        for (int top = 0; top < height; top += STRIPE) {
            int bottom = Math.min(height, top + STRIPE);
            for (int x = 0; x < width; x++) {
                for (int y = top; y < bottom; y++) {
                    int at = (y + 1) * stride + x + 1;
                    int flag = flags[at];
                    if ((flag & SIGNIFICANT) != 0 || (flag & NEIGHBOURS) == 0) {
                        continue;
                    }
                    int bit = arithmetic.decide(significance[flag & NEIGHBOURS]);
                    if (bit == 1) {
                        becomeSignificant(at, x, y, flag);
                    }
                    flags[at] |= VISITED;
                }
            }
        }
    }

    private void refine() {
        int half = plane >> 1;
        for (int top = 0; top < height; top += STRIPE) {
            int bottom = Math.min(height, top + STRIPE);
            for (int x = 0; x < width; x++) {
                for (int y = top; y < bottom; y++) {
                    int at = (y + 1) * stride + x + 1;
                    if ((flags[at] & (SIGNIFICANT | VISITED)) != SIGNIFICANT) {
                        continue;
                    }
                    int bit = arithmetic.decide(refinementContext(flags[at]));
                    magnitudes[y * width + x] += bit == 1 ? half : -half;
                    flags[at] |= REFINED;
                }
            }
        }
    }

    private static int refinementContext(int flag) {
        if ((flag & REFINED) != 0) {
            return REFINEMENT_CONTEXTS + 2;
        }
        return (flag & NEIGHBOURS) == 0 ? REFINEMENT_CONTEXTS : REFINEMENT_CONTEXTS + 1;
    }

    private void cleanUp() {
        for (int top = 0; top < height; top += STRIPE) {
            int bottom = Math.min(height, top + STRIPE);
            for (int x = 0; x < width; x++) {
                cleanUpColumn(x, top, bottom);
            }
        }
    }

    private void cleanUpColumn(int x, int top, int bottom) {
        int first = top;
        boolean found = false;
        if (isQuiet(x, top, bottom)) {
            if (arithmetic.decide(RUN) == 0) {
                return;
            }
            first = top + ((arithmetic.decide(UNIFORM) << 1) | arithmetic.decide(UNIFORM));
            found = true;
        }
        for (int y = first; y < bottom; y++) {
            int at = (y + 1) * stride + x + 1;
            if ((flags[at] & (SIGNIFICANT | VISITED)) == 0) {
                int flag = flags[at];
                if (found || arithmetic.decide(significance[flag & NEIGHBOURS]) == 1) {
                    becomeSignificant(at, x, y, flag);
                }
                found = false;
            }
            flags[at] &= ~VISITED;
        }
    }

    /** Whether a whole column of a stripe is told by one decision. */
    private boolean isQuiet(int x, int top, int bottom) {
        if (bottom - top < STRIPE) {
            return false;
        }
        int all = 0;
        for (int y = top; y < bottom; y++) {
            all |= flags[(y + 1) * stride + x + 1];
        }
        return (all & (SIGNIFICANT | VISITED | NEIGHBOURS)) == 0;
    }

    private void becomeSignificant(int at, int x, int y, int flag) {
        boolean negative = isNegative(flag);
        magnitudes[y * width + x] = plane | (plane >> 1);
        flags[at] |= negative ? SIGNIFICANT | NEGATIVE : SIGNIFICANT;
        flags[at - stride] |= negative ? SOUTH | NEGATIVE_SOUTH : SOUTH;
        flags[at + stride] |= negative ? NORTH | NEGATIVE_NORTH : NORTH;
        flags[at - 1] |= negative ? EAST | NEGATIVE_EAST : EAST;
        flags[at + 1] |= negative ? WEST | NEGATIVE_WEST : WEST;
        flags[at - stride - 1] |= SOUTH_EAST;
        flags[at - stride + 1] |= SOUTH_WEST;
        flags[at + stride - 1] |= NORTH_EAST;
        flags[at + stride + 1] |= NORTH_WEST;
    }

    /** Signs are predicted by those of the straight neighbours (tables D.2 and D.3). */
    private boolean isNegative(int flag) {
        int beside = tendency(flag, EAST, NEGATIVE_EAST) + tendency(flag, WEST, NEGATIVE_WEST);
        int above = tendency(flag, NORTH, NEGATIVE_NORTH) + tendency(flag, SOUTH, NEGATIVE_SOUTH);
        int sum = 3 * Integer.signum(beside) + Integer.signum(above);
        int context = SIGN_CONTEXTS + Math.abs(sum);
        return arithmetic.decide(context) == (sum < 0 ? 0 : 1);
    }

    private static int tendency(int flag, int significant, int negative) {
        if ((flag & significant) == 0) {
            return 0;
        }
        return (flag & negative) == 0 ? 1 : -1;
    }
}
