package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RidgeLogisticTest {
    /** At the minimum of the penalised loss its gradient is 0: X' (y - p) = ridge w, and the residuals add up to 0. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theGradientVanishesAtTheSolution(long seed) {
        Random random = new Random(seed);
        int n = 80;
        int d = 4;
        double[][] features = new double[n][d];
        boolean[] positive = new boolean[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < d; j++) {
                features[i][j] = 3 + (j + 1) * random.nextGaussian();
            }
            positive[i] = random.nextDouble() < 1 / (1 + Math.exp(3 - features[i][0]));
        }
        double ridge = 2;
        RidgeLogistic model =
                RidgeLogistic.fit(features, positive, IntStream.range(0, n).toArray(), ridge);
        double[] weights = model.weights();

        double residuals = 0;
        double[] gradient = new double[d];
        for (int i = 0; i < n; i++) {
            double residual = (positive[i] ? 1 : 0) - model.probability(features[i]);
            residuals += residual;
            for (int j = 0; j < d; j++) {
                int column = j;
                double mean = IntStream.range(0, n)
                        .mapToDouble(k -> features[k][column])
                        .average()
                        .orElseThrow();
                double square = IntStream.range(0, n)
                        .mapToDouble(k -> (features[k][column] - mean) * (features[k][column] - mean))
                        .sum();
                gradient[j] += residual * (features[i][j] - mean) / Math.sqrt(square / n);
            }
        }
        assertThat(residuals).isEqualTo(0, within(1e-6));
        for (int j = 0; j < d; j++) {
            assertThat(gradient[j]).isEqualTo(ridge * weights[j], within(1e-6));
        }
    }

    @Test
    void withoutAnythingToLearnFromItKnowsThePrevalence() {
        double[][] features = new double[10][1];
        boolean[] positive = new boolean[10];
        positive[0] = positive[1] = true;
        RidgeLogistic model =
                RidgeLogistic.fit(features, positive, IntStream.range(0, 10).toArray(), 1);
        assertThat(model.probability(new double[] {0})).isEqualTo(0.2, within(1e-9));
    }

    @Test
    void staysFiniteWhereClassesCanBeSeparated() {
        double[][] features = new double[20][1];
        boolean[] positive = new boolean[20];
        for (int i = 0; i < 20; i++) {
            features[i][0] = i;
            positive[i] = i >= 10;
        }
        RidgeLogistic model =
                RidgeLogistic.fit(features, positive, IntStream.range(0, 20).toArray(), 1);
        assertThat(model.weights()).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
        assertThat(model.probability(new double[] {19})).isGreaterThan(0.9);
    }

    /** Every patient has a feature of its own value: a model that saw some of a patient's images would know the others' label. */
    @Test
    void noPatientIsProbedByAModelThatHasSeenHim() {
        Random random = new Random(4);
        List<ImageRecord> images = new ArrayList<>();
        List<double[]> features = new ArrayList<>();
        for (int patient = 0; patient < 60; patient++) {
            boolean ill = random.nextBoolean();
            for (int number = 0; number < 4; number++) {
                String name = "p" + patient + "-" + number;
                images.add(new ImageRecord(
                        name,
                        Digest.of(name),
                        new PatientId("p" + patient),
                        ill ? "ILL" : "WELL",
                        (LocalDate) null,
                        null));
                double[] texture = new double[60];
                texture[patient] = 1;
                features.add(texture);
            }
        }
        Probe probe = Probe.of(images, features.toArray(double[][]::new), image -> image.shows("ILL"), 0.95)
                .orElseThrow();
        assertThat(probe.interval().lower()).isLessThan(0.5);
        assertThat(probe.auc()).isLessThan(0.6);
    }
}
