package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.IntToDoubleFunction;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.network.ElementType;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.Freezing;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ParameterSpec;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class TrainingStepTest {
    private static final NetworkSpec FROZEN =
            new NetworkSpec(BackboneName.RESNET18, 1, new HeadSpec(8, 0), 1, Freezing.BACKBONE);
    private static final OptimizerSpec SGD = new OptimizerSpec.Sgd(0.1, 0, 0, false, 0);

    private static Network open(NetworkSpec spec) {
        return Network.open(Engines.engine(), spec, InitialWeights.draw(spec, 3), ElementType.FLOAT64);
    }

    private static TrainingStep step(Network network, IntToDoubleFunction stageRates, double limit) {
        return step(network, stageRates, limit, null);
    }

    private static TrainingStep step(
            Network network, IntToDoubleFunction stageRates, double limit, @Nullable LossScale scale) {
        return new TrainingStep(
                network,
                Optimizer.of(SGD, Engines.engine().kernels(), network.manager()),
                new BinaryCrossEntropy(2),
                Engines.engine().kernels(),
                stageRates,
                limit,
                scale);
    }

    private static double add(TrainingStep step, Network network, int from, int to, double share) {
        float[] targets = {1, 0, 0, 1, 1};
        try (NDManager manager = network.manager().newSubManager()) {
            NDArray images = manager.arange(5 * 32 * 32)
                    .reshape(5, 1, 32, 32)
                    .toType(DataType.FLOAT64, true)
                    .mul(0.01)
                    .sin();
            NDArray labels =
                    manager.create(targets, new Shape(targets.length, 1)).toType(DataType.FLOAT64, true);
            String rows = from + ":" + to;
            return step.addGradients(images.get(rows), labels.get(rows), share);
        }
    }

    /** Where no normalisation sees the batch, parts of it, each with its share, make the whole. */
    @Test
    void severalBatchesMakeTheUpdateOfOneLargeBatch() {
        try (Network whole = open(FROZEN);
                Network parts = open(FROZEN)) {
            TrainingStep wholeStep = step(whole, stage -> 1, 0);
            double loss = add(wholeStep, whole, 0, 5, 1);
            wholeStep.update(share -> 0.1 * share, null);
            TrainingStep partStep = step(parts, stage -> 1, 0);
            double first = add(partStep, parts, 0, 3, 0.6);
            double second = add(partStep, parts, 3, 5, 0.4);
            partStep.update(share -> 0.1 * share, null);
            assertThat(0.6 * first + 0.4 * second).isCloseTo(loss, within(1e-14));
            assertThat(largestDifference(whole.weights(), parts.weights())).isLessThan(1e-14);
            assertThat(largestDifference(whole.weights(), InitialWeights.draw(FROZEN, 3)))
                    .isGreaterThan(1e-4);
        }
    }

    @Test
    void aStageLearnsAtItsShareOfTheRate() {
        NetworkSpec spec = new NetworkSpec(BackboneName.RESNET18, 1, new HeadSpec(8, 0), 1, new Freezing(4, false));
        Weights start = InitialWeights.draw(spec, 3);
        try (Network full = open(spec);
                Network slow = open(spec)) {
            TrainingStep fullStep = step(full, stage -> 1, 0);
            add(fullStep, full, 0, 5, 1);
            fullStep.update(share -> 0.1 * share, null);
            IntToDoubleFunction tenth = stage -> stage == 4 ? 0.1 : 1;
            TrainingStep slowStep = step(slow, tenth, 0);
            add(slowStep, slow, 0, 5, 1);
            slowStep.update(share -> 0.1 * share, null);
            Weights atFullRate = full.weights();
            Weights atShare = slow.weights();
            for (ParameterSpec parameter : spec.trainableParameters()) {
                String name = parameter.name();
                double share = name.startsWith("backbone.") ? 0.1 : 1;
                for (int i = 0; i < Math.min(5, parameter.size()); i++) {
                    double from = element(start.tensor(name), i);
                    double fast = element(atFullRate.tensor(name), i) - from;
                    double moved = element(atShare.tensor(name), i) - from;
                    assertThat(moved).as(name).isCloseTo(share * fast, within(1e-12));
                }
            }
        }
    }

    @Test
    void aLimitCutsTheUpdate() {
        try (Network free = open(FROZEN);
                Network limited = open(FROZEN)) {
            TrainingStep freeStep = step(free, stage -> 1, 0);
            add(freeStep, free, 0, 5, 1);
            double norm = new Gradients(free.trainableParameters()).clip(1e9);
            freeStep.update(share -> 0.1 * share, null);
            TrainingStep limitedStep = step(limited, stage -> 1, norm / 2);
            add(limitedStep, limited, 0, 5, 1);
            limitedStep.update(share -> 0.1 * share, null);
            Weights start = InitialWeights.draw(FROZEN, 3);
            String name = "classifier.4.bias";
            double whole = element(free.weights().tensor(name), 0) - element(start.tensor(name), 0);
            double half = element(limited.weights().tensor(name), 0) - element(start.tensor(name), 0);
            assertThat(half).isCloseTo(whole / 2 * norm / (norm + 1e-6), within(1e-12));
        }
    }

    @Test
    void averagedWeightsFollowTheWeightsAndLeaveEqualOnesAlone() {
        try (Network network = open(FROZEN);
                Network average = open(FROZEN)) {
            Weights start = average.weights();
            TrainingStep step = step(network, stage -> 1, 0);
            add(step, network, 0, 5, 1);
            step.update(share -> 0.1 * share, null);
            average.moveTowards(network, 0.25);
            Weights moved = average.weights();
            network.weights().tensors().forEach((name, now) -> {
                Tensor averaged = moved.tensor(name);
                if (name.startsWith("backbone.")) {
                    assertThat(averaged).as(name).isEqualTo(start.tensor(name));
                } else {
                    double expected = 0.75 * element(start.tensor(name), 0) + 0.25 * element(now, 0);
                    assertThat(element(averaged, 0)).as(name).isCloseTo(expected, within(1e-15));
                }
            });
        }
    }

    /** Targets of one row too few: the loss fails after the forward pass was recorded. */
    @Test
    void recoversFromAnExceptionOfTheEngineWhileGradientsAreRecorded() {
        boolean recordsGradients = JniUtils.isGradMode();
        try (Network disturbed = open(FROZEN);
                Network undisturbed = open(FROZEN)) {
            TrainingStep step = step(disturbed, stage -> 1, 0);
            int arrays = arraysOfTheProcess();
            for (int i = 0; i < 3; i++) {
                try (NDManager manager = disturbed.manager().newSubManager()) {
                    NDArray images = manager.ones(new Shape(5, 1, 32, 32), DataType.FLOAT64);
                    NDArray targets = manager.ones(new Shape(4, 1), DataType.FLOAT64);
                    assertThatExceptionOfType(EngineException.class)
                            .isThrownBy(() -> step.addGradients(images, targets, 1));
                }
                assertThat(JniUtils.isGradMode()).isEqualTo(recordsGradients);
            }
            assertThat(arraysOfTheProcess()).isEqualTo(arrays);

            TrainingStep other = step(undisturbed, stage -> 1, 0);
            assertThat(add(step, disturbed, 0, 5, 1)).isEqualTo(add(other, undisturbed, 0, 5, 1));
            step.update(share -> 0.1 * share, null);
            other.update(share -> 0.1 * share, null);
            assertThat(disturbed.weights()).isEqualTo(undisturbed.weights());
        }
    }

    private static int arraysOfTheProcess() {
        try (NDManager manager = Engines.engine().newManager()) {
            return manager.getParentManager().getManagedArrays().size();
        }
    }

    private static double largestDifference(Weights one, Weights other) {
        double largest = 0;
        for (ParameterSpec parameter : FROZEN.trainableParameters()) {
            for (int i = 0; i < parameter.size(); i++) {
                double difference =
                        element(one.tensor(parameter.name()), i) - element(other.tensor(parameter.name()), i);
                largest = Math.max(largest, Math.abs(difference));
            }
        }
        return largest;
    }

    private static double element(Tensor tensor, int index) {
        return tensor.type() == ElementType.FLOAT64
                ? tensor.bytes().getDouble(index * Double.BYTES)
                : tensor.bytes().getFloat(index * Float.BYTES);
    }

    /** Powers of two change no digit of a double. */
    @Test
    void scalingTheLossChangesNothingButWhatIsTooSmall() {
        try (Network plain = open(FROZEN);
                Network scaled = open(FROZEN)) {
            TrainingStep ofPlain = step(plain, stage -> 1, 0.01);
            TrainingStep ofScaled = step(scaled, stage -> 1, 0.01, LossScale.INITIAL);
            for (int update = 1; update <= 2; update++) {
                add(ofPlain, plain, 0, 2, 0.4);
                add(ofPlain, plain, 2, 5, 0.6);
                assertThat(ofPlain.update(share -> 0.1 * share, null)).isTrue();
                add(ofScaled, scaled, 0, 2, 0.4);
                add(ofScaled, scaled, 2, 5, 0.6);
                assertThat(ofScaled.update(share -> 0.1 * share, null)).isTrue();
                assertThat(ofScaled.scale()).isEqualTo(new LossScale(0x1p16, update));
            }
            assertThat(largestDifference(scaled.weights(), plain.weights())).isLessThan(1e-15);
        }
    }

    @Test
    void leavesAnUpdateOutWhoseGradientsAreNotFinite() {
        try (Network network = open(FROZEN)) {
            Weights before = network.weights();
            TrainingStep step = step(network, stage -> 1, 0, new LossScale(2, 1999));
            add(step, network, 0, 5, 1);
            spoilOneGradient(network);

            assertThat(step.update(share -> 0.1 * share, null)).isFalse();
            assertThat(step.scale()).isEqualTo(new LossScale(1, 0));
            assertThat(network.weights()).isEqualTo(before);

            add(step, network, 0, 5, 1);
            spoilOneGradient(network);
            assertThatThrownBy(() -> step.update(share -> 0.1 * share, null))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("not finite");
        }
    }

    private static void spoilOneGradient(Network network) {
        try (NDArray gradient =
                network.trainableParameters().get("classifier.1.weight").getGradient()) {
            gradient.muli(Double.POSITIVE_INFINITY);
        }
    }

    /** Gradients of float16's products overflow at first, until the scale has come down to what they bear. */
    @Test
    void learnsInFloat16() {
        NetworkSpec spec = new NetworkSpec(BackboneName.RESNET18, 1, new HeadSpec(8, 0), 1, Freezing.NOTHING);
        try (Network network = Network.open(Engines.engine(), spec, InitialWeights.draw(spec, 3), Precision.FLOAT16);
                NDManager manager = network.manager().newSubManager()) {
            TrainingStep step = step(network, stage -> 1, 0, new LossScale(0x1p11, 0));
            NDArray images =
                    manager.arange(3f * 16 * 16).reshape(3, 1, 16, 16).mul(0.01).sin();
            NDArray labels = manager.create(new float[] {1, 0, 1}, new Shape(3, 1));
            double first = step.addGradients(images, labels, 1);
            int changed = step.update(share -> 0.02 * share, null) ? 1 : 0;
            double last = first;
            for (int update = 1; changed < 4; update++) {
                assertThat(update).as("updates until the scale fits").isLessThan(24);
                last = step.addGradients(images, labels, 1);
                changed += step.update(share -> 0.02 * share, null) ? 1 : 0;
            }
            assertThat(last).isLessThan(first);
            assertThat(step.scale().factor()).isBetween(1.0, 0x1p10);
        }
    }
}
