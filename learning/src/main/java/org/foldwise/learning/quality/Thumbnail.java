package org.foldwise.learning.quality;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.ResizeFilter;

/**
 * An image squeezed to 32 x 32 grey values, whatever its shape: small enough to keep one of every image, and another one of what lies
 * within its borders where it has any. Immutable.
 */
final class Thumbnail {
    static final int SIDE = 32;
    /** Of what {@link #write} writes. */
    static final int BYTES = 2 * SIDE * SIDE;
    /** What is left within borders has at least so many pixels along each side ... */
    private static final int LEAST_WITHIN = 16;
    /** ... and that share of it. */
    private static final double LEAST_SHARE_WITHIN = 0.5;
    /** Of a part along each side. */
    private static final int LEAST_COMPARED = 6;
    /** A border is seen here where values along an edge differ by no more than that, ... */
    private static final int FLAT_RANGE = 10;
    /** ... and it ends at a straight edge where values next to it differ by more than that from it, ... */
    private static final int UNLIKE_BORDER = 20;
    /** ... over at least that share of its length. */
    private static final double STRAIGHT_FROM = 0.5;

    /** Which value of the upright thumbnail is seen at each place of the turned one. */
    private static final Map<Turn, int[]> SOURCES = sources();

    /** Each puts another edge of the thumbnail first. */
    private static final List<Turn> SIDES =
            List.of(Turn.UPRIGHT, Turn.TURNED_HALF, Turn.TURNED_LEFT, Turn.TURNED_RIGHT);

    private final byte[] grey;
    private final byte[] within;

    private Thumbnail(byte[] grey, byte[] within) {
        this.grey = grey;
        this.within = within;
    }

    private static Map<Turn, int[]> sources() {
        Map<Turn, int[]> sources = new EnumMap<>(Turn.class);
        for (Turn turn : Turn.values()) {
            int[] ofTurn = new int[SIDE * SIDE];
            for (int i = 0; i < ofTurn.length; i++) {
                ofTurn[i] = turn.source(i % SIDE, i / SIDE);
            }
            sources.put(turn, ofTurn);
        }
        return sources;
    }

    /** The thumbnail of an image of one or three channels. */
    static Thumbnail of(PixelImage image) {
        PixelImage grey = image.withChannels(1);
        return of(grey, ImageMeasures.borders(grey.samples(), grey.width(), grey.height()));
    }

    /**
     * The thumbnail of an image of one channel.
     *
     * @param borders as {@link ImageMeasures#borders}
     */
    static Thumbnail of(PixelImage image, double[] borders) {
        byte[] whole = squeezed(image);
        int left = (int) Math.round(borders[0] * image.width());
        int top = (int) Math.round(borders[1] * image.height());
        int width = image.width() - left - (int) Math.round(borders[2] * image.width());
        int height = image.height() - top - (int) Math.round(borders[3] * image.height());
        boolean isFramed = width < image.width() || height < image.height();
        return isFramed && isLeft(width, image.width()) && isLeft(height, image.height())
                ? new Thumbnail(whole, squeezed(image.cropped(left, top, width, height)))
                : new Thumbnail(whole, whole);
    }

    private static boolean isLeft(int within, int side) {
        return within >= LEAST_WITHIN && within >= LEAST_SHARE_WITHIN * side;
    }

    private static byte[] squeezed(PixelImage image) {
        return image.resized(SIDE, SIDE, ResizeFilter.BILINEAR).samples();
    }

    /** What {@link #write} wrote. */
    static Thumbnail read(ByteBuffer record) {
        byte[] grey = new byte[SIDE * SIDE];
        record.get(grey);
        byte[] within = new byte[SIDE * SIDE];
        record.get(within);
        return new Thumbnail(grey, Arrays.equals(grey, within) ? grey : within);
    }

    /** Puts its grey values and those within its borders, {@value #BYTES} bytes. */
    void write(ByteBuffer record) {
        record.put(grey).put(within);
    }

    /** Whether the image has borders that can be taken away. */
    boolean isFramed() {
        return within != grey;
    }

    /** The thumbnail of what lies within the borders; the same where there are none. */
    Thumbnail withinBorders() {
        return isFramed() ? new Thumbnail(within, within) : this;
    }

    /**
     * Whether it was padded, as films are to make squares of them: more of its borders end at a straight edge than not. The ground around a
     * body or a head does not. Borders narrower than a value here do not count.
     */
    boolean isPadded() {
        int straight = 0;
        for (Turn side : SIDES) {
            int[] sources = Objects.requireNonNull(SOURCES.get(side));
            int least = GreyHistogram.LEVELS - 1;
            int most = 0;
            int unlike = 0;
            for (int i = 0; i < SIDE; i++) {
                int value = grey[sources[i]] & 0xFF;
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
            for (int i = 0; i < SIDE; i++) {
                int value = within[sources[i]] & 0xFF;
                unlike += value < least - UNLIKE_BORDER || value > most + UNLIKE_BORDER ? 1 : 0;
            }
            if (most - least <= FLAT_RANGE) {
                straight += unlike >= STRAIGHT_FROM * SIDE ? 1 : -1;
            }
        }
        return straight > 0;
    }

    /** What lies within bars of one colour each along its edges, as it looks after {@code turn}. */
    Part withinBars(Turn turn) {
        int left = bars(turn, true, true);
        int top = bars(turn, false, true);
        int right = bars(turn, true, false);
        int bottom = bars(turn, false, false);
        return new Part(left, top, SIDE - right, SIDE - bottom);
    }

    /** How many columns, or rows, from one edge on are of one colour, and one more, which may hold half of it; 0 where none is. */
    private int bars(Turn turn, boolean isColumns, boolean isFromStart) {
        int least = GreyHistogram.LEVELS - 1;
        int most = 0;
        for (int lines = 0; lines < SIDE; lines++) {
            int line = isFromStart ? lines : SIDE - 1 - lines;
            for (int i = 0; i < SIDE; i++) {
                int value = isColumns ? at(turn, line, i) : at(turn, i, line);
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
            if (most - least > FLAT_RANGE) {
                return lines == 0 ? 0 : lines + 1;
            }
        }
        return 0;
    }

    /** Its middle, as large as the whole. */
    Thumbnail middle() {
        Part part = Part.MIDDLE;
        byte[] middle = squeezed(PixelImage.of(SIDE, SIDE, 1, grey)
                .cropped(part.left, part.top, part.right - part.left, part.bottom - part.top));
        return new Thumbnail(middle, middle);
    }

    /** The mean of it and its mirror image. */
    Thumbnail overMirrorImage() {
        byte[] means = new byte[grey.length];
        for (int i = 0; i < means.length; i++) {
            means[i] = (byte) ((at(i % SIDE, i / SIDE) + at(Turn.MIRRORED, i % SIDE, i / SIDE)) / 2);
        }
        return new Thumbnail(means, means);
    }

    /** With light and dark exchanged. */
    Thumbnail negative() {
        byte[] negative = new byte[grey.length];
        for (int i = 0; i < negative.length; i++) {
            negative[i] = (byte) (255 - (grey[i] & 0xFF));
        }
        return new Thumbnail(negative, negative);
    }

    /**
     * With as much of every grey value as there is of every other (Gonzalez and Woods 2018, Digital Image Processing, 3.3): what is left
     * is the order of the values, which no window and no gamma changes.
     */
    Thumbnail equalised() {
        int[] counts = counts(Part.WHOLE);
        byte[] levels = new byte[GreyHistogram.LEVELS];
        int below = 0;
        for (int level = 0; level < levels.length; level++) {
            levels[level] = (byte) Math.round((GreyHistogram.LEVELS - 1) * (below + counts[level] / 2.0) / grey.length);
            below += counts[level];
        }
        return mapped(levels);
    }

    /**
     * With the grey values of another one, in the order of its own (histogram specification, Gonzalez and Woods 2018, 3.3). Of two
     * pictures that differ in window or gamma one becomes the other; where values were cut off, the one that has more of them.
     *
     * @param part whose values are given; what is beside it means nothing
     */
    Thumbnail withValuesOf(Thumbnail other, Part part) {
        int[] counts = counts(part);
        int[] others = other.counts(part);
        byte[] levels = new byte[GreyHistogram.LEVELS];
        int given = 0;
        int from = 0;
        for (int level = 0; level < levels.length; level++) {
            long sum = 0;
            // the next values of the other one, as many as there are of this level
            for (int left = counts[level]; left > 0; ) {
                int taken = Math.min(left, others[from] - given);
                sum += (long) taken * from;
                left -= taken;
                given += taken;
                if (given == others[from]) {
                    from++;
                    given = 0;
                }
            }
            levels[level] = (byte) (counts[level] == 0 ? 0 : Math.round((double) sum / counts[level]));
        }
        return mapped(levels);
    }

    private int[] counts(Part part) {
        int[] counts = new int[GreyHistogram.LEVELS];
        for (int y = part.top; y < part.bottom; y++) {
            for (int i = y * SIDE + part.left; i < y * SIDE + part.right; i++) {
                counts[grey[i] & 0xFF]++;
            }
        }
        return counts;
    }

    private Thumbnail mapped(byte[] levels) {
        byte[] mapped = new byte[grey.length];
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = levels[grey[i] & 0xFF];
        }
        return new Thumbnail(mapped, mapped);
    }

    /** The value 0 to 255 at a place of the thumbnail as it looks after {@code turn}. */
    int at(Turn turn, int x, int y) {
        return grey[turn.source(x, y)] & 0xFF;
    }

    int at(int x, int y) {
        return grey[y * SIDE + x] & 0xFF;
    }

    /**
     * Grey values less their mean, in standard deviations; nearly 0 where nothing is to be seen. Row by row.
     */
    double[] standardised() {
        double mean = new GreyHistogram(grey).mean();
        double deviation = Math.max(1, contrast());
        double[] standardised = new double[grey.length];
        for (int i = 0; i < standardised.length; i++) {
            standardised[i] = ((grey[i] & 0xFF) - mean) / deviation;
        }
        return standardised;
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
        return correlation(turn, other, Part.WHOLE);
    }

    /** The same of a part of both. */
    double correlation(Turn turn, Thumbnail other, Part part) {
        int[] sources = Objects.requireNonNull(SOURCES.get(turn));
        Correlation sums = new Correlation();
        for (int y = part.top; y < part.bottom; y++) {
            for (int i = y * SIDE + part.left; i < y * SIDE + part.right; i++) {
                sums.add(grey[sources[i]] & 0xFF, other.grey[i] & 0xFF);
            }
        }
        return sums.value();
    }

    /**
     * The same of what remains after smooth shades are taken away: four times each value less its four neighbours. All chest films are
     * alike in their shades; only copies of one film are alike in this.
     */
    double detailCorrelation(Turn turn, Thumbnail other) {
        return detailCorrelation(turn, other, Part.WHOLE);
    }

    /** The same of a part of both. */
    double detailCorrelation(Turn turn, Thumbnail other, Part part) {
        int[] sources = Objects.requireNonNull(SOURCES.get(turn));
        int[] mine = detail();
        int[] others = other.detail();
        Correlation sums = new Correlation();
        // nothing of this is made of values beside the part
        for (int y = part.top + 1; y < part.bottom - 1; y++) {
            for (int i = y * SIDE + part.left + 1; i < y * SIDE + part.right - 1; i++) {
                sums.add(mine[sources[i]], others[i]);
            }
        }
        return sums.value();
    }

    /** Row by row, 0 at the edges; turns and mirrors move it and leave it as it is. */
    private int[] detail() {
        int[] detail = new int[SIDE * SIDE];
        for (int y = 1; y < SIDE - 1; y++) {
            for (int i = y * SIDE + 1; i < (y + 1) * SIDE - 1; i++) {
                detail[i] = 4 * (grey[i] & 0xFF)
                        - (grey[i - 1] & 0xFF)
                        - (grey[i + 1] & 0xFF)
                        - (grey[i - SIDE] & 0xFF)
                        - (grey[i + SIDE] & 0xFF);
            }
        }
        return detail;
    }

    /**
     * What of a thumbnail is compared.
     *
     * @param left the first column
     * @param top the first row
     * @param right the first column beyond it
     * @param bottom the first row beyond it
     */
    record Part(int left, int top, int right, int bottom) {
        /** All of it. */
        static final Part WHOLE = new Part(0, 0, SIDE, SIDE);
        /** All but a tenth at each edge, which a narrow border or a mark may have changed. */
        static final Part MIDDLE = new Part(3, 3, SIDE - 3, SIDE - 3);

        /** What lies in both. */
        Part inCommonWith(Part other) {
            return new Part(
                    Math.max(left, other.left),
                    Math.max(top, other.top),
                    Math.min(right, other.right),
                    Math.min(bottom, other.bottom));
        }

        /** Whether it has detail that could be compared. */
        boolean isLargeEnough() {
            return Math.min(right - left, bottom - top) >= LEAST_COMPARED;
        }
    }
}
