package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.evaluation.Evaluator;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.SampleStatistics;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.model.BundleReader;
import org.foldwise.learning.model.BundleWriter;
import org.foldwise.learning.model.ModelBundle;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.prediction.Classifier;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.split.Role;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("engine")
class FittedNormalisationTest {
    private static final PrecisionChoice FLOAT32 = new PrecisionChoice(Precision.FLOAT32, "as planned");
    private static final ExperimentPlan PLAN = PlanJson.read(
            """
            {"image": {"size": 32, "normalisation": "fitted"}, "freeze": {"stages": 5}, "head": {"hidden": 8},
             "epochs": 1, "batchSize": 8, "seed": 7}""");

    private final TinyStudy study = new TinyStudy();

    private static PixelImage black(ImageRecord image) {
        return PixelImage.of(TinyStudy.SIZE, TinyStudy.SIZE, 1, new byte[TinyStudy.SIZE * TinyStudy.SIZE]);
    }

    private TrainingTask task(PreprocessedImages images) {
        return TrainingTask.of(PLAN, study.cohort(), study.fold(), images);
    }

    @Test
    void isThatOfTheTrainingImagesAndOfNoOthers() {
        SampleStatistics expected = new SampleStatistics(1);
        study.images(Role.TRAIN).forEach(image -> expected.add(study.pixelsOf(image)));

        assertThat(task(study::pixelsOf).preprocessing().normalisation()).isEqualTo(expected.normalisation());
    }

    /** Other images could say what they like; they are not even asked. */
    @Test
    void asksNoImageOfAnotherRole() {
        Set<String> training = new HashSet<>();
        study.images(Role.TRAIN).forEach(image -> training.add(image.name()));
        List<String> asked = new ArrayList<>();
        TrainingTask task = task(image -> {
            asked.add(image.name());
            return training.contains(image.name()) ? study.pixelsOf(image) : black(image);
        });

        assertThat(asked).containsExactlyInAnyOrderElementsOf(training);
        assertThat(task.preprocessing()).isEqualTo(task(study::pixelsOf).preprocessing());

        // the control: a single training image has its say
        String first = training.iterator().next();
        TrainingTask other = task(image -> image.name().equals(first) ? black(image) : study.pixelsOf(image));
        assertThat(other.preprocessing()).isNotEqualTo(task.preprocessing());
    }

    @Test
    void isRefusedWhereTheTrainingImagesShowNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task(FittedNormalisationTest::black))
                .withMessageContaining("all equal");
    }

    @Test
    void cannotBeHadOfAPlanAlone() {
        assertThatIllegalStateException()
                .isThrownBy(() -> PLAN.image().preprocessing())
                .withMessageContaining("training images");
        Preprocessing.Step.Normalize found = new Preprocessing.Step.Normalize(List.of(0.5), List.of(0.25));
        assertThat(PLAN.image().preprocessing(found).normalisation()).isEqualTo(found);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExperimentPlan.DEFAULT.image().preprocessing(found))
                .withMessageContaining("as ImageNet");
    }

    /** Pixels do not depend on it, so one cache serves all folds; features do. */
    @Test
    void isPartOfWhatFeaturesAreKeptUnder(@TempDir Path directory) throws InterruptedException {
        TrainingTask task = task(study::pixelsOf);
        Preprocessing imagenet = ExperimentPlan.DEFAULT.image().preprocessing();
        assertThat(PLAN.image().pixels().pixelFingerprint())
                .isEqualTo(task.preprocessing().pixelFingerprint());
        FeatureCache cache = new FeatureCache(Engines.engine(), new RecordCache(directory, 1 << 30, Clock.systemUTC()));
        BackboneFeatures ours = features(cache, task, task.preprocessing());
        task.on(ours);
        Preprocessing.Step.Normalize other = new Preprocessing.Step.Normalize(List.of(0.5), List.of(0.25));
        BackboneFeatures others = features(cache, task, PLAN.image().preprocessing(other));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task.on(others))
                .withMessageContaining("preprocessed otherwise");
        assertThat(imagenet.fingerprint()).isNotEqualTo(task.preprocessing().fingerprint());
    }

    private BackboneFeatures features(FeatureCache cache, TrainingTask task, Preprocessing preprocessing)
            throws InterruptedException {
        List<ImageRecord> images = study.images(Role.TRAIN);
        return cache.fill(FrozenBackbone.of(task), FLOAT32, preprocessing, images, study::pixelsOf, done -> {})
                .orElseThrow();
    }

    /** From the training over its provenance and the bundle's bytes to an answer, which is the evaluator's to the bit. */
    @Test
    void reachesThePredictorInTheBundle() throws Exception {
        TrainedClassifier trained = new TrainingLoop(Engines.engine())
                .train(task(study::pixelsOf), TrainingListener.NONE, CancellationSignal.NEVER);
        Provenance provenance = trained.provenance(Digest.of("split"), "0");
        Preprocessing.Step.Normalize fitted =
                Objects.requireNonNull(trained.preprocessing().normalisation());
        assertThat(provenance.normalisation()).isEqualTo(new Provenance.Normalisation(fitted.mean(), fitted.std()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BundleWriter.write(
                new ModelBundle(
                        trained.plan(),
                        trained.task(),
                        study.cohort().classes(),
                        trained.preprocessing(),
                        ThresholdChoice.fixed(0.5),
                        provenance,
                        trained.weights()),
                bytes);
        ModelBundle bundle = BundleReader.read(bytes.toByteArray());
        assertThat(bundle.preprocessing()).isEqualTo(trained.preprocessing());

        List<ImageRecord> images = study.images(Role.TEST);
        List<ScoredCase> cases;
        try (Evaluator<PixelImage> evaluator =
                Evaluator.open(Engines.engine(), trained.plan(), study.cohort(), provenance, trained.weights())) {
            cases = evaluator.score(study.cohort(), images, study::pixelsOf, CancellationSignal.NEVER);
        }
        try (Classifier classifier = Classifier.open(Engines.engine(), bundle, new ImageDecoder(ImageLimits.DEFAULT))) {
            for (int i = 0; i < images.size(); i++) {
                byte[] file = PngEncoder.encode(study.pixelsOf(images.get(i)));
                assertThat(classifier.predict(file).probability())
                        .isEqualTo(cases.get(i).probability());
            }
        }
        // a bundle that normalises otherwise than its training did is none
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelBundle(
                        trained.plan(),
                        trained.task(),
                        study.cohort().classes(),
                        ExperimentPlan.DEFAULT.image().preprocessing(),
                        ThresholdChoice.fixed(0.5),
                        provenance,
                        trained.weights()))
                .withMessageContaining("normalised");
    }
}
