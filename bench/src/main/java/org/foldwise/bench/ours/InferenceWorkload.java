package org.foldwise.bench.ours;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.model.ModelBundle;
import org.foldwise.learning.network.ImageBatch;
import org.foldwise.learning.network.InferenceNetwork;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.prediction.Classifier;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;

/** The network's part of an answer: from samples in memory to probabilities. */
abstract class InferenceWorkload implements Workload {
    private static final int CHANNELS = 3;
    private static final double NANOSECONDS_PER_SECOND = 1e9;

    private final TorchEngine engine;
    private final int repetitions;
    private final int batch;

    private InferenceWorkload(TorchEngine engine, Settings settings) {
        this.engine = engine;
        this.repetitions = settings.repetitions();
        this.batch = settings.batch();
    }

    /** Single images are answered by the classifier of a bundle, batches by the network that the classifier has. */
    static InferenceWorkload open(Settings settings) {
        TorchEngine engine = settings.engine();
        Precision precision = settings.precision();
        Settings.requireTaken(precision, engine.choosePredictionPrecision(precision, BackboneName.RESNET18));
        ExperimentPlan plan =
                PlanJson.read("{\"image\":{\"size\":" + settings.size() + ",\"channels\":" + CHANNELS + "}}");
        NetworkSpec network = NetworkSpec.of(plan, Task.BINARY, 2);
        Weights weights = InitialWeights.draw(network, plan.seed());
        return settings.batch() == 1
                ? new Single(engine, settings, plan, weights, precision)
                : new Batches(engine, settings, plan, InferenceNetwork.open(engine, network, weights, precision));
    }

    private static PixelImage noise(int size, SplittableRandom random) {
        byte[] samples = new byte[size * size * CHANNELS];
        random.nextBytes(samples);
        return PixelImage.of(size, size, CHANNELS, samples);
    }

    /** Does the work once and says how long the network took, in nanoseconds. */
    abstract long repeat();

    @Override
    public Measured measure() {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            seconds.add(repeat() / NANOSECONDS_PER_SECOND);
        }
        return new Measured(seconds, batch);
    }

    @Override
    public Map<String, String> versions() {
        return engine.libraries();
    }

    private static final class Single extends InferenceWorkload {
        private final Classifier classifier;
        private final byte[] file;

        Single(TorchEngine engine, Settings settings, ExperimentPlan plan, Weights weights, Precision precision) {
            super(engine, settings);
            Digest nothing = Digest.of("");
            Preprocessing preprocessing = plan.image().preprocessing();
            Preprocessing.Step.Normalize normalisation = Objects.requireNonNull(preprocessing.normalisation());
            ModelBundle bundle = new ModelBundle(
                    plan,
                    Task.BINARY,
                    List.of("absent", "present"),
                    preprocessing,
                    ThresholdChoice.fixed(0.5),
                    new Provenance(
                            nothing,
                            nothing,
                            PlanJson.digest(plan),
                            -1,
                            plan.seed(),
                            null,
                            new TreeMap<>(engine.libraries()),
                            engine.device(),
                            settings.threads(),
                            "float32",
                            "as planned",
                            "kernels",
                            "they compute what the blocks do",
                            precision.label(),
                            "as planned",
                            new Provenance.Normalisation(normalisation.mean(), normalisation.std())),
                    weights);
            this.classifier = Classifier.open(engine, bundle, new ImageDecoder(ImageLimits.DEFAULT));
            this.file = PngEncoder.encode(noise(settings.size(), new SplittableRandom(1)));
        }

        @Override
        long repeat() {
            return classifier.predict(file).timing().inference();
        }

        @Override
        public void close() {
            classifier.close();
        }
    }

    private static final class Batches extends InferenceWorkload {
        private final InferenceNetwork network;
        private final ImageBatch images;

        Batches(TorchEngine engine, Settings settings, ExperimentPlan plan, InferenceNetwork network) {
            super(engine, settings);
            Preprocessing preprocessing = plan.image().preprocessing();
            this.network = network;
            this.images = new ImageBatch(settings.batch(), preprocessing);
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < settings.batch(); i++) {
                images.add(noise(settings.size(), random));
            }
        }

        @Override
        long repeat() {
            long started = System.nanoTime();
            network.logits(images);
            return System.nanoTime() - started;
        }

        @Override
        public void close() {
            network.close();
        }
    }
}
