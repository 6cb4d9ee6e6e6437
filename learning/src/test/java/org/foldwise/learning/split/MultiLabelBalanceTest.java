package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Few labels of few patients at once: on tables that are drawn anew, folds are never less even than those of iterative stratification
 * (Sechidis et al. 2011) with whole patients as its units, which is written out here.
 */
class MultiLabelBalanceTest {
    private static final double[] RATES = {0.4, 0.3, 0.2, 0.1, 0.05};
    private static final int TIE_BREAKS = 5;
    private static final double ROUNDING = 1e-12;

    @ParameterizedTest(name = "table {0}: {1} patients, {2} labels, {3} images at most")
    @CsvSource({
        "1,30,3,6",
        "2,30,3,6",
        "3,30,3,6",
        "4,40,4,6",
        "5,40,4,6",
        "6,40,4,6",
        "7,100,5,6",
        "8,100,5,6",
        "9,60,3,1",
        "10,60,3,1",
        "11,100,5,1",
        "12,100,5,1",
        "13,200,5,1",
        "14,200,5,1"
    })
    void foldsAreAtLeastAsEvenAsThoseOfIterativeStratification(long seed, int patients, int labels, int most) {
        SplittableRandom random = new SplittableRandom(seed);
        int[][] showing = new int[patients][labels];
        int[] images = new int[patients];
        for (int patient = 0; patient < patients; patient++) {
            images[patient] = 1 + random.nextInt(most);
            for (int label = 0; label < labels; label++) {
                boolean has = random.nextDouble() < 1.5 * RATES[label];
                for (int image = 0; image < images[patient] && has; image++) {
                    showing[patient][label] += random.nextDouble() < 0.7 ? 1 : 0;
                }
            }
        }
        int[] ones = new int[patients];
        Arrays.fill(ones, 1);
        int[][] patientsWithLabel = Arrays.stream(showing)
                .map(row -> Arrays.stream(row).map(count -> Math.min(1, count)).toArray())
                .toArray(int[][]::new);
        UnitCounts counts = UnitCounts.of(images, showing, ones, patientsWithLabel);
        for (int folds : new int[] {3, 5}) {
            double[] shares = new double[folds];
            Arrays.fill(shares, 1.0 / folds);
            Demands demands = Demands.even(counts, new Demands.Cast(labels, labels, false), 1, folds);
            int k = folds;
            double[][] theirs = IntStream.range(0, TIE_BREAKS)
                    .mapToObj(tie -> deviations(counts, stratified(counts, k, random.split()), k))
                    .toArray(double[][]::new);

            double[] ours = deviations(counts, BalancedPartition.divide(counts, shares, demands, random.split()), k);

            for (int measure = 0; measure < ours.length; measure++) {
                int theMeasure = measure;
                double median = DoubleStream.of(Arrays.stream(theirs)
                                .mapToDouble(ofTie -> ofTie[theMeasure])
                                .toArray())
                        .sorted()
                        .toArray()[TIE_BREAKS / 2];
                assertThat(ours[measure])
                        .as("%s in %d folds", measure == 0 ? "mean deviation" : "LD", k)
                        .isLessThanOrEqualTo(median + ROUNDING);
            }
        }
    }

    /** Patients of one image each can be dealt out in equal numbers, and no label is a reason not to. */
    @ParameterizedTest(name = "{0} patients, {1} folds, {2} labels")
    @CsvSource({"60,5,2", "60,5,5", "100,5,5", "100,10,2", "200,5,5"})
    void foldsOfEqualUnitsAreOfEqualSize(int patients, int folds, int labels) {
        SplittableRandom random = new SplittableRandom(patients + folds);
        int[][] showing = new int[patients][labels];
        int[] ones = new int[patients];
        Arrays.fill(ones, 1);
        for (int[] row : showing) {
            Arrays.setAll(row, label -> random.nextDouble() < RATES[label] ? 1 : 0);
        }
        UnitCounts counts = UnitCounts.of(ones, showing, ones, showing);
        double[] shares = new double[folds];
        Arrays.fill(shares, 1.0 / folds);
        Demands demands = Demands.even(counts, new Demands.Cast(labels, labels, false), 1, folds);

        int[] foldOf = BalancedPartition.divide(counts, shares, demands, random.split());

        assertThat(IntStream.range(0, folds).map(fold -> sum(counts, foldOf, fold, labels)))
                .containsOnly(patients / folds);
    }

    /** The mean difference of a label's share in a fold from that of all, and LD: the same of its odds. */
    private static double[] deviations(UnitCounts counts, int[] foldOf, int folds) {
        long[] totals = counts.totals();
        double shares = 0;
        double odds = 0;
        for (int fold = 0; fold < folds; fold++) {
            for (int label = 0; label < counts.labels(); label++) {
                double size = sum(counts, foldOf, fold, counts.labels());
                double with = sum(counts, foldOf, fold, label);
                double all = totals[counts.labels()];
                shares += Math.abs(with / size - totals[label] / all);
                odds += Math.abs(with / (size - with) - totals[label] / (all - totals[label]));
            }
        }
        int cells = folds * counts.labels();
        return new double[] {shares / cells, odds / cells};
    }

    private static int sum(UnitCounts counts, int[] foldOf, int fold, int column) {
        return IntStream.range(0, foldOf.length)
                .filter(unit -> foldOf[unit] == fold)
                .map(unit -> counts.row(unit)[column])
                .sum();
    }

    /** The rarest label first; each unit to the fold that lacks most of it, then most images. */
    private static int[] stratified(UnitCounts counts, int folds, SplittableRandom ties) {
        int units = counts.units();
        int columns = counts.labels() + 1;
        double[][] wanted = new double[folds][columns];
        double[][] tie = new double[units][folds];
        for (double[] ofFold : wanted) {
            Arrays.setAll(ofFold, column -> (double) counts.totals()[column] / folds);
        }
        for (double[] ofUnit : tie) {
            Arrays.setAll(ofUnit, fold -> ties.nextDouble());
        }
        int[] foldOf = new int[units];
        Arrays.fill(foldOf, -1);
        while (Arrays.stream(foldOf).anyMatch(fold -> fold < 0)) {
            int rarest = IntStream.range(0, counts.labels())
                    .filter(label -> sum(counts, foldOf, -1, label) > 0)
                    .boxed()
                    .min(Comparator.comparingInt(label -> sum(counts, foldOf, -1, label)))
                    .orElse(counts.labels());
            IntStream.range(0, units)
                    .filter(unit -> foldOf[unit] < 0 && counts.has(unit, rarest))
                    .boxed()
                    .sorted(Comparator.<Integer>comparingInt(unit -> -counts.row(unit)[rarest])
                            .thenComparingInt(unit -> -counts.images(unit)))
                    .forEach(unit -> {
                        int chosen = IntStream.range(0, folds)
                                .boxed()
                                .max(Comparator.<Integer>comparingDouble(fold -> wanted[fold][rarest])
                                        .thenComparingDouble(fold -> wanted[fold][counts.labels()])
                                        .thenComparingDouble(fold -> tie[unit][fold]))
                                .orElseThrow();
                        foldOf[unit] = chosen;
                        for (int column = 0; column < columns; column++) {
                            wanted[chosen][column] -= counts.row(unit)[column];
                        }
                    });
        }
        return foldOf;
    }
}
