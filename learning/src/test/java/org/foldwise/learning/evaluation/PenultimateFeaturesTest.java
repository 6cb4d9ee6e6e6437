package org.foldwise.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.ImageRules;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.neighbourhood.NeighbourSearch;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.training.CancellationSignal;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("engine")
class PenultimateFeaturesTest {
    private static final int SIZE = 32;
    private static final Provenance PROVENANCE = new Provenance(
            Digest.of("dataset"),
            Digest.of("split"),
            Digest.of("plan"),
            -1,
            42,
            null,
            new TreeMap<>(Map.of("java", "17", ImageRules.LIBRARY, ImageRules.NUMBER)),
            "cpu()",
            1,
            "float32",
            "as planned",
            "kernels",
            "they compute what the blocks do",
            "float32",
            "as planned",
            new Provenance.Normalisation(List.of(0.449), List.of(0.226)));

    private final TorchEngine engine = Engines.engine();
    private final Map<String, PixelImage> pixels = new HashMap<>();
    private final Cohort cohort = cohort();

    @TempDir
    Path directory;

    private int computed;

    /** Twelve patients with a blotchy picture each, and one with the third's, moved by two pixels and a little darker. */
    private Cohort cohort() {
        List<ImageRecord> images = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(5);
        for (int patient = 0; patient < 12; patient++) {
            double[] waves = random.doubles(8, 0.1, 1).toArray();
            add(images, "p" + patient, patient % 2 == 0 ? "healthy" : "sick", waves, 0, 1);
            if (patient == 2) {
                add(images, "planted", "sick", waves, 2, 0.9);
            }
        }
        return new Cohort(Task.BINARY, List.of("healthy", "sick"), PatientLabelRule.ANY_POSITIVE, images);
    }

    private void add(
            List<ImageRecord> images, String patient, String label, double[] waves, int moved, double brightness) {
        byte[] samples = new byte[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                double value = 0;
                for (int wave = 0; wave < waves.length; wave += 2) {
                    value += Math.sin((x + moved) * waves[wave] + 5 * waves[wave + 1])
                            * Math.cos(y * waves[wave + 1] + 9 * waves[wave]);
                }
                samples[y * SIZE + x] = (byte) (brightness * (120 + 30 * value));
            }
        }
        String name = patient + "/film.png";
        pixels.put(name, PixelImage.of(SIZE, SIZE, 1, samples));
        images.add(new ImageRecord(name, Digest.of(name), new PatientId(patient), label, null, null));
    }

    private static ExperimentPlan plan(String more) {
        return PlanJson.read("{\"image\": {\"size\": " + SIZE + "}" + more + "}");
    }

    private static NetworkSpec network(ExperimentPlan plan) {
        return NetworkSpec.of(plan, Task.BINARY, 2);
    }

    private PenultimateFeatures features(ExperimentPlan plan, Weights weights, List<ImageRecord> images)
            throws InterruptedException {
        return PenultimateFeatures.of(
                engine,
                new RecordCache(directory, 1 << 30, Clock.systemUTC()),
                plan,
                cohort,
                PROVENANCE,
                weights,
                images,
                image -> pixels.get(image.name()),
                done -> computed++);
    }

    /** What the layers after the backbone make of features, in double, by the definition of a linear layer and ReLU. */
    private static double probability(NetworkSpec network, Weights weights, float[] features) {
        double[] values = new double[features.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = features[i];
        }
        List<String> names = network.headParameters().stream()
                .map(parameter -> parameter.name().replaceAll("\\.(weight|bias)$", ""))
                .distinct()
                .toList();
        for (int layer = 0; layer < names.size(); layer++) {
            float[] weight = weights.tensor(names.get(layer) + ".weight").floats();
            float[] bias = weights.tensor(names.get(layer) + ".bias").floats();
            double[] next = new double[bias.length];
            for (int unit = 0; unit < next.length; unit++) {
                next[unit] = bias[unit];
                for (int i = 0; i < values.length; i++) {
                    next[unit] += (double) weight[unit * values.length + i] * values[i];
                }
                if (layer < names.size() - 1) {
                    next[unit] = Math.max(0, next[unit]);
                }
            }
            values = next;
        }
        return 1 / (1 + Math.exp(-values[0]));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 300})
    void areWhatTheHeadGetsToSee(int hidden) throws InterruptedException {
        ExperimentPlan plan = plan(", \"head\": {\"hidden\": " + hidden + "}");
        NetworkSpec network = network(plan);
        Weights weights = InitialWeights.draw(network, 3);
        List<ScoredCase> scored;
        try (Evaluator<PixelImage> evaluator = Evaluator.open(engine, plan, cohort, PROVENANCE, weights)) {
            scored = evaluator.score(
                    cohort, cohort.images(), image -> pixels.get(image.name()), CancellationSignal.NEVER);
        }

        PenultimateFeatures features = features(plan, weights, cohort.images());

        assertThat(features.length()).isEqualTo(network.features());
        for (int i = 0; i < scored.size(); i++) {
            float[] vector = new float[features.length()];
            features.copyTo(cohort.images().get(i), vector);
            assertThat(probability(network, weights, vector))
                    .isCloseTo(scored.get(i).probability(), within(1e-5));
        }
        assertThat(scored.stream().map(ScoredCase::probability).distinct())
                .as("answers that differ, so that agreement says something")
                .hasSizeGreaterThan(10);
    }

    @Test
    void putAPatientsPictureInAnotherPostureFirst() throws InterruptedException {
        ExperimentPlan plan = plan("");
        PenultimateFeatures features = features(plan, InitialWeights.draw(network(plan), 3), cohort.images());
        ImageRecord planted = image("planted");
        List<ImageRecord> training =
                cohort.images().stream().filter(image -> !image.equals(planted)).toList();

        NeighbourSearch.Found found =
                new NeighbourSearch(features, 3, 1).find(List.of(planted), training, List.of(), done -> {});

        assertThat(found.cases().get(0).nearest().get(0).image()).isEqualTo(image("p2"));
        assertThat(found.cases().get(0).fartherThanTraining())
                .as("nearer than others are to each other")
                .isLessThan(0.2);
    }

    private ImageRecord image(String patient) {
        return cohort.images().stream()
                .filter(image -> image.patient().value().equals(patient))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void areComputedOnceForABackboneWhateverTheHead() throws InterruptedException {
        ExperimentPlan plan = plan("");
        Weights weights = InitialWeights.draw(network(plan), 3);
        List<ImageRecord> some = cohort.images().subList(0, 5);
        features(plan, weights, some);
        assertThat(computed).isEqualTo(5);
        PenultimateFeatures all = features(plan, weights, cohort.images());
        assertThat(computed).as("the others are new").isEqualTo(13);

        Map<String, Tensor> otherHead = new LinkedHashMap<>(weights.tensors());
        otherHead.putAll(InitialWeights.drawHead(network(plan), 8).tensors());
        PenultimateFeatures again = features(plan, new Weights(otherHead), cohort.images());
        assertThat(computed).as("another head").isEqualTo(13);
        assertThat(vector(again, some.get(0))).isEqualTo(vector(all, some.get(0)));

        features(plan, InitialWeights.draw(network(plan), 4), some);
        assertThat(computed).as("another backbone").isEqualTo(18);
        assertThatThrownBy(() -> vector(features(plan, weights, some), image("p9")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not among the records");
    }

    private static float[] vector(PenultimateFeatures features, ImageRecord image) {
        float[] vector = new float[features.length()];
        features.copyTo(image, vector);
        return vector;
    }
}
