package org.foldwise.bench.ours;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.training.BatchProgress;
import org.foldwise.learning.training.TrainingCancelledException;
import org.foldwise.learning.training.TrainingListener;
import org.foldwise.learning.training.TrainingLoop;

/** What steps of a training spend their time on. */
final class StepProfile implements TrainingListener {
    private static final int WARM_UPS = 10;
    private static final double NANOSECONDS_PER_SECOND = 1e9;

    private final TorchEngine engine;
    private final int steps;
    private final Path trace;
    private int done;
    private long started;
    private ProcessCounters before = ProcessCounters.now();
    private double plainSeconds;
    private double recordedSeconds;
    private Map<String, Double> counted = Map.of();

    private StepProfile(TorchEngine engine, int steps, Path trace) {
        this.engine = engine;
        this.steps = steps;
        this.trace = trace;
    }

    /** Trains until as many steps as the settings say were counted and as many recorded. */
    static Profile take(Settings settings, Path trace) throws IOException {
        StepProfile profile = new StepProfile(settings.engine(), settings.repetitions(), trace);
        profile.train(settings);
        return new Profile(
                "a step of training",
                "outside libtorch: Java, JNI, waiting for the loader",
                profile.steps,
                profile.plainSeconds,
                profile.recordedSeconds,
                profile.counted,
                OperationTimes.read(trace));
    }

    private void train(Settings settings) {
        try {
            new TrainingLoop(engine)
                    .train(
                            TrainingWorkload.prepared(settings, settings.variant()),
                            this,
                            () -> done >= WARM_UPS + 2 * steps);
        } catch (TrainingCancelledException e) {
            // enough steps
        }
    }

    @Override
    public void batchFinished(BatchProgress progress) {
        done++;
        if (done == WARM_UPS) {
            before = ProcessCounters.now();
            started = System.nanoTime();
        } else if (done == WARM_UPS + steps) {
            plainSeconds = (System.nanoTime() - started) / NANOSECONDS_PER_SECOND / steps;
            counted = ProcessCounters.now().since(before, steps);
            engine.recordOperations();
            started = System.nanoTime();
        } else if (done == WARM_UPS + 2 * steps) {
            recordedSeconds = (System.nanoTime() - started) / NANOSECONDS_PER_SECOND / steps;
            engine.writeOperations(trace);
        }
    }
}
