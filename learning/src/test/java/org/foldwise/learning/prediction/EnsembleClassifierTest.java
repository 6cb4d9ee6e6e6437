package org.foldwise.learning.prediction;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.evaluation.Evaluator;
import org.foldwise.learning.explanation.GradCam;
import org.foldwise.learning.explanation.Heatmap;
import org.foldwise.learning.explanation.Target;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.conformal.ConformalSets;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.EnsembleMean;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.model.BundleReader;
import org.foldwise.learning.model.BundleWriter;
import org.foldwise.learning.model.ModelBundle;
import org.foldwise.learning.model.OnnxWriter;
import org.foldwise.learning.model.TinyEnsemble;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.training.CancellationSignal;
import org.foldwise.learning.training.TinyStudy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several networks in one bundle answer with the mean of what each answers alone, wherever they are run. */
@Tag("engine")
class EnsembleClassifierTest {
    private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.DEFAULT);
    private static final TinyStudy STUDY = new TinyStudy();
    private static final List<Classifier> alone = new ArrayList<>();
    private static ModelBundle bundle;
    private static Classifier together;

    private static List<ImageRecord> images() {
        return STUDY.cohort().images().subList(0, 8);
    }

    private static byte[] file(ImageRecord image) {
        return PngEncoder.encode(STUDY.pixelsOf(image));
    }

    private static Classifier open(ModelBundle bundle) {
        return Classifier.open(Engines.engine(), bundle, DECODER);
    }

    private static ModelBundle ensemble(Recalibration recalibration) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BundleWriter.write(TinyEnsemble.untrained(recalibration), out);
        return BundleReader.read(out.toByteArray());
    }

    @BeforeAll
    static void openAllTogetherAndEachAlone() throws IOException {
        bundle = ensemble(new Recalibration.None());
        together = open(bundle);
        for (int i = 0; i < bundle.members().size(); i++) {
            alone.add(open(TinyEnsemble.alone(bundle, i)));
        }
    }

    @AfterAll
    static void close() {
        together.close();
        alone.forEach(Classifier::close);
    }

    @Test
    void answersTheMeanOfWhatItsNetworksAnswerAloneBitForBit() {
        for (ImageRecord image : images()) {
            byte[] file = file(image);
            List<Double> each = alone.stream()
                    .map(classifier -> classifier.predict(file).probability())
                    .toList();
            assertThat(each).hasSize(3).doesNotHaveDuplicates();
            double mean = (each.get(0) + each.get(1) + each.get(2)) / 3;
            Prediction prediction = together.predict(file);
            assertThat(prediction.probability()).isEqualTo(mean);
            assertThat(prediction.positive()).isEqualTo(mean >= 0.4);
            assertThat(prediction.probabilities().keySet()).containsExactly("healthy", "sick");
            assertThat(prediction.input())
                    .isNotEqualTo(alone.get(0).predict(file).input());
        }
    }

    @Test
    void answersWhatIsEvaluatedBitForBitAndNobodyOnceClosed() {
        // those whose plan says what their images were normalised by, which is what an evaluator goes by
        List<ModelBundle.Member> members =
                List.of(bundle.members().get(0), bundle.members().get(2));
        List<ScoredImages> each = new ArrayList<>();
        for (ModelBundle.Member member : members) {
            try (Evaluator<PixelImage> evaluator = Evaluator.open(
                    Engines.engine(), member.plan(), STUDY.cohort(), member.provenance(), member.weights())) {
                each.add(evaluator.answers(STUDY.cohort(), images(), STUDY::pixelsOf, CancellationSignal.NEVER));
            }
        }
        Decision recalibrating =
                new Decision.AtThreshold(ThresholdChoice.fixed(0.4), new Recalibration.Platt(-0.5, 0.25));
        ScoredImages evaluated = recalibrating.recalibrated(EnsembleMean.of(each));
        Decision decision = recalibrating.withSets(evaluated, 0.5);
        ConformalSets sets = (ConformalSets) decision.sets();
        Classifier classifier = open(new ModelBundle(bundle.task(), bundle.classes(), decision, members));
        for (int i = 0; i < images().size(); i++) {
            ClassifiedCase one = ((ScoredImages.Binary) evaluated).classified().get(i);
            Prediction prediction = classifier.predict(file(images().get(i)));
            assertThat(prediction.probability()).isEqualTo(one.probabilities().get(1));
            assertThat(prediction.set())
                    .isEqualTo(new Prediction.ClassSet(
                            0.5,
                            sets.set(one.probabilities()).stream()
                                    .map(bundle.classes()::get)
                                    .toList()));
        }
        classifier.close();
        classifier.close();
        assertThatIllegalStateException().isThrownBy(() -> classifier.predict(file(images().get(0))));
    }

    /** The second network takes images normalised otherwise; the file's one input is normalised as the first's. */
    @ParameterizedTest
    @MethodSource("org.foldwise.learning.metrics.recalibration.Recalibrations#ofEveryKind")
    void answersAlikeInOnnxRuntime(Recalibration.Monotone recalibration) throws Exception {
        ByteArrayOutputStream onnx = new ByteArrayOutputStream();
        OnnxWriter.write(ensemble(recalibration), onnx);
        Preprocessing preprocessing = bundle.inputPreprocessing();
        float[] input = new float[images().size() * preprocessing.tensorLength()];
        for (int i = 0; i < images().size(); i++) {
            preprocessing.toTensor(STUDY.pixelsOf(images().get(i)), input, i * preprocessing.tensorLength());
        }
        OrtEnvironment runtime = OrtEnvironment.getEnvironment();
        try (OrtSession session = runtime.createSession(onnx.toByteArray());
                OnnxTensor tensor = OnnxTensor.createTensor(runtime, FloatBuffer.wrap(input), new long[] {
                    images().size(), preprocessing.channels(), preprocessing.height(), preprocessing.width()
                });
                OrtSession.Result result = session.run(Map.of("images", tensor))) {
            assertThat(session.getOutputNames()).containsExactly("probabilities");
            assertThat(session.getMetadata().getCustomMetadata())
                    .containsEntry("members", "3")
                    .containsEntry("threshold", "0.4")
                    .containsEntry(
                            "preprocessingFingerprint",
                            bundle.inputFingerprint().hex())
                    .containsKeys("planDigest.0", "planDigest.2")
                    .doesNotContainKey("planDigest");
            float[][] probabilities =
                    (float[][]) result.get("probabilities").orElseThrow().getValue();
            double farthest = 0;
            for (int i = 0; i < images().size(); i++) {
                double ours = recalibration.apply(
                        together.predict(file(images().get(i))).probability());
                farthest = Math.max(farthest, Math.abs(ours - probabilities[i][0]));
                assertThat((double) probabilities[i][0]).isCloseTo(ours, within(1e-5));
            }
            System.out.printf("ensemble in ONNX Runtime, %s: farthest %.1e%n", recalibration, farthest);
        }
    }

    @Test
    void looksWhereItsNetworksLookOnAverage() {
        byte[] file = file(images().get(3));
        for (Target target : List.of(new Target(0, true), new Target(0, false))) {
            List<Heatmap> each = alone.stream()
                    .map(classifier ->
                            GradCam.of(classifier.observe(file, null).traces().get(0), 0, target))
                    .toList();
            Observation observation = together.observe(file, null);
            assertThat(observation.prediction().probability())
                    .isEqualTo(together.predict(file).probability());
            assertThat(observation.traces()).hasSize(3);
            Heatmap mean = GradCam.ofMean(observation.traces(), 0, target);
            for (int row = 0; row < mean.rows(); row++) {
                for (int column = 0; column < mean.columns(); column++) {
                    double sum = 0;
                    for (Heatmap one : each) {
                        sum += one.raw(row, column);
                    }
                    assertThat(mean.raw(row, column)).isCloseTo(sum / 3, within(1e-12));
                }
            }
            assertThatIllegalArgumentException().isThrownBy(() -> GradCam.ofMean(List.of(), 0, target));
        }
    }
}
