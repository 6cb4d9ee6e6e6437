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
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** bfloat16, and on request float16, whether or not this processor is faster for them. */
@Tag("engine")
class RoundedTrainingTest {
    private static final PrecisionChoice FLOAT32 = new PrecisionChoice(Precision.FLOAT32, "as planned");

    private final TinyStudy study = new TinyStudy();

    private static PrecisionChoice forced(Precision precision) {
        return new PrecisionChoice(precision, "a test wants it");
    }

    private static ExperimentPlan plan(int epochs, Precision precision) {
        String plan = PlanJson.write(TinyStudy.plan(epochs));
        return PlanJson.read(plan.replace("\"precision\":\"float32\"", "\"precision\":\"" + precision.label() + "\""));
    }

    private TrainedClassifier train(PrecisionChoice choice, TrainingTask task, TrainingListener listener) {
        return new TrainingLoop(Engines.engine(), plan -> choice).train(task, listener, CancellationSignal.NEVER);
    }

    @Test
    void learnsAsFloat32Does() {
        Precision precision = Precision.BFLOAT16;
        TrainedClassifier exact = train(FLOAT32, study.task(plan(6, precision)), TrainingListener.NONE);
        TrainedClassifier rounded = train(forced(precision), study.task(plan(6, precision)), TrainingListener.NONE);

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
        Precision precision = Precision.BFLOAT16;
        TrainedClassifier trained = train(forced(precision), study.task(plan(1, precision)), TrainingListener.NONE);

        assertThat(trained.precision()).isEqualTo(forced(precision));
        assertThat(trained.provenance(Digest.of("split"), "0").precision()).isEqualTo(precision.label());
        assertThat(trained.provenance(Digest.of("split"), "0").precisionReason())
                .isEqualTo("a test wants it");
    }

    /** The checkpoint decides, not the machine on which the training goes on. */
    @Test
    void goesOnInThePrecisionInWhichItBegan() throws IOException {
        goesOn(Precision.BFLOAT16);
    }

    /** libtorch computes float16 on a processor a hundred times as slowly as float32. */
    @Test
    @EnabledIfSystemProperty(
            named = "foldwise.float16",
            matches = "true",
            disabledReason = "takes a minute, -Dfoldwise.float16=true asks for it")
    void goesOnInFloat16WithTheScaleThatItHadComeTo() throws IOException {
        goesOn(Precision.FLOAT16);
    }

    private void goesOn(Precision precision) throws IOException {
        List<Checkpoint> checkpoints = new ArrayList<>();
        TrainingListener keeping = new TrainingListener() {
            @Override
            public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                checkpoints.add(checkpoint.get());
            }
        };
        TrainedClassifier uninterrupted = train(forced(precision), study.task(plan(2, precision)), keeping);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        CheckpointCodec.write(checkpoints.get(0), file);
        Checkpoint read = CheckpointCodec.read(ByteBuffer.wrap(file.toByteArray()));
        assertThat(read.precision()).isEqualTo(forced(precision));
        assertThat(read.lossScale()).isEqualTo(checkpoints.get(0).lossScale());
        assertThat(read.lossScale() != null).isEqualTo(precision == Precision.FLOAT16);

        TrainedClassifier continued =
                train(FLOAT32, study.task(plan(2, precision)).resumedFrom(read), TrainingListener.NONE);

        assertThat(continued.precision()).isEqualTo(forced(precision));
        assertThat(continued.weights()).isEqualTo(uninterrupted.weights());
    }
}
