package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.foldwise.learning.ReferenceTables;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * The balance of folds, as the product divides a cohort, against what scikit-learn's StratifiedGroupKFold (rightly shuffled) and iterative stratification reach
 * on the same tables. The bounds hold for every seed, not on average.
 */
@Tag("reference")
class SplitReferenceTest {
    private static final int SEEDS = 5;
    private static final double ROUNDING = 1e-12;

    @TestFactory
    Stream<DynamicTest> everyTableIsDividedAtLeastAsEvenlyAsByTheReference() {
        JsonNode tables = ReferenceTables.read("splits.json").get("tables");
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, JsonNode> table : tables.properties()) {
            for (Map.Entry<String, JsonNode> folds :
                    table.getValue().get("folds").properties()) {
                int k = Integer.parseInt(folds.getKey());
                for (long seed = 1; seed <= SEEDS; seed++) {
                    long theSeed = seed;
                    tests.add(dynamicTest(
                            table.getKey() + " in " + k + " folds, seed " + seed,
                            () -> check(new Table(table.getValue()), k, theSeed, folds.getValue())));
                }
            }
        }
        return tests.stream();
    }

    private static void check(Table table, int k, long seed, JsonNode reference) {
        int[] foldOf = table.divide(k, seed);

        assertThat(foldOf).containsOnly(IntStream.range(0, k).toArray());
        for (int label = 0; label < table.labels; label++) {
            if (table.units.unitsWith(label) >= k) {
                for (int fold = 0; fold < k; fold++) {
                    assertThat(table.images(foldOf, fold, label))
                            .as("images of label %d in fold %d", label, fold)
                            .isPositive();
                }
            }
        }
        double[][] deviations = table.shareDeviations(foldOf, k);
        double mean = Arrays.stream(deviations)
                .flatMapToDouble(Arrays::stream)
                .average()
                .orElseThrow();
        double largest =
                Arrays.stream(deviations).flatMapToDouble(Arrays::stream).max().orElseThrow();
        if (table.multiLabel) {
            JsonNode iterative = reference.get("iterative_stratification_5_tie_breaks");
            assertThat(mean)
                    .as("mean deviation")
                    .isLessThanOrEqualTo(iterative
                                    .get("mean_abs_share_deviation")
                                    .get("median")
                                    .doubleValue()
                            + ROUNDING);
            assertThat(table.labelDistribution(foldOf, k))
                    .as("LD")
                    .isLessThanOrEqualTo(iterative.get("LD").get("median").doubleValue() + ROUNDING);
        } else {
            double worst = reference
                    .get("StratifiedGroupKFold_renumbered_20")
                    .get("max_abs_share_deviation")
                    .get("worst")
                    .doubleValue();
            assertThat(largest).as("largest deviation").isLessThanOrEqualTo(worst + ROUNDING);
        }
        // Comparable sizes: within 1 image or 2 % on average of the reference's folds. With under 5 patients per fold
        // sizes
        // and shares pull too hard against each other for that; there, folds must be as even as the reference's or as
        // the usual random ones.
        JsonNode sizes = reference.get(
                table.multiLabel ? "iterative_stratification_5_tie_breaks" : "StratifiedGroupKFold_renumbered_20");
        JsonNode random = reference.get("random_patient_folds_200");
        double bound = table.units.units() >= 5 * k
                ? sizes.get("ED").get("worst").doubleValue() + Math.max(1, 0.02 * table.totals[table.labels] / k)
                : Math.max(
                                sizes.get("ED").get("worst").doubleValue(),
                                random.get("ED").get("median").doubleValue())
                        + ROUNDING;
        assertThat(table.sizeDistribution(foldOf, k)).as("ED").isLessThanOrEqualTo(bound);
    }

    /** A patient table of the reference: unit u is patient u. */
    private static final class Table {
        final boolean multiLabel;
        final int labels;
        final Cohort cohort;
        final UnitCounts units;
        final long[] totals;

        Table(JsonNode json) {
            JsonNode patientOf = json.get("patient_of_image");
            JsonNode labelOf = json.get("label_of_image");
            multiLabel = labelOf.get(0).isArray();
            labels = json.get("label_share").size();
            int patients = json.get("patients").intValue();
            cohort = cohort(patientOf, labelOf, labels, multiLabel);
            int[] images = new int[patients];
            int[][] imagesWithLabel = new int[patients][labels];
            for (int i = 0; i < patientOf.size(); i++) {
                int patient = patientOf.get(i).intValue();
                images[patient]++;
                for (int label = 0; label < labels; label++) {
                    boolean has = multiLabel
                            ? labelOf.get(i).get(label).intValue() == 1
                            : labelOf.get(i).intValue() == label;
                    imagesWithLabel[patient][label] += has ? 1 : 0;
                }
            }
            int[] ones = new int[patients];
            Arrays.fill(ones, 1);
            int[][] patientsWithLabel = new int[patients][labels];
            for (int patient = 0; patient < patients; patient++) {
                for (int label = 0; label < labels; label++) {
                    patientsWithLabel[patient][label] = imagesWithLabel[patient][label] > 0 ? 1 : 0;
                }
            }
            units = UnitCounts.of(images, imagesWithLabel, ones, patientsWithLabel);
            totals = units.totals();
        }

        /** The fold that holds each patient out, as the product divides them. */
        int[] divide(int k, long seed) {
            Split split = PatientSplitter.split(cohort, new SplitSpec.KFold(k, 0, 0.2), seed);
            int[] foldOf = new int[units.units()];
            Arrays.fill(foldOf, Fold.DEVELOPMENT);
            for (Fold fold : split.folds()) {
                for (PatientId patient : fold.patients(Role.HELD_OUT)) {
                    foldOf[Integer.parseInt(patient.value())] = fold.index();
                }
            }
            return foldOf;
        }

        private static Cohort cohort(JsonNode patientOf, JsonNode labelOf, int labels, boolean multiLabel) {
            List<String> classes =
                    IntStream.range(0, labels).mapToObj(Integer::toString).toList();
            List<ImageRecord> images = new ArrayList<>();
            for (int i = 0; i < patientOf.size(); i++) {
                JsonNode label = labelOf.get(i);
                List<String> shown = multiLabel
                        ? classes.stream()
                                .filter(name ->
                                        label.get(Integer.parseInt(name)).intValue() == 1)
                                .toList()
                        : List.of(classes.get(label.intValue()));
                images.add(new ImageRecord(
                        "image" + i,
                        Digest.of("image" + i),
                        new PatientId(String.format("%04d", patientOf.get(i).intValue())),
                        shown,
                        null,
                        null));
            }
            return multiLabel
                    ? new Cohort(Task.MULTILABEL, classes, PatientLabelRule.ANY_POSITIVE, images)
                    : new Cohort(
                            labels == 2 ? Task.BINARY : Task.MULTICLASS, classes, PatientLabelRule.MAJORITY, images);
        }

        int images(int[] foldOf, int fold, int column) {
            return IntStream.range(0, foldOf.length)
                    .filter(unit -> foldOf[unit] == fold)
                    .map(unit -> units.row(unit)[column])
                    .sum();
        }

        double[][] shareDeviations(int[] foldOf, int k) {
            double[][] deviations = new double[k][labels];
            for (int fold = 0; fold < k; fold++) {
                for (int label = 0; label < labels; label++) {
                    double share = (double) images(foldOf, fold, label) / images(foldOf, fold, labels);
                    deviations[fold][label] = Math.abs(share - (double) totals[label] / totals[labels]);
                }
            }
            return deviations;
        }

        /** LD of Sechidis et al. 2011: mean over folds and labels of the difference of odds. */
        double labelDistribution(int[] foldOf, int k) {
            double sum = 0;
            for (int fold = 0; fold < k; fold++) {
                for (int label = 0; label < labels; label++) {
                    double with = images(foldOf, fold, label);
                    double odds = with / (images(foldOf, fold, labels) - with);
                    sum += Math.abs(odds - (double) totals[label] / (totals[labels] - totals[label]));
                }
            }
            return sum / (k * labels);
        }

        /** ED of Sechidis et al. 2011: mean over folds of the difference of sizes, in images. */
        double sizeDistribution(int[] foldOf, int k) {
            return IntStream.range(0, k)
                    .mapToDouble(fold -> Math.abs(images(foldOf, fold, labels) - (double) totals[labels] / k))
                    .average()
                    .orElseThrow();
        }
    }
}
