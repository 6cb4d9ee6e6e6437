package org.foldwise.worker.run;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.learning.imaging.ImageRules;
import org.foldwise.learning.network.InvalidSafetensorsException;
import org.foldwise.learning.provenance.Environment;
import org.foldwise.learning.training.Checkpoint;
import org.foldwise.learning.training.CheckpointCodec;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.artifacts.MissingArtifactException;
import org.foldwise.registry.artifacts.StagedArtifact;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.run.RunArtifact;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.RunReporting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The checkpoints of runs in the artifact store. A checkpoint is an artifact that is deleted one day, and artifacts of equal
 * bytes are one, so a first line with run and token keeps its bytes apart from those of every other run.
 */
@Component
final class Checkpoints {
    private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);

    private final ArtifactStore artifacts;
    private final RunProgress progress;
    private final RunReporting reporting;

    Checkpoints(ArtifactStore artifacts, RunProgress progress, RunReporting reporting) {
        this.artifacts = artifacts;
        this.progress = progress;
        this.reporting = reporting;
    }

    /**
     * The run's last checkpoint. One that is damaged is as good as none: the run then starts from its first epoch and comes to
     * the same weights. So is one of a training whose images were decoded by other rules, as it would go on with other pixels.
     */
    Optional<Checkpoint> last(UUID run) {
        Optional<ArtifactKey> key =
                progress.artifact(run, RunArtifactKind.CHECKPOINT).map(RunArtifact::key);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(artifacts.read(key.get()));
            skipFirstLine(bytes);
            Checkpoint checkpoint = CheckpointCodec.read(bytes.slice());
            List<Environment> environments = checkpoint.environments();
            if (!ImageRules.areThoseOf(environments.get(environments.size() - 1).libraries())) {
                log.warn("run {} starts over: images were decoded by other rules up to its checkpoint", run);
                return Optional.empty();
            }
            return Optional.of(checkpoint);
        } catch (CorruptArtifactException | MissingArtifactException | InvalidSafetensorsException e) {
            log.warn("run {} starts over: its checkpoint {} is unusable: {}", run, key.get(), e.getMessage());
            return Optional.empty();
        }
    }

    private static void skipFirstLine(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (bytes.get() == '\n') {
                return;
            }
        }
    }

    /** Stores a checkpoint in the place of the one before. */
    void replace(FencingToken token, Checkpoint checkpoint) {
        try (StagedArtifact staged = artifacts.stage()) {
            OutputStream stream = staged.stream();
            stream.write(("run " + token.job() + " token " + token.value() + "\n").getBytes(StandardCharsets.US_ASCII));
            CheckpointCodec.write(checkpoint, stream);
            long size = staged.size();
            ArtifactKey key = staged.commit();
            reporting.checkpoint(token, key, size).ifPresent(artifacts::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
