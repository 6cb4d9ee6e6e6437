package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.CohortFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A split of many patients with 14 labels at once, {@code -Dfoldwise.split.patients=100000}: ten times as many images. Prints how
 * long it takes and how much memory is in use; asserts the balance, which does not hang on the machine.
 */
@EnabledIfSystemProperty(named = "foldwise.split.patients", matches = "\\d+")
class LargeSplitTest {
    /** About the shares of the findings in large collections of chest films: from a fifth to a fifth of a per cent. */
    private static final double[] PREVALENCES = {
        0.18, 0.12, 0.10, 0.056, 0.051, 0.047, 0.042, 0.030, 0.025, 0.022, 0.020, 0.015, 0.013, 0.002
    };

    private static final int FOLDS = 5;

    @Test
    void manyPatientsWithManyLabelsAreDividedEvenly() {
        UnitCounts counts = multiLabelCohort(Integer.getInteger("foldwise.split.patients", 0), 1);
        double[] shares = new double[FOLDS];
        Arrays.fill(shares, 1.0 / FOLDS);
        Demands.Cast cast = new Demands.Cast(counts.labels(), counts.labels(), false);

        long start = System.nanoTime();
        int[] foldOf =
                BalancedPartition.divide(counts, shares, Demands.even(counts, cast, 1, FOLDS), new SplittableRandom(1));
        print("14 labels in 5 folds", start);

        long[] totals = counts.totals();
        long[][] sums = new long[FOLDS][counts.columns()];
        for (int unit = 0; unit < foldOf.length; unit++) {
            for (int column = 0; column < counts.columns(); column++) {
                sums[foldOf[unit]][column] += counts.row(unit)[column];
            }
        }
        int images = counts.labels();
        for (long[] sum : sums) {
            assertThat((double) sum[images] / totals[images]).isBetween(0.19, 0.21);
            for (int label = 0; label < counts.labels(); label++) {
                double share = (double) sum[label] / sum[images];
                assertThat(Math.abs(share - (double) totals[label] / totals[images]))
                        .isLessThan(0.001);
            }
        }
    }

    @Test
    void aWholeCrossValidationWithItsProofIsMade() {
        int patients = Integer.getInteger("foldwise.split.patients", 0);
        var cohort = CohortFixture.aCohort()
                .withPatients(patients)
                .withImagesPerPatient(5, 15)
                .withPositivePatients(0.1)
                .build();

        long start = System.nanoTime();
        Split split = PatientSplitter.split(cohort, SplitSpec.KFold.DEFAULT, 1);
        print("5 folds, validation and test of " + cohort.images().size() + " images", start);
        start = System.nanoTime();
        SplitCertificate certificate = SplitCertificate.of(split, cohort);
        print("its certificate", start);

        assertThat(certificate.greatestShareDeviation()).isLessThan(0.001);
    }

    private static void print(String what, long start) {
        double seconds = (System.nanoTime() - start) / 1e9;
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                "%s: %.1f s, %d MiB in use%n", what, seconds, (runtime.totalMemory() - runtime.freeMemory()) >> 20);
    }

    /** Patients with 5 to 15 images, each with every label by chance, and more likely with those that the patient has already. */
    private static UnitCounts multiLabelCohort(int patients, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int labels = PREVALENCES.length;
        int[] images = new int[patients];
        int[] ones = new int[patients];
        Arrays.fill(ones, 1);
        int[][] imagesWithLabel = new int[patients][labels];
        int[][] patientsWithLabel = new int[patients][labels];
        for (int patient = 0; patient < patients; patient++) {
            images[patient] = 5 + random.nextInt(11);
            for (int label = 0; label < labels; label++) {
                boolean has = random.nextDouble() < 2 * PREVALENCES[label];
                for (int image = 0; image < images[patient] && has; image++) {
                    imagesWithLabel[patient][label] += random.nextBoolean() ? 1 : 0;
                }
                patientsWithLabel[patient][label] = imagesWithLabel[patient][label] > 0 ? 1 : 0;
            }
        }
        return UnitCounts.of(images, imagesWithLabel, ones, patientsWithLabel);
    }
}
