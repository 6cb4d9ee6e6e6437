package org.foldwise.learning.training;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.foldwise.learning.network.EngineSettings;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.provenance.Digest;

/**
 * A training in a process of its own, whose engine has the number of threads that the first argument says. {@code whole} trains to the
 * end, {@code until FILE} dies in the middle of the second epoch and leaves the checkpoint of the first, {@code from FILE} goes on
 * there. Prints a line for each epoch, and one for the result.
 */
final class ThreadedTraining {
    private static final int DEAD = 3;

    private ThreadedTraining() {}

    public static void main(String[] arguments) throws IOException {
        TorchEngine engine = TorchEngine.start(EngineSettings.threads(Integer.parseInt(arguments[0])));
        String what = arguments[1];
        Path file = what.equals("whole") ? null : Path.of(arguments[2]);
        TrainingTask fresh = new TinyStudy().task(TinyStudy.plan(3));
        TrainingTask task = what.equals("from")
                ? fresh.resumedFrom(CheckpointCodec.read(ByteBuffer.wrap(Files.readAllBytes(file))))
                : fresh;
        TrainingListener listener = new TrainingListener() {
            @Override
            public void batchFinished(BatchProgress progress) {
                if (what.equals("until") && progress.epochIndex() == 1 && progress.batch() == 2) {
                    Runtime.getRuntime().halt(DEAD);
                }
            }

            @Override
            public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                Checkpoint taken = checkpoint.get();
                Digest memory = Digest.ofLines(taken.optimizer().memories().entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue().digest())
                        .toList());
                System.out.println("epoch " + summary.epochIndex() + " "
                        + taken.weights().digest() + " " + memory + " " + summary.trainLoss() + " "
                        + summary.validationLoss());
                if (what.equals("until")) {
                    store(taken, file);
                }
            }
        };
        TrainedClassifier trained = new TrainingLoop(engine).train(task, listener, CancellationSignal.NEVER);
        System.out.println("weights " + trained.weights().digest() + " of epoch " + trained.bestEpochIndex() + " on "
                + trained.environments().get(0).threads() + " threads");
    }

    private static void store(Checkpoint checkpoint, Path file) {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            CheckpointCodec.write(checkpoint, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
