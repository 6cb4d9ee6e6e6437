package org.foldwise.learning.quality;

import java.nio.ByteBuffer;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.ResizeFilter;

/** An image squeezed to 32 x 32 grey values, whatever its shape: small enough to keep one of every image. Immutable. */
final class Thumbnail {
    static final int SIDE = 32;

    private final byte[] grey;

    private Thumbnail(byte[] grey) {
        this.grey = grey;
    }

    /** The thumbnail of an image of one or three channels. */
    static Thumbnail of(PixelImage image) {
        return new Thumbnail(
                image.withChannels(1).resized(SIDE, SIDE, ResizeFilter.BILINEAR).samples());
    }

    /** What {@link #write} wrote. */
    static Thumbnail read(ByteBuffer record) {
        byte[] grey = new byte[SIDE * SIDE];
        record.get(grey);
        return new Thumbnail(grey);
    }

    /** Puts its grey values, {@value #SIDE} x {@value #SIDE} bytes. */
    void write(ByteBuffer record) {
        record.put(grey);
    }

    /** The value 0 to 255 at a place of the thumbnail as it looks after {@code turn}. */
    int at(Turn turn, int x, int y) {
        return grey[turn.source(x, y)] & 0xFF;
    }

    int at(int x, int y) {
        return grey[y * SIDE + x] & 0xFF;
    }

    /** Of the population of its values; near 0 for a picture without content. */
    double contrast() {
        return new GreyHistogram(grey).standardDeviation();
    }

    /** The mean grey values of {@code side} x {@code side} equal squares, row by row; {@code side} divides 32. */
    double[] reduced(int side) {
        int square = SIDE / side;
        double[] means = new double[side * side];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                means[y / square * side + x / square] += at(x, y);
            }
        }
        for (int i = 0; i < means.length; i++) {
            means[i] /= square * square;
        }
        return means;
    }

    /**
     * How alike two pictures are: Pearson's correlation of the grey values of {@code other} with those of this one after {@code turn},
     * in [-1, 1]; -1 for a negative, 0 where one of them is uniform. Brightness and contrast do not count.
     */
    double correlation(Turn turn, Thumbnail other) {
        Correlation sums = new Correlation();
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                sums.add(at(turn, x, y), other.at(x, y));
            }
        }
        return sums.value();
    }

    /**
     * The same of what remains after smooth shades are taken away: four times each value less its four neighbours. All chest films are
     * alike in their shades; only copies of one film are alike in this.
     */
    double detailCorrelation(Turn turn, Thumbnail other) {
        Correlation sums = new Correlation();
        for (int y = 1; y < SIDE - 1; y++) {
            for (int x = 1; x < SIDE - 1; x++) {
                int mine = 4 * at(turn, x, y)
                        - at(turn, x - 1, y)
                        - at(turn, x + 1, y)
                        - at(turn, x, y - 1)
                        - at(turn, x, y + 1);
                int others = 4 * other.at(x, y)
                        - other.at(x - 1, y)
                        - other.at(x + 1, y)
                        - other.at(x, y - 1)
                        - other.at(x, y + 1);
                sums.add(mine, others);
            }
        }
        return sums.value();
    }
}
