package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether demands are met wherever they can be: on tables so small that every division can be tried. */
class BalancedPartitionTest {
    private static final int TABLES = 60;
    private static final int UNITS = 8;

    static LongStream seeds() {
        String given = System.getProperty("tests.seed", "");
        return given.isEmpty() ? LongStream.rangeClosed(1, 4) : LongStream.of(Long.parseLong(given));
    }

    /** Labels have hardly more units than there are parts, and units have several labels: the tables on which it is hard. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void demandsAreMetWhereverTheyCanBe(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int feasible = 0;
        int infeasible = 0;
        for (int i = 0; i < TABLES; i++) {
            int parts = 2 + random.nextInt(2);
            int labels = 3 + random.nextInt(3);
            UnitCounts counts = table(random, labels, parts);
            int[] minimum = new int[parts];
            Arrays.fill(minimum, 1);
            Demands demands = Demands.ranked(
                    counts,
                    new Demands.Cast(labels, labels, false),
                    minimum,
                    Arrays.copyOf(new int[] {0, 1, 2}, parts));

            int[] found =
                    BalancedPartition.divide(counts, shares(parts), demands, new SplittableRandom(random.nextLong()));

            boolean met = meets(counts, demands, found, parts);
            boolean possible = isFeasible(counts, demands, parts);
            assertThat(met).as("table %d of seed %d", i, seed).isEqualTo(possible);
            feasible += possible ? 1 : 0;
            infeasible += possible ? 0 : 1;
        }
        System.out.printf("demands met on %d tables, impossible on %d%n", feasible, infeasible);
        assertThat(feasible).as("feasible tables").isGreaterThan(TABLES / 4);
        assertThat(infeasible).as("infeasible tables").isPositive();
    }

    /** A share of less than anybody leaves a part empty, or with what it must have, and never anybody nowhere. */
    @Test
    void aShareOfNobodyIsNoReasonToFail() {
        UnitCounts counts = table(new SplittableRandom(1), 3, 2);
        Demands demands = Demands.ranked(counts, new Demands.Cast(3, 3, true), new int[] {1, 1}, new int[] {0, 1});

        for (double share : new double[] {Double.MIN_VALUE, 1e-300, 1e-200, 1e-17}) {
            assertThat(BalancedPartition.divide(
                            counts, new double[] {1 - share, share}, demands, new SplittableRandom(1)))
                    .as("share %s", share)
                    .hasSize(UNITS)
                    .contains(0, 1)
                    .containsOnly(0, 1);
        }
    }

    private static double[] shares(int parts) {
        double[] shares = new double[parts];
        Arrays.fill(shares, 0.3 / (parts - 1));
        shares[0] = 0.7;
        return shares;
    }

    /** Each label is shown by as many units as there are parts, or by one more. */
    private static UnitCounts table(SplittableRandom random, int labels, int parts) {
        int[][] imagesWithLabel = new int[UNITS][labels];
        for (int label = 0; label < labels; label++) {
            int left = parts + random.nextInt(2);
            while (left > 0) {
                int unit = random.nextInt(UNITS / 2 + 1);
                left -= imagesWithLabel[unit][label] == 0 ? 1 : 0;
                imagesWithLabel[unit][label] = 1;
            }
        }
        int[] images = new int[UNITS];
        Arrays.setAll(images, unit -> 1 + random.nextInt(5));
        int[] ones = new int[UNITS];
        Arrays.fill(ones, 1);
        return UnitCounts.of(images, imagesWithLabel, ones, imagesWithLabel);
    }

    private static boolean isFeasible(UnitCounts counts, Demands demands, int parts) {
        int[] partOf = new int[UNITS];
        long divisions = Math.round(Math.pow(parts, UNITS));
        for (long code = 0; code < divisions; code++) {
            long rest = code;
            for (int unit = 0; unit < UNITS; unit++) {
                partOf[unit] = (int) (rest % parts);
                rest /= parts;
            }
            if (meets(counts, demands, partOf, parts)) {
                return true;
            }
        }
        return false;
    }

    private static boolean meets(UnitCounts counts, Demands demands, int[] partOf, int parts) {
        for (int part = 0; part < parts; part++) {
            for (int label = 0; label <= counts.labels(); label++) {
                int units = 0;
                for (int unit = 0; unit < UNITS; unit++) {
                    units += partOf[unit] == part && counts.has(unit, label) ? 1 : 0;
                }
                if (units < demands.least(part, label) || units > demands.most(part, label)) {
                    return false;
                }
            }
        }
        return true;
    }
}
