package org.foldwise.learning.quality;

/** Sums from which Pearson's correlation of pairs follows. */
final class Correlation {
    private double count;
    private double sumX;
    private double sumY;
    private double sumXx;
    private double sumYy;
    private double sumXy;

    void add(double x, double y) {
        count++;
        sumX += x;
        sumY += y;
        sumXx += x * x;
        sumYy += y * y;
        sumXy += x * y;
    }

    /** In [-1, 1]; 0 where one side does not vary. */
    double value() {
        double varianceX = sumXx - sumX * sumX / count;
        double varianceY = sumYy - sumY * sumY / count;
        double product = varianceX * varianceY;
        // rounding leaves next to nothing where all values are alike
        if (!(varianceX > 1e-9 * (1 + sumXx) && varianceY > 1e-9 * (1 + sumYy))) {
            return 0;
        }
        return Math.max(-1, Math.min(1, (sumXy - sumX * sumY / count) / Math.sqrt(product)));
    }
}
