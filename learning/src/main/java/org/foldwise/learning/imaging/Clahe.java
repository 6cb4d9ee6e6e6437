package org.foldwise.learning.imaging;

/**
 * Contrast limited adaptive histogram equalisation (Zuiderveld, 1994, in Graphics Gems IV; after Pizer et al., 1987, Adaptive
 * histogram equalization and its variations): the image is cut into tiles, each tile's grey levels are spread evenly, but no
 * level's share counts more than the limit, and between the tiles' centres their curves are mixed.
 *
 * <p>Grey images come out as from OpenCV's {@code createCLAHE}, byte for byte. Of colours the luminance is treated, and each
 * channel moves as far as it does.
 *
 * @param clipLimit what a level may count at most, as a multiple of its even share of a tile, 1 to 100
 * @param tiles in each row and in each column, 1 to 64; an image whose sides they do not divide is continued as its mirror image
 */
public record Clahe(double clipLimit, int tiles) {
    private static final int LEVELS = 256;

    public Clahe {
        if (!(clipLimit >= 1 && clipLimit <= 100)) {
            throw new IllegalArgumentException("clipLimit must be 1 to 100, was " + clipLimit);
        }
        if (tiles < 1 || tiles > 64) {
            throw new IllegalArgumentException("tiles must be 1 to 64, were " + tiles);
        }
    }

    /**
     * The image with its contrast spread.
     *
     * @throws IllegalArgumentException if a side has fewer pixels than there are tiles
     */
    public PixelImage apply(PixelImage image) {
        if (image.width() < tiles || image.height() < tiles) {
            throw new IllegalArgumentException(image + " cannot be cut into " + tiles + " x " + tiles + " tiles");
        }
        if (image.channels() == 1) {
            return equalized(image);
        }
        PixelImage grey = image.withChannels(1);
        byte[] before = grey.sharedSamples();
        byte[] after = equalized(grey).sharedSamples();
        int[] offsets = new int[before.length];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = (after[i] & 0xFF) - (before[i] & 0xFF);
        }
        return image.raised(offsets);
    }

    private PixelImage equalized(PixelImage grey) {
        int width = grey.width();
        int height = grey.height();
        boolean divided = width % tiles == 0 && height % tiles == 0;
        // where one side is not divided, OpenCV lengthens the other one too, by a whole pixel a tile
        int tileWidth = divided ? width / tiles : width / tiles + 1;
        int tileHeight = divided ? height / tiles : height / tiles + 1;
        byte[][] curves = new byte[tiles * tiles][];
        for (int tile = 0; tile < curves.length; tile++) {
            int left = tile % tiles * tileWidth;
            int top = tile / tiles * tileHeight;
            curves[tile] = curve(clipped(histogram(grey, left, top, tileWidth, tileHeight), tileWidth * tileHeight));
        }
        return mixed(grey, curves, new Lookup(width, tileWidth, tiles), new Lookup(height, tileHeight, tiles));
    }

    private static int[] histogram(PixelImage grey, int left, int top, int width, int height) {
        byte[] samples = grey.sharedSamples();
        int[] counts = new int[LEVELS];
        for (int y = top; y < top + height; y++) {
            int row = mirrored(y, grey.height()) * grey.width();
            for (int x = left; x < left + width; x++) {
                counts[samples[row + mirrored(x, grey.width())] & 0xFF]++;
            }
        }
        return counts;
    }

    private static int mirrored(int position, int length) {
        return position < length ? position : Math.max(0, 2 * (length - 1) - position);
    }

    /** Cuts off what exceeds the limit and spreads it over all levels, the rest of the division over some in even distances. */
    private int[] clipped(int[] counts, int pixels) {
        int limit = Math.max((int) (clipLimit * pixels / LEVELS), 1);
        int excess = 0;
        for (int level = 0; level < LEVELS; level++) {
            if (counts[level] > limit) {
                excess += counts[level] - limit;
                counts[level] = limit;
            }
        }
        int each = excess / LEVELS;
        int rest = excess - each * LEVELS;
        for (int level = 0; level < LEVELS; level++) {
            counts[level] += each;
        }
        if (rest > 0) {
            int step = Math.max(LEVELS / rest, 1);
            for (int level = 0; level < LEVELS && rest > 0; level += step, rest--) {
                counts[level]++;
            }
        }
        return counts;
    }

    private static byte[] curve(int[] counts) {
        int pixels = 0;
        for (int count : counts) {
            pixels += count;
        }
        float scale = (float) (LEVELS - 1) / pixels;
        byte[] curve = new byte[LEVELS];
        int sum = 0;
        for (int level = 0; level < LEVELS; level++) {
            sum += counts[level];
            curve[level] = (byte) Math.min(255, (int) Math.rint(sum * scale));
        }
        return curve;
    }

    /** Which two tiles' curves count for each position along a side, and how much the second. */
    private static final class Lookup {
        private final int[] first;
        private final int[] second;
        private final float[] share;

        Lookup(int length, int tileLength, int tiles) {
            first = new int[length];
            second = new int[length];
            share = new float[length];
            float perTile = 1f / tileLength;
            for (int i = 0; i < length; i++) {
                float place = i * perTile - 0.5f;
                int tile = (int) Math.floor(place);
                share[i] = place - tile;
                first[i] = Math.max(tile, 0);
                second[i] = Math.min(tile + 1, tiles - 1);
            }
        }
    }

    private PixelImage mixed(PixelImage grey, byte[][] curves, Lookup columns, Lookup rows) {
        int width = grey.width();
        byte[] source = grey.sharedSamples();
        byte[] target = PixelImage.emptySamples(width, grey.height(), 1);
        int at = 0;
        for (int y = 0; y < grey.height(); y++) {
            int upper = rows.first[y] * tiles;
            int lower = rows.second[y] * tiles;
            float down = rows.share[y];
            for (int x = 0; x < width; x++, at++) {
                int level = source[at] & 0xFF;
                int left = columns.first[x];
                int next = columns.second[x];
                float right = columns.share[x];
                float above = (curves[upper + left][level] & 0xFF) * (1 - right)
                        + (curves[upper + next][level] & 0xFF) * right;
                float below = (curves[lower + left][level] & 0xFF) * (1 - right)
                        + (curves[lower + next][level] & 0xFF) * right;
                target[at] = (byte) Math.min(255, (int) Math.rint(above * (1 - down) + below * down));
            }
        }
        return PixelImage.wrapping(width, grey.height(), 1, target);
    }
}
