package org.foldwise.learning.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.synthetic.OpacityBox;
import org.foldwise.learning.dataset.synthetic.SyntheticCohort;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.foldwise.learning.dataset.synthetic.SyntheticImage;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Placement;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.ImageBatch;
import org.foldwise.learning.network.InferenceNetwork;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.network.Sigmoid;
import org.foldwise.learning.network.Trace;
import org.foldwise.learning.split.Fold;
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
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Films on which it is known where the disease is. A network learns them from their labels alone, and its maps of films of other
 * patients are held against the boxes of the planted opacities.
 *
 * <p>The build trains the head of a small frozen network in seconds. {@code -Dfoldwise.lesions=true} trains a whole network for some minutes and
 * asks more of it; {@code -Dfoldwise.lesions.pictures=DIR} writes overlays of some films.
 */
@Tag("engine")
class PlantedLesionTest {
    private static final Target POSITIVE = Target.of(0);

    /** Dealt to patients in turn, the ill and the healthy each. */
    private static final List<Role> ROLES = List.of(
            Role.TRAIN, Role.TRAIN, Role.TRAIN, Role.TEST, Role.TRAIN, Role.VALIDATION, Role.TEST, Role.HELD_OUT);

    /** What maps of ill films of patients who were not trained on are like, on average. */
    private record Figures(
            double auc,
            double heatInBoxes,
            double areaOfBoxes,
            double heatInFrame,
            double deletion,
            double insertion,
            double randomDeletion,
            double randomInsertion,
            Randomization randomization) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "planted lesions: AUC %.3f; heat in the boxes %.3f, their area %.3f; heat in the outer tenth %.3f, its"
                            + " area 0.36; deletion %.3f against %.3f at random, insertion %.3f against %.3f; correlation"
                            + " after redrawing %s",
                    auc,
                    heatInBoxes,
                    areaOfBoxes,
                    heatInFrame,
                    deletion,
                    randomDeletion,
                    insertion,
                    randomInsertion,
                    randomization.steps());
        }
    }

    private static final String FROZEN =
            """
            {"backbone": "resnet18", "image": {"size": 128, "channels": 1}, "freeze": {"stages": 5}, "head": {"hidden": 32, "dropout": 0},
             "epochs": 30, "batchSize": 16, "optimizer": {"kind": "adam", "learningRate": 0.003},
             "stopping": {"patience": 30}, "seed": 1}""";

    private static final String WHOLE =
            """
            {"backbone": "resnet18", "image": {"size": 128, "channels": 1}, "head": {"hidden": 32},
             "epochs": 14, "batchSize": 8, "optimizer": {"kind": "adam", "learningRate": 0.0005},
             "stopping": {"patience": 14}, "seed": 1}""";

    @TempDir
    Path directory;

    @Test
    void heatGathersWhereTheOpacitiesAre() throws IOException {
        SyntheticCohortSpec spec = SyntheticCohortSpec.DEFAULT
                .withPatients(80)
                .withImagesPerPatient(1, 1)
                .withPrevalence(0.5)
                .withSignal(4)
                .withSites(1)
                .withImageSize(128);
        Figures figures = figures(PlanJson.read(FROZEN), spec, 8);
        System.out.println(figures);
        assertThat(figures.auc()).isGreaterThan(0.9);
        assertThat(figures.heatInBoxes()).isGreaterThan(1.25 * figures.areaOfBoxes());
        assertThat(figures.heatInFrame()).isLessThan(0.36);
        Randomization.Step redrawn = figures.randomization().steps().get(0);
        assertThat(Math.abs(redrawn.correlation())).isLessThan(3 * redrawn.standardError());
    }

    @Test
    @EnabledIfSystemProperty(named = "foldwise.lesions", matches = "true")
    void aNetworkTrainedAsAWholeLooksAtTheOpacities() throws IOException {
        SyntheticCohortSpec spec = SyntheticCohortSpec.DEFAULT
                .withPatients(160)
                .withImagesPerPatient(1, 1)
                .withPrevalence(0.5)
                .withSignal(4)
                .withSites(1)
                .withImageSize(128);
        Figures figures = figures(PlanJson.read(WHOLE), spec, 24);
        System.out.println(figures);
        assertThat(figures.heatInBoxes()).isGreaterThan(1.5 * figures.areaOfBoxes());
        assertThat(figures.deletion()).isLessThan(figures.randomDeletion() - 0.2);
        assertThat(figures.insertion()).isGreaterThan(figures.randomInsertion() + 0.15);
        for (Randomization.Step step : figures.randomization().steps()) {
            assertThat(Math.abs(step.correlation()))
                    .as("stage %d", step.firstStage())
                    .isLessThan(3 * step.standardError());
        }
        // what is left of likeness is what all films have in common: see docs/explanation.md
        Randomization.Step all = figures.randomization().steps().get(5);
        assertThat(all.spread()).isLessThan(all.spreadOfOthers() + 0.05);
    }

    private Figures figures(ExperimentPlan plan, SyntheticCohortSpec spec, int films) throws IOException {
        SyntheticCohort synthetic = SyntheticCohort.of(spec);
        Cohort cohort = synthetic.toCohort(PatientLabelRule.ANY_POSITIVE);
        Preprocessing preprocessing = plan.image().preprocessing();
        Map<String, PixelImage> inputs = new HashMap<>();
        TreeMap<PatientId, Role> roles = new TreeMap<>();
        Map<Boolean, Integer> counts = new HashMap<>();
        for (SyntheticImage film : synthetic.images()) {
            inputs.put(film.name(), preprocessing.toPixels(film.pixels()));
            int number = counts.merge(film.opacities().isEmpty(), 1, Integer::sum);
            roles.put(film.patient(), ROLES.get(number % ROLES.size()));
        }
        TrainingTask task = TrainingTask.of(plan, cohort, new Fold(0, roles), record -> inputs.get(record.name()));
        boolean frozen = plan.freeze().stages() > 0;
        TrainedClassifier trained = new TrainingLoop(Engines.engine())
                .train(
                        frozen ? task.on(features(task, preprocessing, cohort, inputs)) : task,
                        TrainingListener.NONE,
                        CancellationSignal.NEVER);
        List<SyntheticImage> test = synthetic.images().stream()
                .filter(film -> roles.get(film.patient()) == Role.TEST)
                .toList();
        List<SyntheticImage> ill = test.stream()
                .filter(film -> !film.opacities().isEmpty())
                .limit(films)
                .toList();

        ImageBatch batch = new ImageBatch(1, preprocessing);
        try (InferenceNetwork network = InferenceNetwork.open(Engines.engine(), trained.network(), trained.weights())) {
            ToDoubleFunction<PixelImage> answer = pixels -> {
                batch.clear();
                batch.add(pixels);
                return Sigmoid.of(network.logits(batch)[0]);
            };
            double auc = auc(test, inputs, answer);
            double[] sums = new double[7];
            SplittableRandom random = new SplittableRandom(5);
            for (SyntheticImage film : ill) {
                PixelImage input = inputs.get(film.name());
                batch.clear();
                batch.add(input);
                Trace trace = network.trace(batch);
                Heatmap map = GradCam.of(trace, 0, POSITIVE);
                Placement placement = preprocessing.placement(
                        film.pixels().width(), film.pixels().height());
                picture(film, placement, map);
                add(sums, 0, heatInBoxes(film.opacities(), placement, map));
                add(sums, 1, heatInBoxes(film.opacities(), placement, even(map)));
                add(sums, 2, map.shareInBorder(0.1).orElse(0.36));
                double[] heat = map.upsampled(input.width(), input.height());
                PixelCurves curves = PixelCurves.of(answer, input, heat, 16);
                add(sums, 3, curves.deletionArea());
                add(sums, 4, curves.insertionArea());
                double[] noise = random.doubles(map.rows() * map.columns()).toArray();
                Heatmap anything = new Heatmap(map.rows(), map.columns(), noise);
                PixelCurves other =
                        PixelCurves.of(answer, input, anything.upsampled(input.width(), input.height()), 16);
                add(sums, 5, other.deletionArea());
                add(sums, 6, other.insertionArea());
            }
            double[] means = Arrays.stream(sums).map(sum -> sum / ill.size()).toArray();
            Randomization randomization = Randomization.of(
                    Engines.engine(),
                    trained.network(),
                    trained.weights(),
                    preprocessing,
                    ill.stream().map(film -> inputs.get(film.name())).toList(),
                    POSITIVE,
                    frozen ? List.of(0) : List.of(5, 4, 3, 2, 1, 0),
                    LongStream.rangeClosed(1, frozen ? 8 : 40).boxed().toList());
            return new Figures(
                    auc, means[0], means[1], means[2], means[3], means[4], means[5], means[6], randomization);
        }
    }

    private BackboneFeatures features(
            TrainingTask task, Preprocessing preprocessing, Cohort cohort, Map<String, PixelImage> inputs) {
        try {
            return new FeatureCache(Engines.engine(), new RecordCache(directory, 1 << 30, Clock.systemUTC()))
                    .fill(
                            FrozenBackbone.of(task),
                            new PrecisionChoice(Precision.FLOAT32, "as planned"),
                            preprocessing,
                            cohort.images(),
                            record -> inputs.get(record.name()),
                            done -> {})
                    .orElseThrow();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void add(double[] sums, int index, double value) {
        sums[index] += value;
    }

    private static Heatmap even(Heatmap map) {
        double[] raw = new double[256 * 256];
        Arrays.fill(raw, 1);
        raw[0] = 0;
        return new Heatmap(256, 256, raw);
    }

    /** Over the union of the boxes, at places 256 by 256. */
    private static double heatInBoxes(List<OpacityBox> boxes, Placement placement, Heatmap map) {
        double inside = 0;
        double all = 0;
        for (int y = 0; y < 256; y++) {
            for (int x = 0; x < 256; x++) {
                double across = (x + 0.5) / 256;
                double down = (y + 0.5) / 256;
                double heat = map.heatAt(across, down);
                all += heat;
                for (OpacityBox box : boxes) {
                    if (across >= placement.across(box.x())
                            && across < placement.across(box.x() + box.width())
                            && down >= placement.down(box.y())
                            && down < placement.down(box.y() + box.height())) {
                        inside += heat;
                        break;
                    }
                }
            }
        }
        return all > 0 ? inside / all : 0;
    }

    private static double auc(
            List<SyntheticImage> test, Map<String, PixelImage> inputs, ToDoubleFunction<PixelImage> answer) {
        List<Double> ill = new ArrayList<>();
        List<Double> healthy = new ArrayList<>();
        for (SyntheticImage film : test) {
            (film.opacities().isEmpty() ? healthy : ill).add(answer.applyAsDouble(inputs.get(film.name())));
        }
        double wins = 0;
        for (double one : ill) {
            for (double other : healthy) {
                wins += one > other ? 1 : one == other ? 0.5 : 0;
            }
        }
        return wins / ill.size() / healthy.size();
    }

    private static void picture(SyntheticImage film, Placement placement, Heatmap map) throws IOException {
        String directory = System.getProperty("foldwise.lesions.pictures");
        if (directory != null) {
            Path file = Path.of(directory).resolve(film.patient().value() + ".png");
            Files.createDirectories(file.getParent());
            Files.write(file, PngEncoder.encode(Overlay.of(film.pixels(), placement, map)));
        }
    }
}
