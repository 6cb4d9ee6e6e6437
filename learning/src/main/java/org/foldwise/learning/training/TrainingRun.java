package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.ImageRules;
import org.foldwise.learning.metrics.ValidationFigures;
import org.foldwise.learning.metrics.scored.ImageScore;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.network.ElementType;
import org.foldwise.learning.network.FeatureNetwork;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.PathChoice;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.network.Probabilities;
import org.foldwise.learning.network.RandomStreams;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.TrainingPath;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Environment;
import org.jspecify.annotations.Nullable;

/** One training while it runs: the network, the optimizer's memory, and the best epoch so far. */
final class TrainingRun implements AutoCloseable {
    private static final double NANOSECONDS_PER_SECOND = 1e9;

    private final TorchEngine engine;
    private final TrainingTask task;
    private final ExperimentPlan plan;
    private final TrainingListener listener;
    private final CancellationSignal cancellation;
    private final Sampler sampler;
    private final PathChoice path;
    private final PrecisionChoice precision;
    private final List<Environment> environments;
    private final InputFeed feed;
    private final @Nullable FrozenBackbone backbone;
    private final Network network;
    private final @Nullable Network average;
    private final Optimizer optimizer;
    private final TrainingStep step;
    private final LearningRateSchedule schedule;
    private final EarlyStopping stopping;
    private final List<EpochSummary> history = new ArrayList<>();
    /** Closes what the run holds, in the order in which it was opened: the feed, which others read, first. */
    private final Queue<Runnable> held = new ArrayDeque<>();
    /** Of the best epoch, what the training may change of a network. */
    private @Nullable Weights best;

    private int bestEpochIndex;
    /** Whether averaging has begun: the average's first value is the weights after the first update. */
    private boolean averages;

    TrainingRun(
            TorchEngine engine,
            Function<ExperimentPlan, PrecisionChoice> choosePrecision,
            TrainingTask task,
            TrainingListener listener,
            CancellationSignal cancellation) {
        this.engine = engine;
        this.task = task;
        this.plan = task.plan();
        this.listener = listener;
        this.cancellation = cancellation;
        this.sampler = new Sampler(plan.sampling(), task.training(), plan.seed());
        this.backbone = task.backbone();
        this.path = path(task.checkpoint(), engine);
        if (path.taken() == TrainingPath.BLOCKS && task.features() != null) {
            throw new IllegalArgumentException("a training by blocks computes its backbone itself, on images");
        }
        this.precision = path.precision(precision(task, choosePrecision));
        Checkpoint checkpoint = task.checkpoint();
        this.environments = environments(checkpoint, engine);
        if (checkpoint != null && !Objects.equals(checkpoint.backbone(), backbone == null ? null : backbone.digest())) {
            throw new IllegalArgumentException("the checkpoint belongs to another backbone");
        }
        try {
            this.feed = held(feed(), InputFeed::close);
            if (checkpoint == null) {
                Weights initial = backbone == null ? task.initialWeights() : task.initialHead();
                this.network = open(initial);
                this.average = average(initial);
                this.optimizer = Optimizer.of(plan.optimizer(), engine.adam(path.taken()), network.manager());
                this.schedule = schedule(ScheduleState.initial(plan.optimizer().learningRate()));
                this.stopping = new EarlyStopping(plan.stopping(), StoppingState.INITIAL);
            } else {
                this.network = open(checkpoint.weights());
                this.average = checkpoint.average() == null ? null : average(checkpoint.average());
                this.optimizer = Optimizer.resume(
                        plan.optimizer(),
                        engine.adam(path.taken()),
                        network.manager(),
                        checkpoint.optimizer(),
                        ElementType.FLOAT32);
                this.schedule = schedule(checkpoint.schedule());
                this.stopping = new EarlyStopping(plan.stopping(), checkpoint.stopping());
                this.history.addAll(checkpoint.history());
                this.best = checkpoint.best();
                this.bestEpochIndex = checkpoint.bestEpochIndex();
                this.averages = true;
            }
            this.step = new TrainingStep(
                    network,
                    optimizer,
                    task.loss(),
                    engine.losses(path.taken()),
                    plan::rateOf,
                    plan.clipNorm(),
                    lossScale(checkpoint));
        } catch (RuntimeException | Error e) {
            // nobody has this object, so nobody else can close what it holds
            try {
                close();
            } catch (RuntimeException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    /** Those of a checkpoint, and this one behind them if it is another than the last. */
    private static List<Environment> environments(@Nullable Checkpoint checkpoint, TorchEngine engine) {
        SortedMap<String, String> libraries = new TreeMap<>(engine.libraries());
        libraries.put(ImageRules.LIBRARY, ImageRules.NUMBER);
        Environment here =
                new Environment(libraries, engine.device(), engine.settings().threads());
        if (checkpoint == null) {
            return List.of(here);
        }
        List<Environment> environments = new ArrayList<>(checkpoint.environments());
        if (!environments.get(environments.size() - 1).equals(here)) {
            environments.add(here);
        }
        return environments;
    }

    private <T> T held(T resource, Consumer<T> closing) {
        held.add(() -> closing.accept(resource));
        return resource;
    }

    /** A training that goes on elsewhere goes on as it began. What the blocks have begun they can end anywhere. */
    static PathChoice path(@Nullable Checkpoint checkpoint, TorchEngine engine) {
        PathChoice here = engine.choosePath();
        PathChoice taken = checkpoint == null ? here : checkpoint.path();
        if (taken.taken() == TrainingPath.KERNELS && here.taken() == TrainingPath.BLOCKS) {
            throw new IllegalStateException("the training was begun by kernels and cannot go on by blocks: "
                    + here.reason() + "; let it go on where the kernels work, or begin anew");
        }
        return taken;
    }

    /** A training that goes on elsewhere goes on as it began, and one on features is computed as these were. */
    private static PrecisionChoice precision(
            TrainingTask task, Function<ExperimentPlan, PrecisionChoice> choosePrecision) {
        Checkpoint checkpoint = task.checkpoint();
        BackboneFeatures features = task.features();
        if (checkpoint == null) {
            return features == null ? choosePrecision.apply(task.plan()) : features.precision();
        }
        Precision begun = checkpoint.precision().taken();
        if (features != null && features.precision().taken() != begun) {
            throw new IllegalArgumentException("the features were computed in "
                    + features.precision().taken().label() + ", the training has begun in " + begun.label());
        }
        return checkpoint.precision();
    }

    private InputFeed feed() {
        BackboneFeatures features = task.features();
        if (features != null) {
            return InputFeed.ofFeatures(task, features.length());
        }
        return backbone != null && trainsHeadAlone()
                ? InputFeed.ofExtraction(
                        task, new FeatureExtraction(engine, backbone, precision.taken(), task.preprocessing()))
                : InputFeed.ofPixels(task);
    }

    /** Whether the network here is a head, and what it sees was computed before. */
    private boolean trainsHeadAlone() {
        return backbone != null && path.taken() == TrainingPath.KERNELS && FeatureNetwork.computesIn(precision.taken());
    }

    private @Nullable LossScale lossScale(@Nullable Checkpoint checkpoint) {
        if (checkpoint != null) {
            return checkpoint.lossScale();
        }
        return precision.taken() == Precision.FLOAT16 ? LossScale.INITIAL : null;
    }

    /** @param learned all weights, or the head's where the backbone stays as it is */
    private Network open(Weights learned) {
        return held(
                trainsHeadAlone()
                        ? Network.openHead(engine, task.network(), learned)
                        : Network.open(engine, task.network(), whole(learned), precision.taken(), path.taken()),
                Network::close);
    }

    private Weights whole(Weights learned) {
        return backbone == null ? learned : backbone.with(learned);
    }

    /** What the training may change of a network. */
    private Weights learned(Network trained) {
        return backbone == null ? trained.weights() : trained.headWeights();
    }

    private @Nullable Network average(Weights learned) {
        return plan.update().averagingDecay() > 0 ? open(learned) : null;
    }

    private LearningRateSchedule schedule(ScheduleState state) {
        int images = sampler.size();
        int batches = images / plan.batchSize() + (images % plan.batchSize() > 1 ? 1 : 0);
        int perUpdate = plan.update().batchesPerUpdate();
        return new LearningRateSchedule(
                plan.schedule(),
                plan.warmUp(),
                plan.optimizer().learningRate(),
                (batches + perUpdate - 1) / perUpdate,
                plan.epochs(),
                state);
    }

    TrainedClassifier toTheEnd() {
        try {
            while (history.size() < plan.epochs() && !stopping.shouldStop()) {
                trainEpoch(history.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrainingCancelledException(history.size());
        }
        return new TrainedClassifier(
                plan,
                task.question(),
                task.classes(),
                task.dataset(),
                task.foldIndex(),
                task.pretrained(),
                whole(bestWeights()),
                bestEpochIndex,
                history,
                task.positiveWeight(),
                environments,
                precision,
                path,
                engine.choosePredictionPrecision(plan.predictionPrecision(), plan.backbone()),
                task.preprocessing());
    }

    private void trainEpoch(int epochIndex) throws InterruptedException {
        long started = System.nanoTime();
        double learningRate = schedule.learningRate();
        network.freeze(task.freezing(epochIndex));
        List<List<ImageRecord>> batches = trainingBatches(epochIndex);
        double trainLoss = takeSteps(epochIndex, batches);
        long trained = System.nanoTime();
        ValidationFigures validation = validate(epochIndex);
        schedule.epochFinished(task.question(), validation);
        // the first epoch is the best one until the metric is defined
        if (stopping.observe(plan.stopping().metric().lowerIsBetter(task.question(), validation)) || best == null) {
            best = learned(evaluated());
            bestEpochIndex = epochIndex;
        }
        int images = batches.stream().mapToInt(List::size).sum();
        EpochSummary summary = new EpochSummary(
                epochIndex,
                trainLoss,
                validation,
                OverfittingGap.after(history, trainLoss, validation.loss()),
                learningRate,
                (System.nanoTime() - started) / NANOSECONDS_PER_SECOND,
                images / ((trained - started) / NANOSECONDS_PER_SECOND));
        history.add(summary);
        // an epoch whose updates were all left out: a training that is resumed after it cannot tell
        averages = true;
        report(summary);
    }

    /** The sampled images in this epoch's order; a last batch of one image is left out, batch normalisation cannot use it. */
    private List<List<ImageRecord>> trainingBatches(int epochIndex) {
        SplittableRandom random = RandomStreams.of(plan.seed(), "order", Integer.toString(epochIndex));
        List<List<ImageRecord>> batches = inBatches(Sampler.shuffled(sampler.draws(epochIndex), random));
        int last = batches.size() - 1;
        return batches.get(last).size() == 1 ? batches.subList(0, last) : batches;
    }

    /** The engine computes an image alone by other kernels than those of a batch, so none is left alone beside batches. */
    private List<List<ImageRecord>> withLastSingleJoined(List<List<ImageRecord>> batches) {
        int last = batches.size() - 1;
        if (last < 1 || batches.get(last).size() > 1) {
            return batches;
        }
        List<ImageRecord> joined = new ArrayList<>(batches.get(last - 1));
        joined.addAll(batches.get(last));
        List<List<ImageRecord>> result = new ArrayList<>(batches.subList(0, last - 1));
        result.add(joined);
        return result;
    }

    private List<List<ImageRecord>> inBatches(List<ImageRecord> images) {
        List<List<ImageRecord>> batches = new ArrayList<>();
        for (int from = 0; from < images.size(); from += plan.batchSize()) {
            batches.add(images.subList(from, Math.min(images.size(), from + plan.batchSize())));
        }
        return batches;
    }

    /** All updates of an epoch; the mean loss over its images. */
    private double takeSteps(int epochIndex, List<List<ImageRecord>> batches) throws InterruptedException {
        double[] lossSum = new double[1];
        double[] weightSum = new double[1];
        int[] done = new int[1];
        int perUpdate = plan.update().batchesPerUpdate();
        feed.training(batches, epochIndex, loaded -> {
            requireNotCancelled(epochIndex);
            int stepIndex = done[0];
            engine.seedRandom((int) RandomStreams.seedOf(
                    plan.seed(), "dropout", Integer.toString(epochIndex), Integer.toString(stepIndex)));
            double weight = weight(loaded.records());
            int firstOfUpdate = stepIndex - stepIndex % perUpdate;
            int endOfUpdate = Math.min(firstOfUpdate + perUpdate, batches.size());
            double weightOfUpdate = batches.subList(firstOfUpdate, endOfUpdate).stream()
                    .mapToDouble(this::weight)
                    .sum();
            double loss = addGradients(epochIndex, stepIndex, loaded, weight / weightOfUpdate);
            if (stepIndex + 1 == endOfUpdate) {
                update(epochIndex, stepIndex);
            }
            lossSum[0] += loss * weight;
            weightSum[0] += weight;
            done[0]++;
            listener.batchFinished(new BatchProgress(epochIndex, plan.epochs(), done[0], batches.size()));
        });
        return lossSum[0] / weightSum[0];
    }

    /** What images count together in a mean loss: their number, but where classes have weights. */
    private double weight(List<ImageRecord> images) {
        return images.stream()
                .mapToDouble(
                        image -> task.loss().weight(task.targets(task.training().shown(image))))
                .sum();
    }

    private double addGradients(int epochIndex, int stepIndex, BatchLoader.Loaded loaded, double share) {
        int images = loaded.records().size();
        int outputs = task.network().outputs();
        float[] targets = new float[images * outputs];
        double chance = 0;
        for (int i = 0; i < images; i++) {
            double[] ofImage =
                    task.targets(task.training().shown(loaded.records().get(i)));
            for (int output = 0; output < outputs; output++) {
                targets[i * outputs + output] = (float) ofImage[output];
            }
            chance += task.loss().chance(ofImage) / images;
        }
        double loss;
        try (NDManager manager = network.manager().newSubManager()) {
            NDArray inputs = loaded.inputs().toArray(manager);
            NDArray labels = manager.create(targets, new Shape(images, outputs));
            loss = step.addGradients(inputs, labels, share);
        }
        if (!Double.isFinite(loss)) {
            throw DivergedException.inTraining(epochIndex, stepIndex, loss);
        }
        double limit = plan.update().explosionFactor();
        if (limit > 0 && loss > limit * chance) {
            throw DivergedException.exploded(epochIndex, stepIndex, loss, chance);
        }
        return loss;
    }

    private void update(int epochIndex, int stepIndex) {
        boolean changed;
        try {
            changed = step.update(schedule::learningRate, schedule.momentum());
        } catch (ArithmeticException e) {
            throw DivergedException.unscalable(epochIndex, stepIndex);
        }
        // an update that is left out counts, so that the schedule ends with the plan
        schedule.updated();
        if (changed && average != null) {
            // as PyTorch's AveragedModel: the drawn weights, which mean nothing, are no part of the mean
            average.moveTowards(network, averages ? 1 - plan.update().averagingDecay() : 1);
            averages = true;
        }
    }

    /** The network whose weights are validated and kept. */
    private Network evaluated() {
        return average == null ? network : average;
    }

    private ValidationFigures validate(int epochIndex) throws InterruptedException {
        List<ImageScore> scores = new ArrayList<>();
        double[] lossSum = new double[1];
        double[] weightSum = new double[1];
        int outputs = task.network().outputs();
        ValidationImages images = task.validation();
        feed.validation(withLastSingleJoined(inBatches(images.records())), loaded -> {
            requireNotCancelled(epochIndex);
            float[] logits = evaluated().logits(loaded.inputs());
            double[] ofImage = new double[outputs];
            for (int i = 0; i < loaded.records().size(); i++) {
                ImageRecord image = loaded.records().get(i);
                double[] targets = task.targets(images.shown(image));
                for (int output = 0; output < outputs; output++) {
                    ofImage[output] = logits[i * outputs + output];
                }
                double loss = task.loss().of(ofImage, targets);
                if (!Double.isFinite(loss)) {
                    throw DivergedException.inValidation(epochIndex, loss);
                }
                lossSum[0] += loss;
                weightSum[0] += task.loss().weight(targets);
                scores.add(new ImageScore(image, Probabilities.of(task.question(), logits, i, outputs)));
            }
        });
        return ScoredImages.of(task.question(), task.classes(), scores).figures(lossSum[0] / weightSum[0]);
    }

    private void report(EpochSummary summary) {
        AtomicBoolean over = new AtomicBoolean();
        Supplier<Checkpoint> checkpoint = () -> {
            if (over.get()) {
                throw new IllegalStateException("the training has gone on, the checkpoint of epoch "
                        + summary.epochIndex() + " can no longer be taken");
            }
            boolean isBest = bestEpochIndex == summary.epochIndex();
            Weights evaluated = isBest ? bestWeights() : learned(evaluated());
            return new Checkpoint(
                    task.digest(),
                    backbone == null ? null : backbone.digest(),
                    average == null ? evaluated : learned(network),
                    average == null ? null : evaluated,
                    optimizer.state(),
                    schedule.state(),
                    stopping.state(),
                    bestWeights(),
                    bestEpochIndex,
                    history,
                    precision,
                    path,
                    environments,
                    step.scale());
        };
        try {
            listener.epochFinished(summary, checkpoint);
        } finally {
            over.set(true);
        }
    }

    /** There are some after the first epoch, which is the best until then. */
    private Weights bestWeights() {
        if (best == null) {
            throw new IllegalStateException("no epoch has finished yet");
        }
        return best;
    }

    private void requireNotCancelled(int epochIndex) {
        if (cancellation.isCancelled()) {
            throw new TrainingCancelledException(epochIndex);
        }
    }

    /** Closes all that is held, whatever one of them throws. */
    @Override
    public void close() {
        RuntimeException failure = null;
        while (!held.isEmpty()) {
            try {
                held.remove().run();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
