package org.foldwise.learning.quality;

import java.util.Arrays;
import java.util.List;

/**
 * How each picture lies compared with what most pictures of its cohort look like. That is the mean of all thumbnails, each brought to
 * mean 0 and variance 1; a picture is out of place if it fits the mean clearly better as a negative or turned. Sides are compared by
 * what is left of picture and mean after their mirror images are subtracted. Where pictures are too unlike each other, as where several
 * views are mixed, nothing can be said, and every picture is taken to be upright.
 */
final class Postures {
    private static final int FEWEST_PICTURES = 20;
    /** Half of the pictures fit the mean at least that well, or nothing is said. */
    private static final double ALIKE_FROM = 0.5;
    /** Out of place is what fits better by this in another posture ... */
    private static final double CLEARLY_BETTER = 0.4;
    /** ... and then at most that much worse than half of the pictures. */
    private static final double NEARLY_AS_GOOD = 0.25;
    /** Half of the pictures have that much of the mean's difference between left and right, or nothing is said of sides. */
    private static final double LOPSIDED_FROM = 0.35;
    /** Mirrored is what has it as clearly the other way round. */
    private static final double MIRRORED_FROM = 0.35;

    private static final int PIXELS = Thumbnail.SIDE * Thumbnail.SIDE;

    private final Posture[] postures;

    private Postures(Posture[] postures) {
        this.postures = postures;
    }

    enum Posture {
        UPRIGHT,
        NEGATIVE,
        TURNED,
        MIRRORED
    }

    Posture of(int picture) {
        return postures[picture];
    }

    static Postures of(List<Thumbnail> pictures) {
        Posture[] postures = new Posture[pictures.size()];
        Arrays.fill(postures, Posture.UPRIGHT);
        if (pictures.size() >= FEWEST_PICTURES) {
            double[] mean = mean(pictures);
            double[] upright = pictures.stream()
                    .mapToDouble(picture -> correlation(picture, Turn.UPRIGHT, mean))
                    .toArray();
            double usual = median(upright);
            if (usual >= ALIKE_FROM) {
                for (int i = 0; i < postures.length; i++) {
                    postures[i] = posture(pictures.get(i), upright[i], usual, mean);
                }
                findMirrored(pictures, mean, postures);
            }
        }
        return new Postures(postures);
    }

    private static Posture posture(Thumbnail picture, double upright, double usual, double[] mean) {
        Posture best = Posture.UPRIGHT;
        double bestFit = Math.max(upright + CLEARLY_BETTER, usual - NEARLY_AS_GOOD);
        for (Turn turn : Turn.values()) {
            double fit = correlation(picture, turn, mean);
            // a mirror alone changes too little in most pictures to be told by this
            boolean isTurned = turn != Turn.UPRIGHT && turn != Turn.MIRRORED;
            if (isTurned && fit > bestFit) {
                bestFit = fit;
                best = Posture.TURNED;
            }
            if (-fit > bestFit) {
                bestFit = -fit;
                best = Posture.NEGATIVE;
            }
        }
        return best;
    }

    private static void findMirrored(List<Thumbnail> pictures, double[] mean, Posture[] postures) {
        double[] lopsided = new double[pictures.size()];
        for (int i = 0; i < lopsided.length; i++) {
            lopsided[i] = sides(pictures.get(i), mean);
        }
        if (median(lopsided) >= LOPSIDED_FROM) {
            for (int i = 0; i < lopsided.length; i++) {
                if (postures[i] == Posture.UPRIGHT && lopsided[i] <= -MIRRORED_FROM) {
                    postures[i] = Posture.MIRRORED;
                }
            }
        }
    }

    /** Correlation of what distinguishes left from right. */
    private static double sides(Thumbnail picture, double[] mean) {
        Correlation sums = new Correlation();
        for (int y = 0; y < Thumbnail.SIDE; y++) {
            for (int x = 0; x < Thumbnail.SIDE; x++) {
                double ofPicture = picture.at(x, y) - picture.at(Turn.MIRRORED, x, y);
                double ofMean = mean[y * Thumbnail.SIDE + x] - mean[Turn.MIRRORED.source(x, y)];
                sums.add(ofPicture, ofMean);
            }
        }
        return sums.value();
    }

    private static double[] mean(List<Thumbnail> pictures) {
        double[] sum = new double[PIXELS];
        for (Thumbnail picture : pictures) {
            double deviation = Math.max(1, picture.contrast());
            double mean = 0;
            for (int i = 0; i < PIXELS; i++) {
                mean += picture.at(i % Thumbnail.SIDE, i / Thumbnail.SIDE) / (double) PIXELS;
            }
            for (int i = 0; i < PIXELS; i++) {
                sum[i] += (picture.at(i % Thumbnail.SIDE, i / Thumbnail.SIDE) - mean) / deviation;
            }
        }
        return sum;
    }

    private static double correlation(Thumbnail picture, Turn turn, double[] mean) {
        Correlation sums = new Correlation();
        for (int y = 0; y < Thumbnail.SIDE; y++) {
            for (int x = 0; x < Thumbnail.SIDE; x++) {
                sums.add(picture.at(turn, x, y), mean[y * Thumbnail.SIDE + x]);
            }
        }
        return sums.value();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
