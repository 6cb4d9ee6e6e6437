package org.foldwise.worker.run;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.foldwise.learning.json.PredictionsJson;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.artifacts.DamagedFileException;
import org.foldwise.registry.artifacts.MissingArtifactException;
import org.foldwise.registry.jobs.InfrastructureException;
import org.foldwise.registry.run.RunArtifact;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.springframework.stereotype.Component;

/** Scored cases as artifacts. */
@Component
public final class Predictions {
    private final ArtifactStore artifacts;
    private final RunProgress progress;

    Predictions(ArtifactStore artifacts, RunProgress progress) {
        this.artifacts = artifacts;
        this.progress = progress;
    }

    /** Stores scored images in the order given. */
    public ArtifactKey store(ScoredImages images) {
        return artifacts.put(PredictionsJson.write(images));
    }

    /** The digest that the images have where they are stored. */
    static Digest digest(ScoredImages images) {
        return Digest.of(PredictionsJson.write(images));
    }

    /**
     * The predictions that a run of any task made; see {@link #ofRun}. The classes of a binary task have stand-in names.
     *
     * @param kind one of the two kinds of predictions
     */
    public ScoredImages imagesOfRun(UUID run, RunArtifactKind kind) {
        return images(key(run, kind));
    }

    /**
     * The same with the names of classes.
     *
     * @param classes of the run's cohort, for a binary task
     * @throws NoSuchElementException if the run has made none
     * @throws DamagedFileException if the store does not give back what it was given
     */
    public ScoredImages imagesOfRun(UUID run, RunArtifactKind kind, List<String> classes) {
        return PredictionsJson.readImages(content(key(run, kind)), classes);
    }

    /**
     * Stored images of any task. The classes of a binary task have stand-in names.
     *
     * @throws DamagedFileException if the store does not give back what it was given
     * @throws InfrastructureException if it cannot be reached
     */
    public ScoredImages images(ArtifactKey key) {
        return PredictionsJson.readImages(content(key));
    }

    /** Stores the cases in the order given. */
    public ArtifactKey store(List<ScoredCase> cases) {
        return artifacts.put(PredictionsJson.write(cases));
    }

    /**
     * The predictions that a run of a binary task made.
     *
     * @param kind one of the two kinds of predictions
     * @throws NoSuchElementException if the run has made none
     * @throws DamagedFileException if the store does not give back what it was given
     * @throws InfrastructureException if it cannot be reached
     */
    public List<ScoredCase> ofRun(UUID run, RunArtifactKind kind) {
        return PredictionsJson.read(content(key(run, kind)));
    }

    private ArtifactKey key(UUID run, RunArtifactKind kind) {
        return progress.artifact(run, kind)
                .map(RunArtifact::key)
                .orElseThrow(() -> new NoSuchElementException("run " + run + " has no " + kind));
    }

    private byte[] content(ArtifactKey key) {
        try {
            return artifacts.read(key);
        } catch (MissingArtifactException e) {
            throw DamagedFileException.of("the predictions " + key, e);
        } catch (CorruptArtifactException e) {
            throw DamagedFileException.of("the predictions " + key, e);
        } catch (UncheckedIOException e) {
            throw new InfrastructureException("the predictions " + key + " cannot be read", e);
        }
    }
}
