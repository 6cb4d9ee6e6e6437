package org.foldwise.learning.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.foldwise.learning.model.ModelBundle;
import org.foldwise.learning.model.TinyBundle;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.ImageBatch;
import org.foldwise.learning.network.InferenceNetwork;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.prediction.Classifier;
import org.foldwise.learning.prediction.Observation;
import org.foldwise.learning.training.TinyStudy;
import org.foldwise.learning.training.TrainingListener;
import org.foldwise.learning.training.TrainingLoop;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Explaining as the API does it: from a bundle, many at a time, in a process that may have a training of its own. */
@Tag("engine")
class ObservationTest {
    private static final TinyStudy STUDY = new TinyStudy();
    private static final ModelBundle BUNDLE = TinyBundle.untrained();
    private static final Target POSITIVE = Target.of(0);

    private static Classifier open() {
        return Classifier.open(Engines.engine(), BUNDLE, new ImageDecoder(ImageLimits.DEFAULT));
    }

    private static List<byte[]> files() {
        return STUDY.cohort().images().stream()
                .limit(6)
                .map(STUDY::pixelsOf)
                .map(PngEncoder::encode)
                .toList();
    }

    private static double[] heat(Classifier classifier, byte[] file) {
        return GradCam.ofMean(classifier.observe(file, null).traces(), 0, POSITIVE)
                .heat();
    }

    private static Weights train(CountDownLatch underWay) {
        ExperimentPlan plan = TinyStudy.plan(2);
        TrainingLoop loop = new TrainingLoop(Engines.engine());
        return loop.train(STUDY.task(plan), TrainingListener.NONE, () -> {
                    underWay.countDown();
                    return false;
                })
                .weights();
    }

    @Test
    void answersAsWithoutAsking() {
        try (Classifier classifier = open()) {
            for (byte[] file : files()) {
                Observation observation = classifier.observe(file, null);
                assertThat(observation.prediction().probability())
                        .isEqualTo(classifier.predict(file).probability());
                assertThat(observation.image().width()).isEqualTo(TinyStudy.SIZE);
                assertThat(observation.placement())
                        .isEqualTo(BUNDLE.preprocessing().placement(32, 32));
                assertThat(observation.traces()).singleElement().satisfies(trace -> assertThat(trace.images())
                        .isEqualTo(1));
            }
        }
    }

    /** In both directions: the maps are those of a quiet process, the training's weights those of an undisturbed one. */
    @Test
    void disturbsNoTrainingAndIsDisturbedByNone() throws Exception {
        Weights undisturbed = train(new CountDownLatch(1));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Classifier classifier = open()) {
            List<byte[]> files = files();
            List<double[]> alone =
                    files.stream().map(file -> heat(classifier, file)).toList();
            CountDownLatch underWay = new CountDownLatch(1);
            Future<Weights> training = threads.submit(() -> train(underWay));
            underWay.await();
            List<Future<double[]>> together = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                byte[] file = files.get(i % files.size());
                together.add(threads.submit(() -> heat(classifier, file)));
            }
            for (int i = 0; i < together.size(); i++) {
                assertThat(together.get(i).get()).isEqualTo(alone.get(i % alone.size()));
            }
            assertThat(training.get()).isEqualTo(undisturbed);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void leavesNoArrayAndNoGradientModeBehindAlsoWhenItFails() {
        boolean recording = JniUtils.isGradMode();
        int before = arraysOfTheProcess();
        try (Classifier classifier = open();
                InferenceNetwork network =
                        InferenceNetwork.open(Engines.engine(), BUNDLE.network(), BUNDLE.weights())) {
            byte[] file = files().get(0);
            ImageBatch colour = new ImageBatch(1, Preprocessing.letterboxed(TinyStudy.SIZE, 3));
            colour.add(STUDY.pixelsOf(STUDY.cohort().images().get(0)).withChannels(3));
            heat(classifier, file);
            int afterOne = arraysOfTheProcess();
            for (int i = 0; i < 20; i++) {
                heat(classifier, file);
                assertThatExceptionOfType(UnreadableImageException.class)
                        .isThrownBy(() -> classifier.observe(new byte[] {1, 2, 3}, null));
                assertThatIllegalArgumentException().isThrownBy(() -> network.trace(colour));
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(() ->
                                GradCam.ofMean(classifier.observe(file, null).traces(), 0, Target.of(7)));
            }
            assertThat(arraysOfTheProcess()).isEqualTo(afterOne);
        }
        assertThat(arraysOfTheProcess()).isEqualTo(before);
        assertThat(JniUtils.isGradMode()).isEqualTo(recording);
    }

    private static int arraysOfTheProcess() {
        try (NDManager manager = Engines.engine().newManager()) {
            return manager.getParentManager().getManagedArrays().size();
        }
    }
}
