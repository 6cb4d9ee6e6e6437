package org.foldwise.learning.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.network.Differences;
import org.foldwise.learning.network.ElementType;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ReferenceFormula;
import org.foldwise.learning.network.Sigmoid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX Runtime reads what we write and computes what our network computes in double. */
@Tag("engine")
class OnnxWriterTest {
    /** Of the largest logit. */
    private static final double TOLERANCE = 1e-5;

    private static final OrtEnvironment ONNX_RUNTIME = OrtEnvironment.getEnvironment();

    private static ModelBundle bundle(String backbone, int channels) {
        ExperimentPlan plan = PlanJson.read(
                """
                {"backbone": "%s", "image": {"size": 64, "channels": %d, "aspect": "letterbox"},
                 "head": {"hidden": 16, "dropout": 0.2}}"""
                        .formatted(backbone, channels));
        ModelBundle model = TinyBundle.untrained();
        NetworkSpec spec = NetworkSpec.of(plan, model.task(), 2);
        return new ModelBundle(
                plan,
                model.task(),
                model.classes(),
                plan.image().preprocessing(),
                model.threshold(),
                TinyBundle.provenance(plan.image().preprocessing()),
                ReferenceFormula.steadyWeights(spec, "onnx"));
    }

    private static byte[] onnx(ModelBundle bundle) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OnnxWriter.write(bundle, out);
        return out.toByteArray();
    }

    private static float[] pixels(int images, int channels) {
        float[] pixels = new float[images * channels * 64 * 64];
        SplittableRandom random = new SplittableRandom(images);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-2, 2);
        }
        return pixels;
    }

    private static double[] exactLogits(ModelBundle bundle, int images, int channels) {
        try (Network network = Network.open(Engines.engine(), bundle.network(), bundle.weights(), ElementType.FLOAT64);
                NDManager manager = Engines.engine().newManager()) {
            return network.forward(
                            manager.create(pixels(images, channels), new Shape(images, channels, 64, 64))
                                    .toType(DataType.FLOAT64, false),
                            false)
                    .toDoubleArray();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "resnet18, 1",
        "resnet18, 3",
        "resnet50, 1",
        "densenet121, 1",
        "efficientnetB0, 1",
        "mobilenetV2, 3",
    })
    void writesWhatOnnxRuntimeComputesAlike(String backbone, int channels) throws Exception {
        ModelBundle bundle = bundle(backbone, channels);
        Differences differences = new Differences("ONNX Runtime, " + backbone + ", channels " + channels);
        try (OrtSession session = ONNX_RUNTIME.createSession(onnx(bundle))) {
            for (int images : new int[] {1, 7}) {
                double[] expected = exactLogits(bundle, images, channels);
                double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
                try (OnnxTensor input = OnnxTensor.createTensor(
                                ONNX_RUNTIME,
                                FloatBuffer.wrap(pixels(images, channels)),
                                new long[] {images, channels, 64, 64});
                        OrtSession.Result result = session.run(Map.of("images", input))) {
                    float[][] logits =
                            (float[][]) result.get("logits").orElseThrow().getValue();
                    float[][] probabilities = (float[][])
                            result.get("probabilities").orElseThrow().getValue();
                    assertThat(logits).hasDimensions(images, 1);
                    for (int i = 0; i < images; i++) {
                        differences.check("logit", logits[i][0] / largest, expected[i] / largest, TOLERANCE);
                        assertThat((double) probabilities[i][0]).isCloseTo(Sigmoid.of(logits[i][0]), within(1e-6));
                    }
                }
            }
        }
        differences.report();
    }

    @ParameterizedTest
    @MethodSource("org.foldwise.learning.metrics.recalibration.Recalibrations#ofEveryKind")
    void recalibratesAsTheModelDoes(Recalibration.Monotone recalibration) throws Exception {
        ModelBundle bundle = TinyBundle.untrained(recalibration);
        int size = bundle.preprocessing().height();
        int images = 9;
        float[] pixels = new float[images * size * size];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < pixels.length; i++) {
            // louder from image to image, so that probabilities lie apart
            pixels[i] = (float) random.nextDouble(-2, 2) * (1 + 3 * (i / (size * size)));
        }
        try (OrtSession session = ONNX_RUNTIME.createSession(onnx(bundle));
                OnnxTensor input = OnnxTensor.createTensor(
                        ONNX_RUNTIME, FloatBuffer.wrap(pixels), new long[] {images, 1, size, size});
                OrtSession.Result result = session.run(Map.of("images", input))) {
            float[][] logits = (float[][]) result.get("logits").orElseThrow().getValue();
            float[][] probabilities =
                    (float[][]) result.get("probabilities").orElseThrow().getValue();
            assertThat(probabilities).hasDimensions(images, 1);
            for (int i = 0; i < images; i++) {
                assertThat((double) probabilities[i][0])
                        .as("logit %f", logits[i][0])
                        .isCloseTo(recalibration.apply(Sigmoid.of(logits[i][0])), within(2e-6));
            }
        }
    }

    @Test
    void saysWhatGoesInAndWhatItMeans() throws Exception {
        ModelBundle bundle = bundle("mobilenetV2", 3);
        try (OrtSession session = ONNX_RUNTIME.createSession(onnx(bundle))) {
            assertThat(shape(session.getInputInfo().get("images"))).containsExactly(-1, 3, 64, 64);
            assertThat(session.getOutputNames()).containsExactly("logits", "probabilities");
            assertThat(shape(session.getOutputInfo().get("probabilities"))).containsExactly(-1, 1);
            assertThat(session.getMetadata().getProducerName()).isEqualTo("foldwise");
            Map<String, String> metadata = session.getMetadata().getCustomMetadata();
            assertThat(metadata)
                    .containsEntry("class.0", "healthy")
                    .containsEntry("class.1", "sick")
                    .containsEntry("positiveClass", "sick")
                    .containsEntry("threshold", "0.4")
                    .containsEntry("channels", "3")
                    .containsEntry("height", "64")
                    .containsEntry("width", "64")
                    .containsEntry("mean", "0.485 0.456 0.406")
                    .containsEntry("std", "0.229 0.224 0.225")
                    .containsEntry(
                            "preprocessingFingerprint",
                            bundle.preprocessing().fingerprint().hex())
                    .containsEntry("planDigest", PlanJson.digest(bundle.plan()).hex());
            assertThat(metadata.get("preprocessing"))
                    .startsWith("channels 3, grey by ITU-R 601; letterbox 64, antialiased bilinear, centred on black;"
                            + " scale 1/255; normalize");
            assertThat(metadata.get("manifest"))
                    .startsWith("{\"classes\":[\"healthy\",\"sick\"],\"format\":\"foldwise bundle 1\"");
            assertThat(metadata).doesNotContainKey("predictionPrecision");
        }
    }

    @Test
    void saysWhereTheModelAnswersInAnotherPrecision() throws Exception {
        ModelBundle float32 = bundle("mobilenetV2", 1);
        ModelBundle rounded = new ModelBundle(
                float32.plan(),
                float32.task(),
                float32.classes(),
                float32.preprocessing(),
                float32.threshold(),
                TinyBundle.provenance(float32.preprocessing(), Precision.BFLOAT16),
                float32.weights());
        try (OrtSession session = ONNX_RUNTIME.createSession(onnx(rounded))) {
            assertThat(session.getMetadata().getCustomMetadata()).containsEntry("predictionPrecision", "bfloat16");
        }
    }

    private static long[] shape(NodeInfo node) throws OrtException {
        return ((TensorInfo) node.getInfo()).getShape();
    }

    @Test
    void writesEqualBytesForEqualBundles() throws Exception {
        assertThat(onnx(bundle("mobilenetV2", 1))).isEqualTo(onnx(bundle("mobilenetV2", 1)));
    }
}
