package org.foldwise.learning.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.evaluation.Evaluator;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.conformal.ConformalSets;
import org.foldwise.learning.metrics.conformal.PredictionSetReport;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.model.BundleReader;
import org.foldwise.learning.model.BundleWriter;
import org.foldwise.learning.model.ModelBundle;
import org.foldwise.learning.model.TinyBundle;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.training.CancellationSignal;
import org.foldwise.learning.training.TinyStudy;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("engine")
class ClassifierTest {
    private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.DEFAULT);
    private static final TinyStudy STUDY = new TinyStudy();
    private static ModelBundle bundle;
    private static Map<String, byte[]> files;

    @BeforeAll
    static void readABundleAndDrawFilms() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BundleWriter.write(TinyBundle.untrained(), out);
        bundle = BundleReader.read(new ByteArrayInputStream(out.toByteArray()));
        files = new HashMap<>();
        for (ImageRecord image : STUDY.cohort().images().subList(0, 12)) {
            files.put(image.name(), enlargedPng(STUDY.pixelsOf(image)));
        }
    }

    /** A film of 77 x 50, so that decoding, shrinking and padding all have something to do. */
    private static byte[] enlargedPng(PixelImage pixels) throws IOException {
        BufferedImage film = new BufferedImage(77, 50, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < 50; y++) {
            for (int x = 0; x < 77; x++) {
                film.getRaster().setSample(x, y, 0, pixels.sample(x % TinyStudy.SIZE, y % TinyStudy.SIZE, 0));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(film, "png", out);
        return out.toByteArray();
    }

    private static List<ImageRecord> images() {
        return STUDY.cohort().images().subList(0, 12);
    }

    private static Classifier open() {
        return Classifier.open(Engines.engine(), bundle, DECODER);
    }

    @Test
    void givesTheEvaluatorsProbabilityBitForBit() {
        List<ScoredCase> cases;
        try (Evaluator<PixelImage> evaluator = Evaluator.open(
                Engines.engine(), bundle.plan(), STUDY.cohort(), bundle.provenance(), bundle.weights())) {
            cases = evaluator.score(
                    STUDY.cohort(),
                    images(),
                    image -> bundle.preprocessing()
                            .toPixels(DECODER.decode(files.get(image.name())).pixels()),
                    CancellationSignal.NEVER);
        }
        assertThat(cases)
                .extracting(ScoredCase::image)
                .isEqualTo(images().stream().map(ImageRecord::name).toList());
        assertThat(cases).extracting(ScoredCase::positive).contains(true, false);
        assertThat(cases).extracting(ScoredCase::probability).doesNotHaveDuplicates();
        try (Classifier classifier = open()) {
            for (ScoredCase scored : cases) {
                assertThat(classifier.predict(files.get(scored.image())).probability())
                        .isEqualTo(scored.probability());
            }
        }
    }

    /** The file comes back as it was, and what was frozen in it is obeyed. */
    @ParameterizedTest
    @MethodSource("org.foldwise.learning.metrics.recalibration.Recalibrations#ofEveryKind")
    void answersRecalibratedProbabilities(Recalibration.Monotone recalibration) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BundleWriter.write(TinyBundle.untrained(recalibration), out);
        ModelBundle recalibrated = BundleReader.read(new ByteArrayInputStream(out.toByteArray()));
        assertThat(recalibrated.decision().recalibration()).isEqualTo(recalibration);
        byte[] file = files.get(images().get(0).name());
        try (Classifier plain = open();
                Classifier classifier = Classifier.open(Engines.engine(), recalibrated, DECODER)) {
            Prediction raw = plain.predict(file);
            Prediction prediction = classifier.predict(file);
            double expected = recalibration.apply(raw.probability());
            assertThat(prediction.probability()).isEqualTo(expected);
            assertThat(prediction.positive()).isEqualTo(expected >= 0.4);
            assertThat(prediction.input()).isEqualTo(raw.input());
        }
    }

    /**
     * Limits are scores of cases themselves, so that a difference in the last bit would take a class out of a set. The bundle keeps
     * them, and the classifier finds the sets that the evaluation judges.
     */
    @ParameterizedTest
    @MethodSource("org.foldwise.learning.metrics.recalibration.Recalibrations#ofEveryKind")
    void answersWithTheSetsThatAreEvaluated(Recalibration recalibration) throws IOException {
        ScoredImages raw;
        try (Evaluator<PixelImage> evaluator = Evaluator.open(
                Engines.engine(), bundle.plan(), STUDY.cohort(), bundle.provenance(), bundle.weights())) {
            raw = evaluator.answers(
                    STUDY.cohort(),
                    images(),
                    image -> bundle.preprocessing()
                            .toPixels(DECODER.decode(files.get(image.name())).pixels()),
                    CancellationSignal.NEVER);
        }
        Decision plain = new Decision.AtThreshold(ThresholdChoice.fixed(0.4), recalibration);
        ScoredImages.Binary evaluated = (ScoredImages.Binary) plain.recalibrated(raw);
        Decision decision = plain.withSets(evaluated, 0.5);
        ConformalSets sets = (ConformalSets) decision.sets();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BundleWriter.write(TinyBundle.untrained(decision), out);
        ModelBundle read = BundleReader.read(new ByteArrayInputStream(out.toByteArray()));

        assertThat(read.decision()).isEqualTo(decision);
        assertThat(evaluated.classified())
                .as("a case with a score at its limit")
                .anyMatch(one -> 1 - one.probabilities().get(one.truth())
                        == sets.limits().get(one.truth()).score());
        PredictionSetReport report =
                (PredictionSetReport) decision.reportOfSets(evaluated, 0.95).orElseThrow();
        int answered = 0;
        int covered = 0;
        try (Classifier classifier = Classifier.open(Engines.engine(), read, DECODER)) {
            for (ClassifiedCase one : evaluated.classified()) {
                Prediction.ClassSet set = Objects.requireNonNull(
                        classifier.predict(files.get(one.image())).set());
                assertThat(set.coverage()).isEqualTo(0.5);
                assertThat(set.classes())
                        .isEqualTo(sets.set(one.probabilities()).stream()
                                .map(bundle.classes()::get)
                                .toList());
                answered += set.abstains() ? 0 : 1;
                covered += set.classes().contains(bundle.classes().get(one.truth())) ? 1 : 0;
            }
        }
        assertThat(report.answered().value()).isEqualTo(answered / 12.0);
        // by construction half of each class and more
        assertThat(covered).isBetween(6, 12);
    }

    /** What the provenance says both obey, whatever this machine would choose; and it is another answer than in float32. */
    @Test
    void givesTheEvaluatorsProbabilityBitForBitInBfloat16() {
        Provenance float32 = bundle.provenance();
        Provenance bfloat16 = new Provenance(
                float32.dataset(),
                float32.split(),
                float32.plan(),
                float32.fold(),
                float32.seed(),
                float32.pretrained(),
                float32.libraries(),
                float32.device(),
                float32.threads(),
                float32.precision(),
                float32.precisionReason(),
                float32.trainingPath(),
                float32.trainingPathReason(),
                "bfloat16",
                "a test wants it",
                float32.normalisation());
        ModelBundle rounded = new ModelBundle(
                bundle.plan(),
                bundle.task(),
                bundle.classes(),
                bundle.preprocessing(),
                bundle.threshold(),
                bfloat16,
                bundle.weights());
        List<ScoredCase> cases;
        try (Evaluator<PixelImage> evaluator =
                Evaluator.open(Engines.engine(), bundle.plan(), STUDY.cohort(), bfloat16, bundle.weights())) {
            cases = evaluator.score(
                    STUDY.cohort(),
                    images(),
                    image -> bundle.preprocessing()
                            .toPixels(DECODER.decode(files.get(image.name())).pixels()),
                    CancellationSignal.NEVER);
        }
        try (Classifier classifier = Classifier.open(Engines.engine(), rounded, DECODER);
                Classifier exact = open()) {
            for (ScoredCase scored : cases) {
                double probability =
                        classifier.predict(files.get(scored.image())).probability();
                assertThat(probability).isEqualTo(scored.probability());
                assertThat(probability)
                        .isNotEqualTo(exact.predict(files.get(scored.image())).probability())
                        .isCloseTo(exact.predict(files.get(scored.image())).probability(), within(0.02));
            }
        }
    }

    @Test
    void saysWhatItAnswers() {
        try (Classifier classifier = open()) {
            Prediction prediction = classifier.predict(files.get(images().get(0).name()));
            assertThat(prediction.probability()).isBetween(0.0, 1.0);
            assertThat(prediction.threshold()).isEqualTo(0.4);
            assertThat(prediction.positive()).isEqualTo(prediction.probability() >= 0.4);
            assertThat(prediction.positiveClass()).isEqualTo("sick");
            assertThat(prediction.set()).isNull();
            assertThat(prediction.probabilities())
                    .containsExactly(
                            Map.entry("healthy", 1 - prediction.probability()),
                            Map.entry("sick", prediction.probability()));
            assertThat(prediction.timing().decode()).isPositive();
            assertThat(prediction.timing().preprocess()).isPositive();
            assertThat(prediction.timing().inference()).isPositive();
        }
    }

    @Test
    void namesItsInputByWhatTheNetworkSaw() {
        try (Classifier classifier = open()) {
            byte[] first = files.get(images().get(0).name());
            byte[] second = files.get(images().get(1).name());
            assertThat(classifier.predict(first).input())
                    .isEqualTo(classifier.predict(first.clone()).input());
            assertThat(classifier.predict(first).input())
                    .isNotEqualTo(classifier.predict(second).input());
        }
    }

    @Test
    void answersManyThreadsAtOnceWithTheSameBits() throws Exception {
        try (Classifier classifier = open()) {
            List<Double> alone = new ArrayList<>();
            for (ImageRecord image : images()) {
                alone.add(classifier.predict(files.get(image.name())).probability());
            }
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                List<Future<Double>> together = new ArrayList<>();
                for (int round = 0; round < 3; round++) {
                    for (ImageRecord image : images()) {
                        together.add(threads.submit(() ->
                                classifier.predict(files.get(image.name())).probability()));
                    }
                }
                for (int i = 0; i < together.size(); i++) {
                    assertThat(together.get(i).get()).isEqualTo(alone.get(i % alone.size()));
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    /** The count is of all managers of the process; that it sees an array held by any of them is shown first. */
    @Test
    void leavesNoNativeArraysBehind() {
        int before = arraysOfTheProcess();
        try (NDManager manager = Engines.engine().newManager()) {
            manager.create(1f);
            assertThat(arraysOfTheProcess()).isEqualTo(before + 1);
        }
        try (Classifier classifier = open()) {
            byte[] film = files.get(images().get(0).name());
            classifier.predict(film);
            int afterOne = arraysOfTheProcess();
            for (int i = 0; i < 50; i++) {
                classifier.predict(film);
            }
            assertThat(arraysOfTheProcess()).isEqualTo(afterOne);
        }
        assertThat(arraysOfTheProcess()).isEqualTo(before);
    }

    private static int arraysOfTheProcess() {
        try (NDManager manager = Engines.engine().newManager()) {
            return manager.getParentManager().getManagedArrays().size();
        }
    }

    @Test
    void staysUsableAfterAFileThatIsNoImage() {
        try (Classifier classifier = open()) {
            assertThatExceptionOfType(UnreadableImageException.class)
                    .isThrownBy(() -> classifier.predict(new byte[] {1, 2, 3}));
            assertThat(classifier.predict(files.get(images().get(0).name())).probability())
                    .isBetween(0.0, 1.0);
        }
    }

    @Test
    void answersNobodyOnceClosed() {
        Classifier classifier = open();
        classifier.close();
        classifier.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> classifier.predict(files.get(images().get(0).name())));
    }

    @Test
    void endsAnEvaluationWhenCancelled() {
        List<String> read = new ArrayList<>();
        try (Evaluator<PixelImage> evaluator = Evaluator.open(
                Engines.engine(), bundle.plan(), STUDY.cohort(), bundle.provenance(), bundle.weights())) {
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> evaluator.score(
                            STUDY.cohort(),
                            images(),
                            image -> {
                                read.add(image.name());
                                return STUDY.pixelsOf(image);
                            },
                            () -> true));
        }
        assertThat(read.size()).isLessThan(images().size());
    }
}
