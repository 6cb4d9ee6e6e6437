package org.foldwise.learning.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.conformal.ConformalSets;
import org.foldwise.learning.metrics.conformal.LabelSets;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.recalibration.ClassRecalibration;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.recalibration.Recalibrations;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.prediction.Classifier;
import org.foldwise.learning.prediction.Prediction;
import org.foldwise.learning.training.TinyTaskStudy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class TaskBundleTest {
    private static ModelBundle bundle(Task task) {
        return bundle(task, new Recalibration.None());
    }

    private static ModelBundle bundle(Task task, Recalibration recalibration) {
        TinyTaskStudy study = new TinyTaskStudy(task);
        ExperimentPlan plan = study.plan(1);
        List<String> classes = study.cohort().classes();
        Decision decision = task == Task.MULTICLASS
                ? new Decision.MostProbable(
                        recalibration,
                        new ConformalSets(
                                0.9,
                                ConformalSets.Unit.IMAGE_OF_NEW_PATIENT,
                                ConformalSets.Conditioning.BY_CLASS,
                                IntStream.range(0, classes.size())
                                        // drawn weights find everything about equally probable: all but the first are
                                        // in the set
                                        .mapToObj(k -> new ConformalSets.Limit(9 + k, k == 0 ? 0.1 : 0.9))
                                        .toList()))
                : new Decision.LabelThresholds(
                        List.of(ThresholdChoice.fixed(0.2), ThresholdChoice.fixed(0.9)),
                        recalibration,
                        new LabelSets(
                                0.9,
                                List.of(
                                        new PredictionSets.Undefined(0.9, "too few"),
                                        // about 0.5 may be there, and may not be absent
                                        new ConformalSets(
                                                0.9,
                                                ConformalSets.Unit.IMAGE_OF_NEW_PATIENT,
                                                ConformalSets.Conditioning.BY_CLASS,
                                                List.of(
                                                        new ConformalSets.Limit(9, 0.1),
                                                        new ConformalSets.Limit(9, 0.9))))));
        return new ModelBundle(
                plan,
                task,
                classes,
                plan.image().preprocessing(),
                decision,
                TinyBundle.untrained().provenance(),
                InitialWeights.draw(NetworkSpec.of(plan, task, classes.size()), 5));
    }

    private static byte[] written(ModelBundle bundle) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BundleWriter.write(bundle, out);
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(value = Task.class, names = "BINARY", mode = Mode.EXCLUDE)
    void isReadBackWithItsDecision(Task task) throws IOException {
        ModelBundle bundle = bundle(task);

        ModelBundle read = BundleReader.read(written(bundle));

        assertThat(read.task()).isEqualTo(task);
        assertThat(read.classes()).isEqualTo(bundle.classes());
        assertThat(read.decision()).isEqualTo(bundle.decision());
        assertThat(written(read)).isEqualTo(written(bundle));
        assertThatIllegalStateException().isThrownBy(read::threshold);
        assertThatIllegalStateException().isThrownBy(read::positiveClass);
        String manifest = new String(BundleWriter.manifest(bundle), StandardCharsets.UTF_8);
        assertThat(manifest.contains("\"labelThresholds\"")).isEqualTo(task == Task.MULTILABEL);
        assertThat(manifest).contains("\"predictionSets\":{");
        assertThat(manifest).doesNotContain("\"threshold\":null").doesNotContain("\"decision\"");
    }

    @Test
    void aBinaryManifestSaysNothingOfOtherTasks() {
        String manifest = new String(BundleWriter.manifest(TinyBundle.untrained()), StandardCharsets.UTF_8);

        assertThat(manifest)
                .contains("\"threshold\":{")
                .doesNotContain("labelThresholds")
                .doesNotContain("predictionSets")
                .doesNotContain("decision");
    }

    @Test
    void refusesADecisionOfAnotherTask() {
        ModelBundle bundle = bundle(Task.MULTILABEL);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelBundle(
                        bundle.plan(),
                        bundle.task(),
                        bundle.classes(),
                        bundle.preprocessing(),
                        new Decision.MostProbable(),
                        bundle.provenance(),
                        bundle.weights()))
                .withMessageContaining("multi-label");
    }

    @Test
    void refusesARecalibrationOfOtherClasses() {
        Recalibration ofFour = new ClassRecalibration(Collections.nCopies(4, new Recalibration.Platt(-1, 0)));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> bundle(Task.MULTICLASS, ofFour))
                .withMessageContaining("does not decide on 3 classes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bundle(Task.MULTILABEL, new Recalibration.Temperature(2)))
                .withMessageContaining("does not decide on 2 classes");
    }

    private static ModelBundle with(Recalibration recalibration, ModelBundle bundle) {
        Decision decision = bundle.decision() instanceof Decision.LabelThresholds labels
                ? new Decision.LabelThresholds(labels.choices(), recalibration, labels.sets())
                : new Decision.MostProbable(recalibration, bundle.decision().sets());
        return new ModelBundle(bundle.task(), bundle.classes(), decision, bundle.members());
    }

    /** The bundle keeps it, the classifier applies it bit for bit, and ONNX Runtime to within rounding. */
    @ParameterizedTest
    @EnumSource(value = Task.class, names = "BINARY", mode = Mode.EXCLUDE)
    @Tag("engine")
    void answersAndIsWrittenAsOnnxWithRecalibratedProbabilities(Task task) throws Exception {
        ModelBundle plain = bundle(task);
        PixelImage pixels = film(task);
        List<Double> before = answers(plain, pixels);
        ModelBundle read = null;
        for (Recalibration recalibration : Recalibrations.ofSeveral(task).toList()) {
            read = with(recalibration, plain);
            assertOnnx(read, pixels, recalibration.applyToOutputs(before));
        }
        ModelBundle last = BundleReader.read(written(read));
        assertThat(last.decision()).isEqualTo(read.decision());
        assertThat(answers(last, pixels))
                .isEqualTo(last.decision().recalibration().applyToOutputs(before));
    }

    /** Of an ensemble the mean of the networks' probabilities is recalibrated, in the graph as in the classifier. */
    @ParameterizedTest
    @EnumSource(value = Task.class, names = "BINARY", mode = Mode.EXCLUDE)
    @Tag("engine")
    void recalibratesTheMeanOfAnEnsemble(Task task) throws Exception {
        ModelBundle alone = bundle(task);
        List<ModelBundle.Member> members = IntStream.range(0, 2)
                .mapToObj(i -> new ModelBundle.Member(
                        new UUID(7, i),
                        alone.plan(),
                        alone.preprocessing(),
                        alone.provenance(),
                        InitialWeights.draw(alone.network(), 5 + i)))
                .toList();
        ModelBundle ensemble = new ModelBundle(task, alone.classes(), alone.decision(), members);
        PixelImage pixels = film(task);
        List<Double> before = answers(ensemble, pixels);
        for (Recalibration recalibration : Recalibrations.ofSeveral(task).toList()) {
            assertOnnx(with(recalibration, ensemble), pixels, recalibration.applyToOutputs(before));
        }
    }

    private static PixelImage film(Task task) {
        TinyTaskStudy study = new TinyTaskStudy(task);
        return study.pixelsOf(study.cohort().images().get(0));
    }

    private static List<Double> answers(ModelBundle bundle, PixelImage pixels) {
        try (Classifier classifier = Classifier.open(Engines.engine(), bundle, new ImageDecoder(ImageLimits.DEFAULT))) {
            return List.copyOf(classifier
                    .predict(PngEncoder.encode(pixels))
                    .probabilities()
                    .values());
        }
    }

    private static void assertOnnx(ModelBundle bundle, PixelImage pixels, List<Double> expected) throws Exception {
        Preprocessing preprocessing = bundle.inputPreprocessing();
        float[] input = new float[preprocessing.tensorLength()];
        preprocessing.toTensor(preprocessing.toPixels(pixels), input, 0);
        OrtEnvironment runtime = OrtEnvironment.getEnvironment();
        try (OrtSession session = runtime.createSession(OnnxWriter.bytes(bundle));
                OnnxTensor tensor = OnnxTensor.createTensor(runtime, FloatBuffer.wrap(input), new long[] {
                    1, preprocessing.channels(), preprocessing.height(), preprocessing.width()
                });
                OrtSession.Result result = session.run(Map.of("images", tensor))) {
            float[] ofOnnx =
                    ((float[][]) result.get("probabilities").orElseThrow().getValue())[0];
            for (int k = 0; k < expected.size(); k++) {
                assertThat((double) ofOnnx[k])
                        .as(bundle.decision().recalibration().toString())
                        .isCloseTo(expected.get(k), within(1e-5));
            }
        }
    }

    @Test
    void refusesPredictionSetsOfOtherClasses() {
        ModelBundle bundle = bundle(Task.MULTICLASS);
        ConformalSets ofTwo = new ConformalSets(
                0.9,
                ConformalSets.Unit.IMAGE_OF_NEW_PATIENT,
                ConformalSets.Conditioning.BY_CLASS,
                List.of(new ConformalSets.Limit(9, 0.5), new ConformalSets.Limit(9, 0.5)));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelBundle(
                        bundle.plan(),
                        bundle.task(),
                        bundle.classes(),
                        bundle.preprocessing(),
                        new Decision.MostProbable(new Recalibration.None(), ofTwo),
                        bundle.provenance(),
                        bundle.weights()))
                .withMessageContaining("does not decide on 3 classes");
    }

    @ParameterizedTest
    @EnumSource(value = Task.class, names = "BINARY", mode = Mode.EXCLUDE)
    @Tag("engine")
    void answersWithEveryClassAndItsOwnDecisions(Task task) throws Exception {
        ModelBundle bundle = bundle(task);
        TinyTaskStudy study = new TinyTaskStudy(task);
        PixelImage pixels = study.pixelsOf(study.cohort().images().get(0));
        byte[] png = PngEncoder.encode(pixels);
        ByteArrayOutputStream onnx = new ByteArrayOutputStream();
        OnnxWriter.write(bundle, onnx);
        Prediction prediction;
        try (Classifier classifier = Classifier.open(Engines.engine(), bundle, new ImageDecoder(ImageLimits.DEFAULT))) {
            prediction = classifier.predict(png);
        }

        assertThat(prediction.probabilities().keySet()).containsExactlyElementsOf(bundle.classes());
        double sum =
                prediction.probabilities().values().stream().mapToDouble(p -> p).sum();
        if (task == Task.MULTICLASS) {
            assertThat(sum).isCloseTo(1, within(1e-12));
            assertThat(prediction.thresholds()).isEmpty();
            assertThat(prediction.decided()).hasSize(1);
            assertThat(prediction.set())
                    .isEqualTo(new Prediction.ClassSet(
                            0.9, bundle.classes().subList(1, bundle.classes().size())));
            assertThat(prediction.probabilities().values()).allSatisfy(p -> assertThat(p)
                    .isLessThanOrEqualTo(
                            prediction.probabilities().get(prediction.decided().get(0))));
        } else {
            // drawn weights answer about 0.5 to everything: above 0.2, below 0.9
            assertThat(prediction.decided()).containsExactly("left");
            assertThat(prediction.thresholds()).containsEntry("left", 0.2).containsEntry("top", 0.9);
            assertThat(prediction.set()).isNull();
            assertThat(prediction.labelSets())
                    .containsExactly(Map.entry("top", new Prediction.ClassSet(0.9, List.of("top"))));
        }
        assertThatIllegalStateException().isThrownBy(prediction::positiveClass);

        Preprocessing preprocessing = bundle.preprocessing();
        float[] input = new float[preprocessing.tensorLength()];
        preprocessing.toTensor(preprocessing.toPixels(pixels), input, 0);
        OrtEnvironment runtime = OrtEnvironment.getEnvironment();
        try (OrtSession session = runtime.createSession(onnx.toByteArray());
                OnnxTensor tensor = OnnxTensor.createTensor(runtime, FloatBuffer.wrap(input), new long[] {
                    1, preprocessing.channels(), preprocessing.height(), preprocessing.width()
                });
                OrtSession.Result result = session.run(Map.of("images", tensor))) {
            float[][] probabilities =
                    (float[][]) result.get("probabilities").orElseThrow().getValue();
            for (int k = 0; k < bundle.classes().size(); k++) {
                assertThat((double) probabilities[0][k])
                        .isCloseTo(
                                prediction.probabilities().get(bundle.classes().get(k)), within(1e-5));
            }
            Map<String, String> metadata = session.getMetadata().getCustomMetadata();
            assertThat(metadata).containsEntry("task", task.name().toLowerCase(Locale.ROOT));
            assertThat(metadata).doesNotContainKeys("positiveClass", "threshold");
            assertThat(metadata.containsKey("threshold.1")).isEqualTo(task == Task.MULTILABEL);
            assertThat(metadata).containsEntry("setCoverage", "0.9");
            if (task == Task.MULTICLASS) {
                assertThat(metadata).containsEntry("setLimit.0", "0.1").containsEntry("setLimit.2", "0.9");
            } else {
                assertThat(metadata)
                        .containsEntry("setLimit.1.0", "0.1")
                        .containsEntry("setLimit.1.1", "0.9")
                        .doesNotContainKey("setLimit.0.0");
            }
        }
    }
}
