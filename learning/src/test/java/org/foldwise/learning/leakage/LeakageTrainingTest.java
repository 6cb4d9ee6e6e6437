package org.foldwise.learning.leakage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.evaluation.Evaluator;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.split.PatientTies;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.training.BackboneFeatures;
import org.foldwise.learning.training.CancellationSignal;
import org.foldwise.learning.training.FeatureCache;
import org.foldwise.learning.training.FrozenBackbone;
import org.foldwise.learning.training.TrainedClassifier;
import org.foldwise.learning.training.TrainingListener;
import org.foldwise.learning.training.TrainingLoop;
import org.foldwise.learning.training.TrainingTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole of it with real trainings: where there is nothing to learn but who is who, folds of images promise everything. */
@Tag("engine")
class LeakageTrainingTest {
    private static final ExperimentPlan PLAN = PlanJson.read(
            """
            {"image": {"size": 32, "normalisation": "imagenet"}, "freeze": {"stages": 5}, "head": {"hidden": 64, "dropout": 0},
             "epochs": 40, "batchSize": 16, "optimizer": {"kind": "adam", "learningRate": 0.01},
             "stopping": {"patience": 40}, "seed": 5}""");

    private final TorchEngine engine = Engines.engine();
    private final TexturedCohort textured = new TexturedCohort(7, 40, 5);

    @TempDir
    Path directory;

    private LeakageScores scores(LeakageFold part, FeatureCache cache) {
        try {
            TrainingTask task = TrainingTask.of(PLAN, part.cohort(), part.fold(), textured::pixelsOf);
            BackboneFeatures features = cache.fill(
                            FrozenBackbone.of(task),
                            new PrecisionChoice(Precision.FLOAT32, "as planned"),
                            task.preprocessing(),
                            part.cohort().images(),
                            textured::pixelsOf,
                            done -> {})
                    .orElseThrow();
            TrainedClassifier trained =
                    new TrainingLoop(engine).train(task.on(features), TrainingListener.NONE, CancellationSignal.NEVER);
            try (Evaluator<FloatBuffer> evaluator = Evaluator.ofFeatures(engine, trained)) {
                return LeakageScores.of(
                        part,
                        trained.history().size(),
                        trained.bestEpochIndex(),
                        evaluator.answers(
                                part.cohort(),
                                part.images(Role.HELD_OUT),
                                features::featuresOf,
                                CancellationSignal.NEVER));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void imageLevelFoldsPromiseEverythingWhereLabelsAreDrawnByLot() {
        LeakageStudy study = LeakageStudy.of(textured.cohort(), Set.of(), PatientTies.NONE, 4, 3);
        FeatureCache cache = new FeatureCache(engine, new RecordCache(directory, 1 << 30, Clock.systemUTC()));
        List<LeakageScores> scores = new ArrayList<>();
        study.parts().forEach(part -> scores.add(scores(part, cache)));

        LeakageCost cost = LeakageCost.of(study, scores);
        LeakageCost.ClassCost ill = cost.classes().get(0);
        assertThat(ill.imageLevel().valueOr(0)).as(cost.summary()).isGreaterThan(0.95);
        assertThat(ill.patientLevel().valueOr(0)).as(cost.summary()).isBetween(0.3, 0.7);
        assertThat(ill.difference().interval())
                .as(cost.summary())
                .extracting(Interval::lower)
                .satisfies(lower -> assertThat(lower).isGreaterThan(0.0));
        assertThat(cost.verdict()).isEqualTo(LeakageCost.Verdict.INFLATED);
        assertThat(cost.patientsOnBothSides()).isEqualTo(40);

        // the same training comes to the same answers, so that a fold that another worker repeats changes nothing
        assertThat(scores(study.parts().get(0), cache)).isEqualTo(scores.get(0));
    }
}
