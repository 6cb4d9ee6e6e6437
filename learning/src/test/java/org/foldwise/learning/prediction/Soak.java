package org.foldwise.learning.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.model.TinyBundle;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.training.CancellationSignal;
import org.foldwise.learning.training.Checkpoint;
import org.foldwise.learning.training.EpochSummary;
import org.foldwise.learning.training.TinyStudy;
import org.foldwise.learning.training.TrainedClassifier;
import org.foldwise.learning.training.TrainingListener;
import org.foldwise.learning.training.TrainingLoop;

/** The same work many times over, in one precision whatever the machine would choose, with a look at memory after every tenth of it. */
final class Soak {
    static final int SAMPLES = 10;
    private static final int STEPS_OF_AN_EPOCH = 3;
    private static final StoppingRule TO_THE_END = new StoppingRule(StoppingRule.Metric.VALIDATION_LOSS, 1000, 0);

    private final Precision precision;
    private final Consumer<String> sample;
    private final List<Integer> arrays = new ArrayList<>();

    /** @param sample told after what it is called */
    Soak(Precision precision, Consumer<String> sample) {
        this.precision = precision;
        this.sample = sample;
    }

    /** Numbers of the engine's arrays that were there at each look. */
    List<Integer> arrays() {
        return arrays;
    }

    /** That many steps, or up to two more: 24 training images make 3 of an epoch. */
    void train(int steps) {
        int epochs = Math.min((steps + STEPS_OF_AN_EPOCH - 1) / STEPS_OF_AN_EPOCH, 1000);
        ExperimentPlan plan = TinyStudy.plan(epochs, 8, false, TO_THE_END);
        TrainedClassifier trained = new TrainingLoop(
                        Engines.engine(), any -> new PrecisionChoice(precision, "a test wants it"))
                .train(
                        new TinyStudy().task(plan),
                        new TrainingListener() {
                            @Override
                            public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                                int done = summary.epochIndex() + 1;
                                if (done * SAMPLES / epochs > (done - 1) * SAMPLES / epochs) {
                                    assertThat(checkpoint.get().history()).hasSize(done);
                                    look(done * STEPS_OF_AN_EPOCH + " training steps in " + precision.label());
                                }
                            }
                        },
                        CancellationSignal.NEVER);
        assertThat(trained.precision().taken()).isEqualTo(precision);
    }

    /** That many predictions, a multiple of {@link #SAMPLES}, of one classifier. */
    void predict(int predictions) {
        TinyStudy study = new TinyStudy();
        List<ImageRecord> images = study.cohort().images();
        List<byte[]> files = images.stream()
                .map(image -> PngEncoder.encode(study.pixelsOf(image)))
                .toList();
        try (Classifier classifier = Classifier.open(
                Engines.engine(), TinyBundle.untrained(precision), new ImageDecoder(ImageLimits.DEFAULT))) {
            for (int done = 1; done <= predictions; done++) {
                assertThat(classifier.predict(files.get(done % files.size())).probability())
                        .isBetween(0.0, 1.0);
                if (done % (predictions / SAMPLES) == 0) {
                    look(done + " predictions in " + precision.label());
                }
            }
        }
    }

    private void look(String after) {
        try (NDManager manager = Engines.engine().newManager()) {
            arrays.add(manager.getParentManager().getManagedArrays().size());
        }
        sample.accept(after);
    }

    /** Fails where an array was added from the first look on. */
    void requireNoArrayMore() {
        assertThat(arrays).hasSizeGreaterThanOrEqualTo(SAMPLES);
        assertThat(arrays.stream().distinct().count()).as("arrays: %s", arrays).isEqualTo(1);
    }
}
