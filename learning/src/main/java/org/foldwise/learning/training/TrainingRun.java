package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.RandomStreams;
import org.foldwise.learning.network.Sigmoid;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.Weights;
import org.jspecify.annotations.Nullable;

/** One training while it runs: the network, the optimizer's memory, and the best epoch so far. */
final class TrainingRun implements AutoCloseable {
    private static final double NANOSECONDS_PER_SECOND = 1e9;

    private final TorchEngine engine;
    private final TrainingTask task;
    private final ExperimentPlan plan;
    private final TrainingListener listener;
    private final CancellationSignal cancellation;
    private final BatchLoader loader;
    private final Network network;
    private final Adam optimizer;
    private final TrainingStep step;
    private final LearningRateSchedule schedule;
    private final EarlyStopping stopping;
    private final List<EpochSummary> history = new ArrayList<>();
    private @Nullable Weights best;
    private int bestEpochIndex;

    /** The validation images after an epoch. */
    private record Validation(double loss, @Nullable Double rocAuc) {}

    TrainingRun(TorchEngine engine, TrainingTask task, TrainingListener listener, CancellationSignal cancellation) {
        this.engine = engine;
        this.task = task;
        this.plan = task.plan();
        this.listener = listener;
        this.cancellation = cancellation;
        OptimizerSpec.Adam adam = adam(plan.optimizer());
        this.loader = new BatchLoader(plan.batchSize(), plan.image().preprocessing());
        Checkpoint checkpoint = task.checkpoint();
        if (checkpoint == null) {
            Weights initial = InitialWeights.draw(task.network(), plan.seed());
            this.network = Network.open(engine, task.network(), initial);
            this.optimizer = new Adam(adam, network);
            this.schedule = LearningRateSchedule.of(plan.schedule(), adam.learningRate());
            this.stopping = new EarlyStopping(plan.stopping(), StoppingState.INITIAL);
        } else {
            this.network = Network.open(engine, task.network(), checkpoint.weights());
            this.optimizer = Adam.resume(adam, network, checkpoint.optimizer());
            this.schedule = LearningRateSchedule.resume(plan.schedule(), checkpoint.schedule());
            this.stopping = new EarlyStopping(plan.stopping(), checkpoint.stopping());
            this.history.addAll(checkpoint.history());
            this.best = checkpoint.best();
            this.bestEpochIndex = checkpoint.bestEpochIndex();
        }
        this.step = new TrainingStep(network, optimizer);
    }

    private static OptimizerSpec.Adam adam(OptimizerSpec spec) {
        if (spec instanceof OptimizerSpec.Adam adam) {
            return adam;
        }
        throw new IllegalArgumentException("no optimizer is known for " + spec);
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
                task.dataset(),
                task.foldIndex(),
                bestWeights(),
                bestEpochIndex,
                history,
                task.positiveWeight(),
                engine.libraries(),
                engine.device(),
                engine.settings().threads());
    }

    private void trainEpoch(int epochIndex) throws InterruptedException {
        long started = System.nanoTime();
        double learningRate = schedule.learningRate();
        List<List<ImageRecord>> batches = trainingBatches(epochIndex);
        double trainLoss = takeSteps(epochIndex, batches, learningRate);
        long trained = System.nanoTime();
        Validation validation = validate(epochIndex);
        schedule.observe(validation.loss());
        if (stopping.observe(lowerIsBetter(validation))) {
            best = network.weights();
            bestEpochIndex = epochIndex;
        }
        int images = batches.stream().mapToInt(List::size).sum();
        EpochSummary summary = new EpochSummary(
                epochIndex,
                trainLoss,
                validation.loss(),
                validation.rocAuc(),
                learningRate,
                (System.nanoTime() - started) / NANOSECONDS_PER_SECOND,
                images / ((trained - started) / NANOSECONDS_PER_SECOND));
        history.add(summary);
        report(summary);
    }

    /** The training images in this epoch's order; a last batch of one image is left out, batch normalisation cannot use it. */
    private List<List<ImageRecord>> trainingBatches(int epochIndex) {
        List<ImageRecord> order = new ArrayList<>(task.training().records());
        SplittableRandom random = RandomStreams.of(plan.seed(), "order", Integer.toString(epochIndex));
        for (int i = order.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            ImageRecord swapped = order.get(i);
            order.set(i, order.get(j));
            order.set(j, swapped);
        }
        List<List<ImageRecord>> batches = inBatches(order);
        int last = batches.size() - 1;
        return batches.get(last).size() == 1 ? batches.subList(0, last) : batches;
    }

    private List<List<ImageRecord>> inBatches(List<ImageRecord> images) {
        List<List<ImageRecord>> batches = new ArrayList<>();
        for (int from = 0; from < images.size(); from += plan.batchSize()) {
            batches.add(images.subList(from, Math.min(images.size(), from + plan.batchSize())));
        }
        return batches;
    }

    /** All steps of an epoch; the mean loss over its images. */
    private double takeSteps(int epochIndex, List<List<ImageRecord>> batches, double learningRate)
            throws InterruptedException {
        double[] lossSum = new double[1];
        int[] done = new int[2];
        loader.forEach(batches, image -> task.training().augmented(image, epochIndex), loaded -> {
            requireNotCancelled(epochIndex);
            int stepIndex = done[0];
            engine.seedRandom((int) RandomStreams.seedOf(
                    plan.seed(), "dropout", Integer.toString(epochIndex), Integer.toString(stepIndex)));
            double loss = takeStep(loaded, learningRate);
            if (!Double.isFinite(loss)) {
                throw DivergedException.inTraining(epochIndex, stepIndex, loss);
            }
            int images = loaded.records().size();
            lossSum[0] += loss * images;
            done[0]++;
            done[1] += images;
            listener.batchFinished(new BatchProgress(epochIndex, plan.epochs(), done[0], batches.size()));
        });
        return lossSum[0] / done[1];
    }

    private double takeStep(BatchLoader.Loaded loaded, double learningRate) {
        float[] targets = new float[loaded.records().size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = task.training().isPositive(loaded.records().get(i)) ? 1 : 0;
        }
        try (NDManager manager = network.manager().newSubManager()) {
            NDArray images = loaded.images().toArray(manager);
            NDArray labels = manager.create(targets, new Shape(targets.length, 1));
            NDArray positiveWeight = manager.create((float) task.positiveWeight());
            return step.take(images, labels, positiveWeight, learningRate);
        }
    }

    private Validation validate(int epochIndex) throws InterruptedException {
        List<ScoredCase> cases = new ArrayList<>();
        double[] lossSum = new double[1];
        ValidationImages images = task.validation();
        loader.forEach(inBatches(images.records()), images::pixelsOf, loaded -> {
            requireNotCancelled(epochIndex);
            float[] logits = network.logits(loaded.images());
            for (int i = 0; i < logits.length; i++) {
                ImageRecord image = loaded.records().get(i);
                boolean positive = images.isPositive(image);
                double loss = BinaryCrossEntropy.of(logits[i], positive ? 1 : 0, task.positiveWeight());
                if (!Double.isFinite(loss)) {
                    throw DivergedException.inValidation(epochIndex, loss);
                }
                lossSum[0] += loss;
                cases.add(new ScoredCase(image.name(), image.patient(), positive, Sigmoid.of(logits[i])));
            }
        });
        return new Validation(lossSum[0] / cases.size(), RocCurve.area(cases).value());
    }

    private double lowerIsBetter(Validation validation) {
        return switch (plan.stopping().metric()) {
            case VALIDATION_LOSS -> validation.loss();
            case VALIDATION_ROC_AUC -> {
                Double rocAuc = validation.rocAuc();
                if (rocAuc == null) {
                    throw new IllegalStateException(
                            "a task that stops by ROC AUC has validation images of both classes");
                }
                yield -rocAuc;
            }
        };
    }

    private void report(EpochSummary summary) {
        AtomicBoolean over = new AtomicBoolean();
        Supplier<Checkpoint> checkpoint = () -> {
            if (over.get()) {
                throw new IllegalStateException("the training has gone on, the checkpoint of epoch "
                        + summary.epochIndex() + " can no longer be taken");
            }
            boolean isBest = bestEpochIndex == summary.epochIndex();
            return new Checkpoint(
                    task.digest(),
                    isBest ? bestWeights() : network.weights(),
                    optimizer.state(),
                    schedule.state(),
                    stopping.state(),
                    bestWeights(),
                    bestEpochIndex,
                    history);
        };
        try {
            listener.epochFinished(summary, checkpoint);
        } finally {
            over.set(true);
        }
    }

    /** There are some after the first epoch, whose loss is finite and so the best until then. */
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

    @Override
    public void close() {
        loader.close();
        network.close();
    }
}
