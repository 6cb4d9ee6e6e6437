package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.experiment.Precision;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The oracle is the readable network, computed in double from the same float32 weights. */
@Tag("engine")
class InferenceNetworkTest {
    /** Of the largest logit. Float32 has 6e-8 of a value, and a logit has gone through up to 120 layers. */
    private static final double TOLERANCE = 1e-5;

    /** Of the largest logit. bfloat16 has 4e-3 of a value, and 50 layers one after the other add up; 3e-2 was the most seen. */
    private static final double BFLOAT16_TOLERANCE = 6e-2;

    private static final int SIDE = 64;
    private static final TorchEngine ENGINE = Engines.engine();
    private static final Map<BackboneName, Differences> DIFFERENCES = new EnumMap<>(BackboneName.class);

    static NetworkSpec spec(BackboneName backbone, int channels) {
        return new NetworkSpec(backbone, channels, new HeadSpec(16, 0.2), 2, Freezing.NOTHING);
    }

    /** Weights whose normalisations are far from doing nothing: as if some batches had been seen. */
    static Weights weights(NetworkSpec spec) {
        return ReferenceFormula.steadyWeights(spec, "inference");
    }

    private static float[] pixels(int images, int channels) {
        return pixels(images, channels, SIDE);
    }

    private static float[] pixels(int images, int channels, int side) {
        float[] pixels = new float[images * channels * side * side];
        SplittableRandom random = new SplittableRandom(images);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-2, 2);
        }
        return pixels;
    }

    private static float[] logits(InferenceNetwork network, int images, int channels) {
        try (NDManager manager = ENGINE.newManager()) {
            return network.logits(manager.create(pixels(images, channels), new Shape(images, channels, SIDE, SIDE)));
        }
    }

    private static double[] exactLogits(NetworkSpec spec, Weights weights, int images) {
        try (Network reference = Network.open(ENGINE, spec, weights, ElementType.FLOAT64);
                NDManager manager = ENGINE.newManager()) {
            NDArray input = manager.create(
                            pixels(images, spec.inputChannels()), new Shape(images, spec.inputChannels(), SIDE, SIDE))
                    .toType(DataType.FLOAT64, false);
            return reference.forward(input, false).toDoubleArray();
        }
    }

    private static InferenceNetwork open(NetworkSpec spec, InferenceProgram.Dialect dialect) {
        return open(spec, dialect, Precision.FLOAT32);
    }

    private static InferenceNetwork open(NetworkSpec spec, InferenceProgram.Dialect dialect, Precision precision) {
        return InferenceNetwork.open(ENGINE, InferenceGraph.of(spec, weights(spec)), dialect, precision);
    }

    /** One that this machine can compute, packed if it has oneDNN. */
    private static InferenceNetwork open(NetworkSpec spec) {
        return open(spec, Precision.FLOAT32);
    }

    private static InferenceNetwork open(NetworkSpec spec, Precision precision) {
        return InferenceNetwork.open(ENGINE, spec, weights(spec), precision);
    }

    @AfterAll
    static void tellTheDifferences() {
        DIFFERENCES.values().forEach(Differences::report);
    }

    @ParameterizedTest
    @EnumSource(BackboneName.class)
    void answersAsTheNetworkThatTrains(BackboneName backbone) {
        Differences differences = new Differences("folded " + backbone);
        DIFFERENCES.put(backbone, differences);
        for (int channels : new int[] {1, 3}) {
            NetworkSpec spec = spec(backbone, channels);
            for (InferenceProgram.Dialect dialect : dialects()) {
                try (InferenceNetwork network = open(spec, dialect)) {
                    for (int images : new int[] {1, 5}) {
                        double[] expected = exactLogits(spec, weights(spec), images);
                        compare(differences, dialect + "", logits(network, images, channels), expected, TOLERANCE);
                    }
                }
            }
        }
    }

    /** Rounding to bfloat16 by every operation, where the machine has none too, moves logits by a bounded part, and does move them. */
    @ParameterizedTest
    @EnumSource(BackboneName.class)
    void answersInBfloat16(BackboneName backbone) {
        Differences differences = new Differences("bfloat16 " + backbone);
        NetworkSpec spec = spec(backbone, 1);
        double[] expected = exactLogits(spec, weights(spec), 3);
        for (InferenceProgram.Dialect dialect : dialects(Precision.BFLOAT16)) {
            try (InferenceNetwork network = open(spec, dialect, Precision.BFLOAT16)) {
                float[] found = logits(network, 3, 1);
                compare(differences, dialect + "", found, expected, BFLOAT16_TOLERANCE);
                double farthest = 0;
                for (int i = 0; i < found.length; i++) {
                    farthest = Math.max(farthest, Math.abs(found[i] - expected[i]) / Math.abs(expected[i]));
                }
                assertThat(farthest).as("it is rounded somewhere").isGreaterThan(1e-4);
                assertThat(logits(network, 3, 1)).isEqualTo(found);
            }
        }
        differences.report();
    }

    /** An image is answered with equal bits by any network of equal weights, however many others are computed by other threads. */
    @Test
    void answersInBfloat16WithTheSameBitsEachTime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (InferenceNetwork network = open(spec(BackboneName.EFFICIENTNET_B0, 3), Precision.BFLOAT16);
                InferenceNetwork other = open(spec(BackboneName.EFFICIENTNET_B0, 3), Precision.BFLOAT16)) {
            List<Future<float[]>> answers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                answers.add(threads.submit(() -> {
                    ENGINE.prepareThread();
                    return logits(network, 1, 3);
                }));
            }
            float[] alone = logits(other, 1, 3);
            for (Future<float[]> answer : answers) {
                assertThat(answer.get()).isEqualTo(alone);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<InferenceProgram.Dialect> dialects() {
        return dialects(Precision.FLOAT32);
    }

    private static List<InferenceProgram.Dialect> dialects(Precision precision) {
        return ENGINE.inferenceDialect(precision) == InferenceProgram.Dialect.PLAIN
                ? List.of(InferenceProgram.Dialect.PLAIN)
                : List.of(InferenceProgram.Dialect.values());
    }

    private static void compare(
            Differences differences, String quantity, float[] found, double[] expected, double tolerance) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            differences.check(quantity, found[i] / largest, expected[i] / largest, tolerance);
        }
    }

    @ParameterizedTest
    @EnumSource(BackboneName.class)
    void computesWithSeveralThreadsInsideAnOperation(BackboneName backbone) throws Exception {
        NetworkSpec spec = spec(backbone, 1);
        double[] expected = exactLogits(spec, weights(spec), 3);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (InferenceNetwork network = open(spec)) {
            float[] found = thread.submit(() -> {
                        JniUtils.setNumThreads(2);
                        return logits(network, 3, 1);
                    })
                    .get();
            compare(new Differences("two threads"), "logit", found, expected, TOLERANCE);
        } finally {
            thread.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(BackboneName.class)
    void answersManyAtOnceAndManyTimesWithTheSameBits(BackboneName backbone) throws Exception {
        try (InferenceNetwork network = open(spec(backbone, 1));
                InferenceNetwork other = open(spec(backbone, 1))) {
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                List<Future<float[]>> answers = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    // the first ones pack the weights, all at once
                    answers.add(threads.submit(() -> {
                        ENGINE.prepareThread();
                        return logits(network, 1, 1);
                    }));
                }
                float[] alone = logits(other, 1, 1);
                for (Future<float[]> answer : answers) {
                    assertThat(answer.get()).isEqualTo(alone);
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    /** At 32 pixels the last stage sees a single one. */
    @ParameterizedTest
    @EnumSource(BackboneName.class)
    void answersForSmallImages(BackboneName backbone) {
        NetworkSpec spec = spec(backbone, 1);
        for (int images : new int[] {1, 2}) {
            float[] pixels = pixels(images, 1, 32);
            Shape shape = new Shape(images, 1, 32, 32);
            try (InferenceNetwork network = open(spec);
                    InferenceNetwork plain = open(spec, InferenceProgram.Dialect.PLAIN);
                    NDManager manager = ENGINE.newManager()) {
                float[] expected = plain.logits(manager.create(pixels, shape));
                float[] found = network.logits(manager.create(pixels, shape));
                for (int i = 0; i < expected.length; i++) {
                    assertThat(found[i]).isCloseTo(expected[i], within(1e-4f * Math.abs(expected[i]) + 1e-4f));
                }
                assertThat(network.logits(manager.create(pixels, shape))).isEqualTo(found);
            }
        }
    }

    @Test
    void recoversFromAnExceptionOfTheEngine() {
        boolean recordsGradients = JniUtils.isGradMode();
        try (InferenceNetwork network = open(spec(BackboneName.RESNET18, 1))) {
            float[] before = logits(network, 1, 1);
            int arrays = arraysOfTheProcess();
            for (int i = 0; i < 3; i++) {
                try (NDManager manager = ENGINE.newManager()) {
                    // an image of no pixels is an image of the right rank and number of channels
                    NDArray empty = manager.create(new Shape(1, 1, 0, SIDE));
                    assertThatExceptionOfType(EngineException.class).isThrownBy(() -> network.logits(empty));
                }
            }
            assertThat(arraysOfTheProcess()).isEqualTo(arrays);
            assertThat(JniUtils.isGradMode()).isEqualTo(recordsGradients);
            assertThat(logits(network, 1, 1)).isEqualTo(before);
        }
    }

    @Test
    void refusesImagesOfOtherChannelsThanTheNetworks() {
        try (InferenceNetwork network = open(spec(BackboneName.MOBILENET_V2, 1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> logits(network, 1, 3))
                    .withMessageContaining("N x 1 x height x width");
        }
    }

    @Test
    void refusesWeightsOfAnotherNetwork() {
        Weights others = weights(spec(BackboneName.MOBILENET_V2, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InferenceNetwork.open(ENGINE, spec(BackboneName.RESNET18, 1), others));
    }

    @Test
    void leavesNothingBehindOnceClosed() {
        int before = arraysOfTheProcess();
        for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
            for (InferenceProgram.Dialect dialect : dialects(precision)) {
                try (InferenceNetwork network = open(spec(BackboneName.MOBILENET_V2, 1), dialect, precision)) {
                    logits(network, 1, 1);
                    int afterOne = arraysOfTheProcess();
                    for (int i = 0; i < 20; i++) {
                        logits(network, 1, 1);
                    }
                    assertThat(arraysOfTheProcess()).isEqualTo(afterOne);
                }
            }
        }
        assertThat(arraysOfTheProcess()).isEqualTo(before);
    }

    private static int arraysOfTheProcess() {
        try (NDManager manager = ENGINE.newManager()) {
            return manager.getParentManager().getManagedArrays().size();
        }
    }
}
