package org.foldwise.learning.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.network.Differences;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.Freezing;
import org.foldwise.learning.network.InferenceNetwork;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ReferenceFormula;
import org.foldwise.learning.network.Trace;
import org.foldwise.learning.network.Traces;
import org.foldwise.learning.network.Weights;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The oracle is the engine's own backward pass through the readable layers in double, up to the output of the last stage. */
@Tag("engine")
class GradCamTest {
    /** Of the sizes that are summed up: float32 has 6e-8 of a value, and a map has gone through up to 120 layers. */
    private static final double TOLERANCE = 2e-6;

    private static final int IMAGES = 2;
    private static final int OUTPUTS = 2;

    /** Maps of 3 x 4, so that height and width cannot be taken for each other. */
    private static final int HEIGHT = 96;

    private static final int WIDTH = 128;

    private static float[] pixels() {
        float[] pixels = new float[IMAGES * HEIGHT * WIDTH];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-2, 2);
        }
        return pixels;
    }

    private static Trace trace(InferenceNetwork network) {
        return Traces.of(network, pixels(), IMAGES, 1, HEIGHT, WIDTH);
    }

    @ParameterizedTest
    @EnumSource(BackboneName.class)
    void isWhatABackwardPassToTheLastStageGives(BackboneName backbone) {
        NetworkSpec spec = new NetworkSpec(backbone, 1, new HeadSpec(16, 0.2), OUTPUTS, Freezing.NOTHING);
        Weights weights = ReferenceFormula.steadyWeights(spec, "gradcam");
        Differences differences = new Differences("Grad-CAM " + backbone);
        try (InferenceNetwork network = InferenceNetwork.open(Engines.engine(), spec, weights)) {
            Trace trace = trace(network);
            assertThat(trace.logits()).isEqualTo(Traces.logits(network, pixels(), IMAGES, 1, HEIGHT, WIDTH));
            for (int output = 0; output < OUTPUTS; output++) {
                Traces.Exact exact = Traces.exact(spec, weights, output, pixels(), IMAGES, 1, HEIGHT, WIDTH);
                assertThat(exact.shape()).containsExactly(IMAGES, spec.features(), 3, 4);
                for (int image = 0; image < IMAGES; image++) {
                    compare(exact, image, GradCam.of(trace, image, Target.of(output)), differences);
                }
            }
        }
        differences.report();
    }

    private static void compare(Traces.Exact exact, int image, Heatmap map, Differences differences) {
        int channels = (int) exact.shape()[1];
        int size = map.rows() * map.columns();
        double[] raw = new double[size];
        double[] sizes = new double[size];
        for (int channel = 0; channel < channels; channel++) {
            int from = (image * channels + channel) * size;
            double alpha = 0;
            for (int i = from; i < from + size; i++) {
                alpha += exact.gradient()[i] / size;
            }
            for (int i = 0; i < size; i++) {
                raw[i] += alpha * exact.map()[from + i];
                sizes[i] += Math.abs(alpha * exact.map()[from + i]);
            }
        }
        // relative to the sizes of a sum's parts, because the parts cancel
        double largest = Arrays.stream(sizes).max().orElseThrow();
        Heatmap expected = new Heatmap(map.rows(), map.columns(), raw);
        for (int row = 0; row < map.rows(); row++) {
            for (int column = 0; column < map.columns(); column++) {
                differences.check(
                        "raw", map.raw(row, column) / largest, expected.raw(row, column) / largest, TOLERANCE);
                differences.check("heat", map.heat(row, column), expected.heat(row, column), 1e-4);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(BackboneName.class)
    void isAsCoarseAsTheBackbonesNameSays(BackboneName backbone) {
        NetworkSpec spec = new NetworkSpec(backbone, 1, new HeadSpec(16, 0.2), 1, Freezing.NOTHING);
        Weights weights = ReferenceFormula.steadyWeights(spec, "gradcam");
        try (InferenceNetwork network = InferenceNetwork.open(Engines.engine(), spec, weights)) {
            for (int side : List.of(32, 33, 60, 61, 64, 65, 95, 96, 97, 224)) {
                Trace trace = Traces.of(network, new float[side * side], 1, 1, side, side);
                assertThat(List.of(trace.rows(), trace.columns()))
                        .as("side %d", side)
                        .containsOnly(backbone.lastMapSide(side));
            }
        }
    }

    @Test
    void whatSpeaksForOneClassSpeaksAgainstTheOther() {
        NetworkSpec spec = new NetworkSpec(BackboneName.RESNET18, 1, new HeadSpec(16, 0.2), 1, Freezing.NOTHING);
        List<String> classes = List.of("healthy", "sick");
        try (InferenceNetwork network =
                InferenceNetwork.open(Engines.engine(), spec, ReferenceFormula.steadyWeights(spec, "gradcam"))) {
            Trace trace = trace(network);
            Heatmap sick = GradCam.of(trace, 0, Target.of(Task.BINARY, classes, "sick"));
            Heatmap healthy = GradCam.of(trace, 0, Target.of(Task.BINARY, classes, "healthy"));
            for (int row = 0; row < sick.rows(); row++) {
                for (int column = 0; column < sick.columns(); column++) {
                    assertThat(healthy.raw(row, column)).isEqualTo(-sick.raw(row, column));
                }
            }
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> GradCam.of(trace, 0, Target.of(1)));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> GradCam.of(trace, IMAGES, Target.of(0)));
        }
        assertThat(Target.of(Task.MULTICLASS, List.of("a", "b", "c"), "c")).isEqualTo(new Target(2, true));
        assertThat(Target.of(Task.MULTILABEL, List.of("a", "b"), "a")).isEqualTo(new Target(0, true));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Target.of(Task.BINARY, classes, "ill"))
                .withMessageContaining("[healthy, sick]");
    }
}
