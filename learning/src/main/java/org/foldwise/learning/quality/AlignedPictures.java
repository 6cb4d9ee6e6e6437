package org.foldwise.learning.quality;

import java.util.Arrays;
import java.util.List;

/**
 * Pictures of which each was turned, or made a negative, as it fits the mean of all best, and the mean of what that gives, over and over
 * until nothing moves (as k-means does; Lloyd 1982, Least Squares Quantization in PCM). So pictures that lie otherwise do not blur the
 * mean that they are to be told by. What most pictures lie like is upright. Immutable.
 */
final class AlignedPictures {
    /** More of them make no mean clearer, only slower. */
    private static final int MOST_PICTURES = 3000;

    private static final int MOST_ROUNDS = 12;
    private static final int MOST_STARTS = 4;

    /** A quarter of the side. */
    private static final int MOST_SHIFT = Thumbnail.SIDE / 4;

    private static final int PIXELS = Thumbnail.SIDE * Thumbnail.SIDE;
    private static final List<Turn> TURNS = List.of(Turn.values());
    /** Postures are the turns in their order, and after them the same of the negative. */
    private static final int POSTURES = 2 * TURNS.size();

    private final double[] mean;
    private final List<Fits> fits;
    private final int[] postures;

    /**
     * @param mean of the aligned pictures
     * @param fits of each picture, as it came, to the mean by turn
     * @param postures what was done to each picture: the place of a turn, or that of a turn after all turns for its negative
     */
    private AlignedPictures(double[] mean, List<Fits> fits, int[] postures) {
        this.mean = mean;
        this.fits = fits;
        this.postures = postures;
    }

    /** How well a picture fits a mean after each turn, in [-1, 1]; the less below 0, the better its negative does. Immutable. */
    static final class Fits {
        private final double[] byTurn;

        private Fits(double[] byTurn) {
            this.byTurn = byTurn;
        }

        double after(Turn turn) {
            return byTurn[TURNS.indexOf(turn)];
        }

        /** As it lies, mirrored or not. */
        double lying() {
            return Math.max(after(Turn.UPRIGHT), after(Turn.MIRRORED));
        }
    }

    static AlignedPictures of(List<Thumbnail> pictures) {
        int step = (pictures.size() + MOST_PICTURES - 1) / MOST_PICTURES;
        double[][] chosen = new double[(pictures.size() + step - 1) / step][];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = pictures.get(i * step).standardised();
        }
        AlignedPictures aligned = from(chosen, mean(chosen, new int[chosen.length]));
        for (int starts = 1; starts < MOST_STARTS && aligned.largest() != 0; starts++) {
            // most pictures had to be turned, so it is the mean that lies wrongly
            int largest = aligned.largest();
            double[][] alike = new double[chosen.length][];
            int count = 0;
            for (int i = 0; i < chosen.length; i++) {
                if (aligned.postures[i] == largest) {
                    alike[count++] = chosen[i];
                }
            }
            aligned = from(chosen, mean(Arrays.copyOf(alike, count), new int[count]));
        }
        return aligned;
    }

    private static AlignedPictures from(double[][] pictures, double[] start) {
        double[] mean = start;
        List<Fits> fits = fits(pictures, mean);
        int[] postures = best(fits);
        for (int round = 1; round < MOST_ROUNDS; round++) {
            mean = mean(pictures, postures);
            fits = fits(pictures, mean);
            int[] moved = best(fits);
            if (Arrays.equals(moved, postures)) {
                break;
            }
            postures = moved;
        }
        return new AlignedPictures(mean, fits, postures);
    }

    private static double[] mean(double[][] pictures, int[] postures) {
        double[] sum = new double[PIXELS];
        for (int i = 0; i < pictures.length; i++) {
            Turn turn = turn(postures[i]);
            int sign = sign(postures[i]);
            for (int place = 0; place < PIXELS; place++) {
                sum[place] += sign * pictures[i][turn.source(place % Thumbnail.SIDE, place / Thumbnail.SIDE)];
            }
        }
        return sum;
    }

    private static List<Fits> fits(double[][] pictures, double[] mean) {
        double[][] turned = turned(mean);
        return Arrays.stream(pictures)
                .parallel()
                .map(picture -> fits(picture, turned))
                .toList();
    }

    /** What a mean looks like to a picture that is not turned, where it is the picture that ought to be. */
    private static double[][] turned(double[] mean) {
        double[][] turned = new double[TURNS.size()][PIXELS];
        for (int i = 0; i < turned.length; i++) {
            Turn turn = TURNS.get(i);
            for (int place = 0; place < PIXELS; place++) {
                turned[i][turn.source(place % Thumbnail.SIDE, place / Thumbnail.SIDE)] = mean[place];
            }
        }
        return turned;
    }

    private static Fits fits(double[] picture, double[][] turned) {
        double[] fits = new double[turned.length];
        for (int turn = 0; turn < fits.length; turn++) {
            Correlation sums = new Correlation();
            for (int place = 0; place < PIXELS; place++) {
                sums.add(picture[place], turned[turn][place]);
            }
            fits[turn] = sums.value();
        }
        return new Fits(fits);
    }

    /** A picture and its mirror image lie alike: most pictures differ too little from their mirror images to be told by that. */
    private static int[] best(List<Fits> fits) {
        int[] best = new int[fits.size()];
        for (int i = 0; i < best.length; i++) {
            double most = fits.get(i).lying();
            for (int posture = 0; posture < POSTURES; posture++) {
                double fit = sign(posture) * fits.get(i).after(turn(posture));
                if (fit > most) {
                    most = fit;
                    best[i] = posture;
                }
            }
        }
        return best;
    }

    private static Turn turn(int posture) {
        return TURNS.get(posture % TURNS.size());
    }

    private static int sign(int posture) {
        return posture < TURNS.size() ? 1 : -1;
    }

    private int largest() {
        int[] counts = counts();
        int largest = 0;
        for (int posture = 1; posture < counts.length; posture++) {
            largest = counts[posture] > counts[largest] ? posture : largest;
        }
        return largest;
    }

    private int[] counts() {
        int[] counts = new int[POSTURES];
        for (int posture : postures) {
            counts[posture]++;
        }
        return counts;
    }

    /** The share of pictures that lie as most do, 0 to 1. */
    double uprightShare() {
        return (double) counts()[0] / postures.length;
    }

    /** Of the aligned pictures, each brought to mean 0 and variance 1; not to be written to. */
    double[] mean() {
        return mean;
    }

    /** How well each aligned picture fits the mean as it lies, in [-1, 1], in increasing order. */
    double[] usualFits() {
        double[] usual = new double[fits.size()];
        for (int i = 0; i < usual.length; i++) {
            usual[i] = fit(i, Turn.UPRIGHT);
        }
        Arrays.sort(usual);
        return usual;
    }

    /** How much better each aligned picture fits the mean as it lies than after a turn, in increasing order. */
    double[] advantages(Turn turn) {
        double[] advantages = new double[fits.size()];
        for (int i = 0; i < advantages.length; i++) {
            double lying = Math.max(fit(i, Turn.UPRIGHT), fit(i, Turn.MIRRORED));
            advantages[i] = lying - fit(i, turn);
        }
        Arrays.sort(advantages);
        return advantages;
    }

    /**
     * How much better each aligned picture fits the mean as it lies than its negative does, in increasing order. The negative of what is
     * bright on one side and dark on the other looks much like its mirror image.
     */
    double[] advantagesOverNegative() {
        double[] advantages = new double[fits.size()];
        for (int i = 0; i < advantages.length; i++) {
            // max(u, m) - max(-u, -m)
            advantages[i] = fit(i, Turn.UPRIGHT) + fit(i, Turn.MIRRORED);
        }
        Arrays.sort(advantages);
        return advantages;
    }

    /** Of an aligned picture after another turn. */
    private double fit(int picture, Turn turn) {
        int posture = postures[picture];
        return sign(posture) * fits.get(picture).after(turn.after(turn(posture)));
    }

    /**
     * How well a picture fits a mean after a turn, in [-1, 1], at the best of all shifts by up to a quarter of its sides, by what both then
     * have in common.
     *
     * @param picture standardised, as it came
     */
    static double fitWhereverItLies(double[] picture, double[] mean, Turn turn) {
        double[] turned = turned(mean)[TURNS.indexOf(turn)];
        double best = -1;
        for (int down = -MOST_SHIFT; down <= MOST_SHIFT; down++) {
            for (int across = -MOST_SHIFT; across <= MOST_SHIFT; across++) {
                best = Math.max(best, shiftedFit(picture, turned, down, across));
            }
        }
        return best;
    }

    private static double shiftedFit(double[] picture, double[] turned, int down, int across) {
        Correlation sums = new Correlation();
        int offset = down * Thumbnail.SIDE + across;
        for (int y = Math.max(0, -down); y < Thumbnail.SIDE - Math.max(0, down); y++) {
            for (int x = Math.max(0, -across); x < Thumbnail.SIDE - Math.max(0, across); x++) {
                int place = y * Thumbnail.SIDE + x;
                sums.add(picture[place + offset], turned[place]);
            }
        }
        return sums.value();
    }

    /** How well pictures as they came fit a mean. */
    static List<Fits> fits(List<Thumbnail> pictures, double[] mean) {
        double[][] turned = turned(mean);
        return pictures.stream()
                .parallel()
                .map(picture -> fits(picture.standardised(), turned))
                .toList();
    }
}
