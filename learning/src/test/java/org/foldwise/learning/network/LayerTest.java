package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("engine")
class LayerTest {
    private static ForwardPass pass(boolean training) {
        return new ForwardPass(
                name -> {
                    throw new IllegalArgumentException(name);
                },
                name -> {},
                new Arithmetic.Plain(),
                new ActivationBlocks(),
                training);
    }

    @Test
    void stochasticDepthDropsWholeImagesAndScalesTheOthers() {
        TorchEngine engine = Engines.engine();
        try (NDManager manager = engine.newManager()) {
            engine.seedRandom(5);
            int images = 4000;
            NDArray dropped =
                    new Layer.StochasticDepth(0.25).apply(manager.ones(new Shape(images, 3, 2, 2)), pass(true));
            float[] values = dropped.toFloatArray();
            int kept = 0;
            for (int image = 0; image < images; image++) {
                float first = values[image * 12];
                assertThat(first == 0 || Math.abs(first - 4f / 3) < 1e-6).isTrue();
                for (int i = 1; i < 12; i++) {
                    assertThat(values[image * 12 + i]).isEqualTo(first);
                }
                kept += first == 0 ? 0 : 1;
            }
            // a binomial distribution's five deviations
            assertThat((double) kept / images).isCloseTo(0.75, within(5 * Math.sqrt(0.75 * 0.25 / images)));
        }
    }

    @Test
    void stochasticDepthChangesNothingOutsideTraining() {
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray input = manager.arange(12f).reshape(1, 3, 2, 2);
            assertThat(new Layer.StochasticDepth(0.9).apply(input, pass(false)).toFloatArray())
                    .isEqualTo(input.toFloatArray());
        }
    }

    @Test
    void relu6HasPyTorchsValuesAndItsGradientOfZeroAtZero() {
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray input = manager.create(new float[] {-1, 0, 0.5f, 5.5f, 7});
            input.setRequiresGradient(true);
            NDArray output;
            try (GradientCollector collector = Engines.engine().newGradientCollector()) {
                output = new Layer.Relu6().apply(input, pass(true));
                collector.backward(output);
            }
            assertThat(output.toFloatArray()).containsExactly(0, 0, 0.5f, 5.5f, 6);
            assertThat(input.getGradient().toFloatArray()).containsExactly(0, 0, 1, 1, 0);
        }
    }

    @Test
    void averagePoolingDropsWhatIsLeftOver() {
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray input = manager.arange(9f).reshape(1, 1, 3, 3);
            assertThat(new Layer.AveragePooling(2).apply(input, pass(false)).toFloatArray())
                    .containsExactly(2);
        }
    }

    @Test
    void groupsMustDivideTheChannels() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Layer.Convolution("c", 6, 4, 3, 1, 1, 3));
    }

    /** What a training keeps, forward and backward, is given back when its step is over; and frozen stages get no gradient. */
    @ParameterizedTest
    @EnumSource
    void aPassLeavesNoArraysBehindAndReachesWhatIsTrainedOnly(BackboneName backbone) {
        NetworkSpec spec = new NetworkSpec(backbone, 1, new HeadSpec(8, 0.2), 1, new Freezing(3, false));
        try (Network network = Network.open(Engines.engine(), spec, InitialWeights.draw(spec, 1))) {
            Weights before = network.weights();
            int arrays = network.manager().getManagedArrays().size();
            try (NDManager step = network.manager().newSubManager()) {
                NDArray images = step.randomNormal(new Shape(2, 1, 64, 64));
                try (GradientCollector collector = Engines.engine().newGradientCollector()) {
                    NDArray logits = network.forward(images, true);
                    // the input, the logits and clipping's bounds; no intermediate result
                    assertThat(step.getManagedArrays().size()).isLessThan(80);
                    collector.backward(logits.sum());
                }
            }
            assertThat(network.manager().getManagedArrays()).hasSize(arrays);
            Map<Integer, Integer> parameters = new HashMap<>();
            network.trainableParametersByStage().forEach((stage, trainable) -> parameters.put(stage, trainable.size()));
            assertThat(parameters).containsOnlyKeys(3, 4, BackboneName.STAGES);
            Weights after = network.weights();
            for (ParameterSpec parameter : spec.groups().get(0)) {
                assertThat(after.tensor(parameter.name())).isEqualTo(before.tensor(parameter.name()));
            }
            for (String frozen : Set.of(spec.firstConvolution(), lastLearnedOf(spec, 2))) {
                assertThat(network.hasGradientOf(frozen)).as(frozen).isFalse();
            }
            assertThat(network.hasGradientOf(spec.groups().get(3).get(0).name()))
                    .isTrue();
            network.freeze(new Freezing(2, false));
            assertThat(network.trainableParametersByStage()).containsOnlyKeys(2, 3, 4, BackboneName.STAGES);
        }
    }

    private static String lastLearnedOf(NetworkSpec spec, int stage) {
        List<ParameterSpec> learned = spec.groups().get(stage).stream()
                .filter(parameter -> parameter.kind().isLearned())
                .toList();
        return learned.get(learned.size() - 1).name();
    }
}
