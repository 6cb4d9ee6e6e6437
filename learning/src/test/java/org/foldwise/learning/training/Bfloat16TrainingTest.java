package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** bfloat16 whether or not this processor is faster for it. */
@Tag("engine")
class Bfloat16TrainingTest {
    private static final PrecisionChoice FORCED = new PrecisionChoice(Precision.BFLOAT16, "a test wants it");
    private static final PrecisionChoice FLOAT32 = new PrecisionChoice(Precision.FLOAT32, "as planned");

    private final TinyStudy study = new TinyStudy();

    private static ExperimentPlan plan(int epochs) {
        String plan = PlanJson.write(TinyStudy.plan(epochs));
        return PlanJson.read(plan.replace("\"precision\":\"float32\"", "\"precision\":\"bfloat16\""));
    }

    private TrainedClassifier train(PrecisionChoice choice, TrainingTask task, TrainingListener listener) {
        return new TrainingLoop(Engines.engine(), planned -> choice).train(task, listener, CancellationSignal.NEVER);
    }

    @Test
    void learnsAsFloat32Does() {
        TrainedClassifier exact = train(FLOAT32, study.task(plan(6)), TrainingListener.NONE);
        TrainedClassifier rounded = train(FORCED, study.task(plan(6)), TrainingListener.NONE);

        assertThat(rounded.weights()).isNotEqualTo(exact.weights());
        // one epoch of three steps from the same weights on the same images
        assertThat(rounded.history().get(0).trainLoss())
                .isCloseTo(exact.history().get(0).trainLoss(), within(0.05));
        assertThat(bestArea(exact)).isGreaterThan(0.9);
        assertThat(bestArea(rounded)).isGreaterThan(0.9);
        System.out.printf(
                "best validation AUC: float32 %.3f, bfloat16 %.3f; first epoch's loss %.4f, %.4f%n",
                bestArea(exact),
                bestArea(rounded),
                exact.history().get(0).trainLoss(),
                rounded.history().get(0).trainLoss());
    }

    private static double bestArea(TrainedClassifier trained) {
        return trained.history().stream()
                .map(EpochSummary::validationRocAuc)
                .filter(Objects::nonNull)
                .mapToDouble(area -> area)
                .max()
                .orElseThrow();
    }

    @Test
    void saysWhatWasComputedAndWhy() {
        TrainedClassifier trained = train(FORCED, study.task(plan(1)), TrainingListener.NONE);

        assertThat(trained.precision()).isEqualTo(FORCED);
        assertThat(trained.provenance(Digest.of("split"), "0").precision()).isEqualTo("bfloat16");
        assertThat(trained.provenance(Digest.of("split"), "0").precisionReason())
                .isEqualTo("a test wants it");
    }

    /** The checkpoint decides, not the machine on which the training goes on. */
    @Test
    void goesOnInThePrecisionInWhichItBegan() throws IOException {
        List<Checkpoint> checkpoints = new ArrayList<>();
        TrainingListener keeping = new TrainingListener() {
            @Override
            public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                checkpoints.add(checkpoint.get());
            }
        };
        TrainedClassifier uninterrupted = train(FORCED, study.task(plan(2)), keeping);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        CheckpointCodec.write(checkpoints.get(0), file);
        Checkpoint read = CheckpointCodec.read(ByteBuffer.wrap(file.toByteArray()));
        assertThat(read.precision()).isEqualTo(FORCED);

        TrainedClassifier continued = train(FLOAT32, study.task(plan(2)).resumedFrom(read), TrainingListener.NONE);

        assertThat(continued.precision()).isEqualTo(FORCED);
        assertThat(continued.weights()).isEqualTo(uninterrupted.weights());
    }
}
