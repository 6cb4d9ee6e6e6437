package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.Precision;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The oracle is the readable network, computed in double from the same float32 weights. */
@Tag("engine")
class FeatureNetworkTest {
    /** Of the largest feature; see {@link InferenceNetworkTest}. */
    private static final Map<Precision, Double> TOLERANCES = Map.of(Precision.FLOAT32, 1e-5, Precision.BFLOAT16, 6e-2);

    private static final int IMAGES = 3;
    private static final int SIDE = 48;
    private static final TorchEngine ENGINE = Engines.engine();
    private static final Differences DIFFERENCES = new Differences("features by packed kernels");

    private static Weights backbone(NetworkSpec spec) {
        return backbone(spec, InferenceNetworkTest.weights(spec));
    }

    private static Weights backbone(NetworkSpec spec, Weights all) {
        Map<String, Tensor> own = new LinkedHashMap<>();
        spec.backboneParameters().forEach(parameter -> own.put(parameter.name(), all.tensor(parameter.name())));
        return new Weights(own);
    }

    private static FeatureNetwork open(
            NetworkSpec spec, InferenceProgram.Dialect dialect, Precision precision, int side) {
        return FeatureNetwork.open(
                ENGINE,
                InferenceGraph.ofBackbone(spec, backbone(spec)),
                dialect,
                precision,
                new FeatureNetwork.Size(spec.inputChannels(), side, side));
    }

    private static NDArray images(NDManager manager, int channels, int side) {
        float[] pixels = new float[IMAGES * channels * side * side];
        SplittableRandom random = new SplittableRandom(side);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-2, 2);
        }
        return manager.create(pixels, new Shape(IMAGES, channels, side, side));
    }

    @AfterAll
    static void tellTheDifferences() {
        DIFFERENCES.report();
    }

    @ParameterizedTest
    @EnumSource(BackboneName.class)
    void seesWhatTheNetworkThatTrainsSees(BackboneName backbone) {
        NetworkSpec spec = InferenceNetworkTest.spec(backbone, backbone == BackboneName.RESNET18 ? 3 : 1);
        Weights all = InferenceNetworkTest.weights(spec);
        Weights own = backbone(spec, all);
        try (NDManager manager = ENGINE.newManager();
                Network reference = Network.open(ENGINE, spec, all, ElementType.FLOAT64)) {
            NDArray images = images(manager, spec.inputChannels(), SIDE);
            double[] expected =
                    reference.features(images.toType(DataType.FLOAT64, true)).toDoubleArray();
            double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
                double tolerance = TOLERANCES.get(precision);
                try (FeatureNetwork network = FeatureNetwork.open(ENGINE, spec, own, precision, SIDE, SIDE)) {
                    float[] found = network.features(images);
                    assertThat(found).hasSameSizeAs(expected);
                    for (int i = 0; i < found.length; i++) {
                        DIFFERENCES.check(
                                backbone + " " + precision, found[i] / largest, expected[i] / largest, tolerance);
                    }
                    assertThat(network.features(images)).isEqualTo(found);
                }
            }
        }
    }

    /** The mean over a trace's maps is summed up in double, so that last bits differ; the kernels are the same. */
    @Test
    void seesWhatTheHeadSeesWhenTheModelAnswers() {
        NetworkSpec spec = InferenceNetworkTest.spec(BackboneName.RESNET18, 1);
        for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
            try (NDManager manager = ENGINE.newManager();
                    FeatureNetwork features = FeatureNetwork.open(ENGINE, spec, backbone(spec), precision, SIDE, SIDE);
                    InferenceNetwork whole =
                            InferenceNetwork.open(ENGINE, spec, InferenceNetworkTest.weights(spec), precision)) {
                NDArray images = images(manager, 1, SIDE);
                Trace trace = whole.trace(images);
                float[] found = features.features(images);
                for (int image = 0; image < IMAGES; image++) {
                    double[] expected = trace.features(image);
                    for (int i = 0; i < expected.length; i++) {
                        assertThat((double) found[image * expected.length + i])
                                .isCloseTo(expected[i], within(1e-6 * (1 + Math.abs(expected[i]))));
                    }
                }
            }
        }
    }

    @Test
    void computesSizesThatOneDnnDoesNotTakeWithOrdinaryOperations() {
        InferenceGraph graph = ShortcutTest.refusedForOnePixel();
        FeatureNetwork.Size onePixel = new FeatureNetwork.Size(ShortcutTest.CHANNELS, 1, 1);
        int before = arraysOfTheProcess();
        try (NDManager manager = ENGINE.newManager();
                FeatureNetwork network = FeatureNetwork.open(
                        ENGINE, graph, ENGINE.inferenceDialect(Precision.FLOAT32), Precision.FLOAT32, onePixel);
                FeatureNetwork plain = FeatureNetwork.open(
                        ENGINE, graph, InferenceProgram.Dialect.PLAIN, Precision.FLOAT32, onePixel)) {
            NDArray images = manager.randomNormal(new Shape(3, ShortcutTest.CHANNELS, 1, 1));
            assertThat(network.features(images)).isEqualTo(plain.features(images));
        }
        assertThat(arraysOfTheProcess()).isEqualTo(before);
    }

    @Test
    void leavesNothingBehind() {
        NetworkSpec spec = InferenceNetworkTest.spec(BackboneName.MOBILENET_V2, 1);
        int before = arraysOfTheProcess();
        for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
            try (FeatureNetwork network = FeatureNetwork.open(ENGINE, spec, backbone(spec), precision, SIDE, SIDE)) {
                int opened = arraysOfTheProcess();
                for (int i = 0; i < 5; i++) {
                    try (NDManager manager = ENGINE.newManager()) {
                        network.features(images(manager, 1, SIDE));
                    }
                    assertThat(arraysOfTheProcess()).isEqualTo(opened);
                }
            }
        }
        assertThat(arraysOfTheProcess()).isEqualTo(before);
    }

    @Test
    void refusesOtherSizesAndOtherWeights() {
        NetworkSpec spec = InferenceNetworkTest.spec(BackboneName.MOBILENET_V2, 1);
        try (NDManager manager = ENGINE.newManager();
                FeatureNetwork network =
                        FeatureNetwork.open(ENGINE, spec, backbone(spec), Precision.FLOAT32, SIDE, SIDE)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> network.features(images(manager, 1, SIDE / 2)))
                    .withMessageContaining("must be N x ");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeatureNetwork.open(
                        ENGINE, spec, InferenceNetworkTest.weights(spec), Precision.FLOAT32, SIDE, SIDE))
                .withMessageContaining("classifier");
        assertThat(FeatureNetwork.computesIn(Precision.FLOAT16)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeatureNetwork.open(ENGINE, spec, backbone(spec), Precision.FLOAT16, SIDE, SIDE));
    }

    private static int arraysOfTheProcess() {
        try (NDManager manager = ENGINE.newManager()) {
            return manager.getParentManager().getManagedArrays().size();
        }
    }
}
