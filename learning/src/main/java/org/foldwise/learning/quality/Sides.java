package org.foldwise.learning.quality;

import java.util.Arrays;
import java.util.List;

/**
 * Which pictures look like the others seen in a mirror, by what is left of a picture after its mirror image is subtracted. It is held
 * against that of the mean in two ways, and both must say so: as it is, and weighed by how much each part of it varies from picture to
 * picture (Fisher 1936, The Use of Multiple Measurements in Taxonomic Problems, with a ridge). A body that stands a little beside the
 * middle changes much at its edges and says nothing of its sides.
 */
final class Sides {
    /** Half of the pictures have that much of the mean's difference between left and right, or nothing is said. */
    private static final double LOPSIDED_FROM = 0.35;
    /** Mirrored is what has it as clearly the other way round, ... */
    private static final double MIRRORED_FROM = 0.35;
    /** ... and where it is weighed, so many have it the mean's way round, or nothing is said. */
    private static final double SHARE_RIGHTLY = 0.8;

    /** Squares of the picture in which differences are weighed. */
    private static final int SQUARES = 16;
    /** More pictures make the weights no better, only slower. */
    private static final int MOST_PICTURES = 3000;

    private Sides() {}

    /**
     * Which pictures are mirrored; none where sides cannot be told apart.
     *
     * @param pictures that lie as most do
     * @param mean of pictures, row by row
     */
    static boolean[] mirrored(List<Thumbnail> pictures, double[] mean) {
        boolean[] mirrored = new boolean[pictures.size()];
        double[] lopsided = pictures.stream()
                .mapToDouble(picture -> lopsided(picture, mean))
                .toArray();
        double[] sorted = lopsided.clone();
        Arrays.sort(sorted);
        if (sorted.length == 0 || sorted[sorted.length / 2] < LOPSIDED_FROM || sorted[0] > -MIRRORED_FROM) {
            return mirrored;
        }
        double[] weighed = weighed(pictures);
        long rightly = Arrays.stream(weighed).filter(value -> value > 0).count();
        if (rightly >= SHARE_RIGHTLY * weighed.length) {
            for (int i = 0; i < mirrored.length; i++) {
                mirrored[i] = lopsided[i] <= -MIRRORED_FROM && weighed[i] < 0;
            }
        }
        return mirrored;
    }

    /** Correlation of what distinguishes left from right. */
    private static double lopsided(Thumbnail picture, double[] mean) {
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

    /** How much each picture has of the mean difference, 1 on average; below 0 it has its contrary. */
    private static double[] weighed(List<Thumbnail> pictures) {
        double[][] differences = pictures.stream().map(Sides::difference).toArray(double[][]::new);
        int step = (differences.length + MOST_PICTURES - 1) / MOST_PICTURES;
        int size = differences[0].length;
        double[] mean = new double[size];
        int count = 0;
        for (int i = 0; i < differences.length; i += step) {
            for (int j = 0; j < size; j++) {
                mean[j] += differences[i][j];
            }
            count++;
        }
        for (int j = 0; j < size; j++) {
            mean[j] /= count;
        }
        double[] weights = RidgeLogistic.solved(covariance(differences, step, mean), mean);
        double average = product(weights, mean);
        return Arrays.stream(differences)
                .mapToDouble(difference -> average > 0 ? product(weights, difference) / average : 0)
                .toArray();
    }

    /** The lower triangle, with the mean variance as a ridge, without which few pictures would say anything at all. */
    private static double[][] covariance(double[][] differences, int step, double[] mean) {
        int size = mean.length;
        double[][] sums = new double[size][size];
        int count = 0;
        for (int i = 0; i < differences.length; i += step) {
            double[] rest = new double[size];
            for (int j = 0; j < size; j++) {
                rest[j] = differences[i][j] - mean[j];
                for (int k = 0; k <= j; k++) {
                    sums[j][k] += rest[j] * rest[k];
                }
            }
            count++;
        }
        double trace = 0;
        for (int j = 0; j < size; j++) {
            for (int k = 0; k <= j; k++) {
                sums[j][k] /= count;
            }
            trace += sums[j][j];
        }
        for (int j = 0; j < size; j++) {
            sums[j][j] += trace / size;
        }
        return sums;
    }

    /** Left half of a picture less its mirror image, in squares, in standard deviations of the picture. */
    private static double[] difference(Thumbnail picture) {
        double[] means = picture.reduced(SQUARES);
        double deviation = Math.max(1, picture.contrast());
        double[] difference = new double[SQUARES * SQUARES / 2];
        for (int i = 0; i < difference.length; i++) {
            int row = i / (SQUARES / 2) * SQUARES;
            int column = i % (SQUARES / 2);
            difference[i] = (means[row + column] - means[row + SQUARES - 1 - column]) / deviation;
        }
        return difference;
    }

    private static double product(double[] left, double[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * right[i];
        }
        return sum;
    }
}
