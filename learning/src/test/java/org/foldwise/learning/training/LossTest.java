package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.LossArithmetic;
import org.foldwise.learning.network.LossBlocks;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossTest {
    private static final LossBlocks BLOCKS = new LossBlocks();
    private static final BinaryCrossEntropy PLAIN = new BinaryCrossEntropy(1);

    @Test
    void crossEntropyIsTheLogarithmOfTwoWhereTheLogitIsZero() {
        assertThat(PLAIN.of(0, 1)).isCloseTo(Math.log(2), within(1e-15));
        assertThat(new BinaryCrossEntropy(5).of(0, 0)).isCloseTo(Math.log(2), within(1e-15));
        assertThat(new BinaryCrossEntropy(5).of(0, 1)).isCloseTo(5 * Math.log(2), within(1e-14));
    }

    @Test
    void crossEntropyStaysFiniteAndExactForLogitsOfAnySize() {
        assertThat(PLAIN.of(1000, 0)).isEqualTo(1000);
        assertThat(new BinaryCrossEntropy(2).of(-1000, 1)).isEqualTo(2000);
        assertThat(PLAIN.of(-50, 0)).isCloseTo(Math.exp(-50), within(1e-36));
    }

    @Test
    void focalLossWithoutFocusIsCrossEntropyAndWithItForgetsWhatIsRight() {
        assertThat(new FocalLoss(-1, 0).of(0.7, 1)).isEqualTo(PLAIN.of(0.7, 1));
        // the paper's example: answered rightly with 0.9, an image counts a hundredth with gamma 2
        double logit = Math.log(9);
        assertThat(new FocalLoss(-1, 2).of(logit, 1)).isCloseTo(0.01 * PLAIN.of(logit, 1), within(1e-15));
        assertThat(new FocalLoss(0.25, 2).of(logit, 1)).isCloseTo(0.0025 * PLAIN.of(logit, 1), within(1e-15));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1000, -50, -3, 0, 1e-3, 4, 50, 1000})
    @Tag("engine")
    void theEngineComputesTheSameAsJavaAndNoGradientIsUndefined(double logit) {
        for (BinaryLoss loss : List.of(
                PLAIN,
                new BinaryCrossEntropy(2.5),
                new FocalLoss(0.25, 2),
                new FocalLoss(0.75, 0.5),
                new FocalLoss(-1, 2))) {
            for (double target : new double[] {0, 1}) {
                for (DataType type : new DataType[] {DataType.FLOAT32, DataType.FLOAT64}) {
                    check(loss, BLOCKS, logit, target, type);
                    check(loss, Engines.engine().kernels(), logit, target, type);
                }
            }
        }
    }

    private static void check(BinaryLoss loss, LossArithmetic arithmetic, double logit, double target, DataType type) {
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray logits =
                    manager.create(new double[] {logit}, new Shape(1, 1)).toType(type, true);
            NDArray targets =
                    manager.create(new double[] {target}, new Shape(1, 1)).toType(type, true);
            logits.setRequiresGradient(true);
            NDArray value;
            try (GradientCollector collector = Engines.engine().newGradientCollector()) {
                value = loss.mean(arithmetic, logits, targets);
                collector.backward(value);
            }
            double expected = loss.of(logit, target);
            double tolerance = type == DataType.FLOAT64 ? 1e-13 : 1e-5;
            assertThat(value.toType(DataType.FLOAT64, true).getDouble())
                    .isCloseTo(expected, within(tolerance * Math.max(1, expected)));
            assertThat(Double.isFinite(
                            logits.getGradient().toType(DataType.FLOAT64, true).getDouble(0, 0)))
                    .as("%s at %s for %s", loss, logit, target)
                    .isTrue();
        }
    }

    @Test
    @Tag("engine")
    void crossEntropyOfTwoClassesIsBinaryCrossEntropyOfTheDifference() {
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray logits = manager.create(new double[] {0.3, 1.7, -2, 0.5}, new Shape(2, 2));
            NDArray targets = manager.create(new double[] {0, 1, 1, 0}, new Shape(2, 2));
            CrossEntropy loss = new CrossEntropy(List.of(1.0, 1.0), 0);
            double expected = (PLAIN.of(1.7 - 0.3, 1) + PLAIN.of(0.5 + 2, 0)) / 2;
            assertThat(loss.mean(BLOCKS, logits, targets).getDouble()).isCloseTo(expected, within(1e-14));
        }
    }

    @Test
    void refusesNumbersThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BinaryCrossEntropy(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new FocalLoss(1.5, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new FocalLoss(0.5, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new CrossEntropy(List.of(1.0), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new CrossEntropy(List.of(1.0, 1.0), 1));
    }
}
