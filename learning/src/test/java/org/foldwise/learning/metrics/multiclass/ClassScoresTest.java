package org.foldwise.learning.metrics.multiclass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.Calibration;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.PatientAggregation;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;
import org.junit.jupiter.api.Test;

class ClassScoresTest {
    @Test
    void twoClassesAreTheBinaryCase() {
        List<ClassifiedCase> cases = random(2, 80, 3);
        List<ScoredCase> binary = ClassScores.of(2, cases).against(1);
        ClassMatrix matrix = ClassMatrix.of(2, cases);
        ConfusionMatrix confusion = matrix.against(1);

        assertThat(matrix.matthewsCorrelation().value())
                .isCloseTo(confusion.matthewsCorrelation().value(), within(1e-12));
        assertThat(matrix.kappa(ClassMatrix.KappaWeights.NONE).value())
                .isCloseTo(confusion.kappa().value(), within(1e-12));
        assertThat(matrix.accuracy()).isEqualTo(confusion.accuracy());
        assertThat(matrix.balancedAccuracy().value())
                .isCloseTo(confusion.balancedAccuracy().value(), within(1e-15));
        ClassScores scores = ClassScores.of(2, cases);
        assertThat(scores.brierScore()).isCloseTo(2 * Calibration.of(binary).brierScore(), within(1e-12));
        assertThat(scores.logLoss()).isCloseTo(Calibration.of(binary).logLoss(), within(1e-12));
        assertThat(scores.oneVersusOneRocAuc().macro().value())
                .isCloseTo(RocCurve.area(binary).value(), within(1e-12));
        assertThat(scores.oneVersusRestRocAuc().each().get(1).value())
                .isEqualTo(RocCurve.area(binary).value());
    }

    @Test
    void normalisesByTruthDecisionAndAll() {
        ClassMatrix matrix = new ClassMatrix(List.of(List.of(3L, 1L, 0L), List.of(2L, 2L, 0L), List.of(0L, 0L, 0L)));

        assertThat(matrix.normalised(ClassMatrix.Normalisation.TRUTH)
                        .get(0)
                        .get(1)
                        .value())
                .isEqualTo(0.25);
        assertThat(matrix.normalised(ClassMatrix.Normalisation.TRUTH)
                        .get(2)
                        .get(0)
                        .undefinedBecause())
                .isNotBlank();
        assertThat(matrix.normalised(ClassMatrix.Normalisation.DECISION)
                        .get(1)
                        .get(0)
                        .value())
                .isEqualTo(0.4);
        assertThat(matrix.normalised(ClassMatrix.Normalisation.DECISION)
                        .get(1)
                        .get(2)
                        .undefinedBecause())
                .isNotBlank();
        assertThat(matrix.normalised(ClassMatrix.Normalisation.ALL)
                        .get(1)
                        .get(1)
                        .value())
                .isEqualTo(0.25);
    }

    @Test
    void oneClassLeavesAgreementUndefinedWithAReason() {
        ClassMatrix same = new ClassMatrix(List.of(List.of(5L, 0L), List.of(0L, 0L)));
        ClassMatrix constant = new ClassMatrix(List.of(List.of(5L, 0L), List.of(4L, 0L)));

        assertThat(same.kappa(ClassMatrix.KappaWeights.QUADRATIC).undefinedBecause())
                .contains("one class");
        assertThat(same.matthewsCorrelation().undefinedBecause()).contains("one class");
        assertThat(constant.matthewsCorrelation().undefinedBecause()).contains("decisions");
        assertThat(constant.kappa(ClassMatrix.KappaWeights.NONE).value()).isZero();
    }

    @Test
    void tiesGoToTheFirstClassEverywhere() {
        ClassifiedCase tie = new ClassifiedCase("a", new PatientId("p"), 1, List.of(0.4, 0.4, 0.2));
        ClassScores scores = ClassScores.of(3, List.of(tie));

        assertThat(tie.predicted()).isZero();
        assertThat(scores.topAccuracy(1)).isZero();
        assertThat(scores.topAccuracy(2)).isEqualTo(1);
        assertThatThrownBy(() -> scores.topAccuracy(4)).hasMessageContaining("1 to 3");
    }

    @Test
    void patientsAreAggregatedByClass() {
        List<ClassifiedCase> images = List.of(
                new ClassifiedCase("a", new PatientId("p"), 2, List.of(0.5, 0.25, 0.25)),
                new ClassifiedCase("b", new PatientId("p"), 2, List.of(0.25, 0.25, 0.5)));

        ClassifiedCase mean = ClassifiedCase.perPatient(images, PatientAggregation.MEAN, patient -> 2)
                .get(0);
        ClassifiedCase max = ClassifiedCase.perPatient(images, PatientAggregation.MAX, patient -> 2)
                .get(0);

        assertThat(mean).isEqualTo(new ClassifiedCase("p", new PatientId("p"), 2, List.of(0.375, 0.25, 0.375)));
        assertThat(max.probabilities()).containsExactly(0.4, 0.2, 0.4);
    }

    @Test
    void refusesProbabilitiesThatAreNone() {
        assertThatThrownBy(() -> new ClassifiedCase("a", new PatientId("p"), 0, List.of(0.4, 0.4)))
                .hasMessageContaining("sum of 1");
        assertThatThrownBy(() -> new ClassifiedCase("a", new PatientId("p"), 2, List.of(0.5, 0.5)))
                .hasMessageContaining("0 to 1");
        assertThatThrownBy(() -> new ClassifiedCase("a", new PatientId("p"), 0, List.of(Double.NaN, 1.0)))
                .hasMessageContaining("[0, 1]");
        assertThatThrownBy(() -> ClassScores.of(3, random(2, 5, 1))).hasMessageContaining("3 probabilities, had 2");
    }

    private static List<ClassifiedCase> random(int classes, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int truth = random.nextInt(classes);
            double hit = 0.25 + 0.6 * random.nextDouble();
            List<Double> probabilities = new ArrayList<>();
            for (int k = 0; k < classes; k++) {
                probabilities.add(k == truth ? hit : (1 - hit) / (classes - 1));
            }
            cases.add(new ClassifiedCase("i" + i, new PatientId("p" + i), truth, probabilities));
        }
        return cases;
    }
}
