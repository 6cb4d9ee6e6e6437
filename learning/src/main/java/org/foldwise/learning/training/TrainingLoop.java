package org.foldwise.learning.training;

import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.network.PathChoice;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.network.TorchEngine;

/**
 * Trains folds. A training is a function of its task and of the engine's threads: the order of images, dropout and augmentation
 * each draw from random streams named by seed, epoch, and step or image, so stopping and resuming at an epoch changes nothing.
 *
 * <p>Threads: a training runs on the caller's thread and has one more that loads images. The engine can record gradients for
 * one training at a time, so a process trains one fold at a time; a second one is refused rather than queued.
 *
 * <p>A program that is told to end while it trains, as by SIGTERM, has to cancel the training and wait for it, in a shutdown hook:
 * a Java process that ends takes libtorch's own data down under whatever thread still computes, and may die of SIGSEGV.
 */
public final class TrainingLoop {
    private static final Semaphore ONE_AT_A_TIME = new Semaphore(1);

    private final TorchEngine engine;
    private final Function<ExperimentPlan, PrecisionChoice> precision;

    public TrainingLoop(TorchEngine engine) {
        this(engine, plan -> engine.choosePrecision(plan.precision(), plan.backbone()));
    }

    /**
     * Trainings whose precision somebody else chooses.
     *
     * @param precision what a training by a plan is computed in, in the place of {@link TorchEngine#choosePrecision}
     */
    public TrainingLoop(TorchEngine engine, Function<ExperimentPlan, PrecisionChoice> precision) {
        this.engine = engine;
        this.precision = precision;
    }

    /**
     * What a training by that plan is computed in here, should it begin now. Where the processor's speed decides, it is measured unless it
     * has been; a training on features needs the answer before they are computed.
     *
     * @throws IllegalStateException if this process is training
     */
    public PrecisionChoice precision(ExperimentPlan plan) {
        return alone(() -> precision.apply(plan));
    }

    /**
     * By what a training is computed here, should it begin now; the first answer takes a probe.
     *
     * @throws IllegalStateException if this process is training
     */
    public PathChoice path() {
        return alone(() -> TrainingRun.path(null, engine));
    }

    /**
     * By what a training is computed here that goes on from there. Worth asking before anything is prepared for it.
     *
     * @throws IllegalStateException if this process is training, or if kernels have begun it and cannot be used here
     */
    public PathChoice pathFrom(Checkpoint checkpoint) {
        return alone(() -> TrainingRun.path(checkpoint, engine));
    }

    /**
     * Trains one fold to its end: all epochs of the plan, or fewer by its stopping rule.
     *
     * @return the weights of the best epoch, with the history
     * @throws TrainingCancelledException if {@code cancellation} says so, or the thread is interrupted; the interrupt stays set
     * @throws DivergedException if a loss is not finite
     * @throws IllegalStateException if this process is training already
     */
    public TrainedClassifier train(TrainingTask task, TrainingListener listener, CancellationSignal cancellation) {
        return alone(() -> {
            try (TrainingRun run = new TrainingRun(engine, precision, task, listener, cancellation)) {
                return run.toTheEnd();
            }
        });
    }

    private static <T> T alone(Supplier<T> work) {
        if (!ONE_AT_A_TIME.tryAcquire()) {
            throw new IllegalStateException("this process is training already, and can do so once at a time");
        }
        try {
            return work.get();
        } finally {
            ONE_AT_A_TIME.release();
        }
    }
}
