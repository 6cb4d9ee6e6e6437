package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * How far the balance of small splits is from the best there is. The best is found by trying every division; what is compared is
 * the largest deviation of a label's share in any part, among the divisions that are at least as even in size.
 */
class BestPossibleSplitTest {
    private static final int COHORTS = 40;
    private static final int UNITS = 10;
    private static final double TOLERANCE = 1e-9;

    /** Of exclusive labels the largest deviation is what the parts are chosen by. */
    @Test
    void smallCohortsAreDividedNearlyAsEvenlyAsCanBe() {
        assertNearTheBest(false, 0.002, 0.02, 36);
    }

    /** Of several labels at once the mean deviations of all are, and the largest one is somewhat further from the best. */
    @Test
    void smallCohortsOfSeveralLabelsAreDividedNearlyAsEvenlyAsCanBe() {
        assertNearTheBest(true, 0.003, 0.05, 35);
    }

    private static void assertNearTheBest(boolean multiLabel, double mean, double largest, int often) {
        double sum = 0;
        double worst = 0;
        int best = 0;
        for (long seed = 1; seed <= COHORTS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int labels = 2 + random.nextInt(2);
            int parts = 2 + random.nextInt(2);
            UnitCounts counts = cohort(random, labels, multiLabel);
            double[] shares = new double[parts];
            Arrays.fill(shares, 1.0 / parts);
            Demands demands = Demands.even(counts, new Demands.Cast(labels, labels, !multiLabel), 1, parts);
            int[] found = BalancedPartition.divide(counts, shares, demands, new SplittableRandom(seed));
            double distance = deviation(counts, found, parts)
                    - leastDeviation(counts, parts, sizeDeviation(counts, found, parts));
            sum += distance;
            worst = Math.max(worst, distance);
            best += distance < TOLERANCE ? 1 : 0;
        }
        System.out.printf(
                "distance to the best division of %d cohorts of %d, %s: mean %.4f, largest %.4f, best found in %d%n",
                COHORTS, UNITS, multiLabel ? "several labels" : "exclusive labels", sum / COHORTS, worst, best);
        assertThat(sum / COHORTS).as("mean distance").isLessThan(mean);
        assertThat(worst).as("largest distance").isLessThan(largest);
        assertThat(best).as("best found").isGreaterThanOrEqualTo(often);
    }

    /** The least largest deviation over all divisions that fill every part and are no more uneven in size. */
    private static double leastDeviation(UnitCounts counts, int parts, double size) {
        int[] partOf = new int[UNITS];
        double least = Double.POSITIVE_INFINITY;
        long divisions = Math.round(Math.pow(parts, UNITS - 1));
        for (long code = 0; code < divisions; code++) {
            long rest = code;
            for (int unit = 1; unit < UNITS; unit++) {
                partOf[unit] = (int) (rest % parts);
                rest /= parts;
            }
            if (complete(counts, partOf, parts) && sizeDeviation(counts, partOf, parts) <= size + TOLERANCE) {
                least = Math.min(least, deviation(counts, partOf, parts));
            }
        }
        return least;
    }

    /** Whether every part has a unit of every label that has enough of them. */
    private static boolean complete(UnitCounts counts, int[] partOf, int parts) {
        for (int label = 0; label <= counts.labels(); label++) {
            int filled = 0;
            for (int unit = 0; unit < UNITS; unit++) {
                filled |= counts.has(unit, label) ? 1 << partOf[unit] : 0;
            }
            if (counts.unitsWith(label) >= parts && filled != (1 << parts) - 1) {
                return false;
            }
        }
        return true;
    }

    private static double deviation(UnitCounts counts, int[] partOf, int parts) {
        long[] totals = counts.totals();
        double largest = 0;
        for (int part = 0; part < parts; part++) {
            double size = sum(counts, partOf, part, counts.labels());
            for (int label = 0; label < counts.labels(); label++) {
                double share = sum(counts, partOf, part, label) / size;
                largest = Math.max(largest, Math.abs(share - (double) totals[label] / totals[counts.labels()]));
            }
        }
        return largest;
    }

    private static double sizeDeviation(UnitCounts counts, int[] partOf, int parts) {
        double wished = (double) counts.totals()[counts.labels()] / parts;
        double largest = 0;
        for (int part = 0; part < parts; part++) {
            largest = Math.max(largest, Math.abs(sum(counts, partOf, part, counts.labels()) / wished - 1));
        }
        return largest;
    }

    private static double sum(UnitCounts counts, int[] partOf, int part, int column) {
        double sum = 0;
        for (int unit = 0; unit < UNITS; unit++) {
            sum += partOf[unit] == part ? counts.row(unit)[column] : 0;
        }
        return sum;
    }

    private static UnitCounts cohort(SplittableRandom random, int labels, boolean multiLabel) {
        int[] images = new int[UNITS];
        int[] patients = new int[UNITS];
        int[][] imagesWithLabel = new int[UNITS][labels];
        int[][] patientsWithLabel = new int[UNITS][labels];
        for (int unit = 0; unit < UNITS; unit++) {
            patients[unit] = 1;
            images[unit] = 1 + random.nextInt(6);
            int own = unit % labels;
            for (int image = 0; image < images[unit]; image++) {
                for (int label = 0; label < labels; label++) {
                    imagesWithLabel[unit][label] += (multiLabel ? random.nextDouble() < 0.4 : label == own) ? 1 : 0;
                }
            }
            for (int label = 0; label < labels; label++) {
                patientsWithLabel[unit][label] = imagesWithLabel[unit][label] > 0 ? 1 : 0;
            }
        }
        return UnitCounts.of(images, imagesWithLabel, patients, patientsWithLabel);
    }
}
