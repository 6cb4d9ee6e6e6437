package org.foldwise.learning.imaging;

/** A small image of WebP's lossless coding, each pixel of which says something about a square tile of the large one. */
final class Vp8lTiles {
    private final int[] values;
    private final int width;
    private final int power;
    private final int tilesAcross;

    /**
     * Tiles with sides of two to the power of {@code power}.
     *
     * @param values from left to right, from top to bottom
     * @param width of the large image
     */
    Vp8lTiles(int[] values, int width, int power) {
        this.values = values;
        this.width = width;
        this.power = power;
        this.tilesAcross = across(width, power);
    }

    static int across(int width, int power) {
        return (width + (1 << power) - 1) >> power;
    }

    /** What is said about a pixel, by its index in the large image. */
    int at(int pixel) {
        return values[((pixel / width) >> power) * tilesAcross + ((pixel % width) >> power)];
    }

    int[] values() {
        return values;
    }
}
