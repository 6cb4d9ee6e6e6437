package org.foldwise.worker.run;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.jobs.InfrastructureException;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.worker.WorkerDocuments;
import org.springframework.stereotype.Component;

/** Scored cases as artifacts: JSON documents whose probabilities are read back to the bit. */
@Component
public final class Predictions {
    private static final String FORMAT = "foldwise predictions 1";

    private final ArtifactStore artifacts;
    private final RunProgress progress;

    Predictions(ArtifactStore artifacts, RunProgress progress) {
        this.artifacts = artifacts;
        this.progress = progress;
    }

    private record Document(String format, List<Case> cases) {}

    private record Case(String image, String patient, boolean positive, double probability) {}

    /** Stores the cases in the order given. */
    public ArtifactKey store(List<ScoredCase> cases) {
        List<Case> written = cases.stream()
                .map(scored ->
                        new Case(scored.image(), scored.patient().value(), scored.positive(), scored.probability()))
                .toList();
        return artifacts.put(
                WorkerDocuments.write(new Document(FORMAT, written)).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The predictions that a run made.
     *
     * @param kind one of the two kinds of predictions
     * @throws NoSuchElementException if the run has made none
     * @throws InfrastructureException if the store does not give back what it was given
     */
    public List<ScoredCase> ofRun(UUID run, RunArtifactKind kind) {
        return progress.artifact(run, kind)
                .map(artifact -> load(artifact.key()))
                .orElseThrow(() -> new NoSuchElementException("run " + run + " has no " + kind));
    }

    private List<ScoredCase> load(ArtifactKey key) {
        Document document;
        try {
            document = WorkerDocuments.read(artifacts.read(key), Document.class);
        } catch (CorruptArtifactException | UncheckedIOException e) {
            throw new InfrastructureException("the predictions " + key + " cannot be read", e);
        }
        if (!document.format().equals(FORMAT)) {
            throw new IllegalArgumentException("predictions " + key + " have the format '" + document.format() + "'");
        }
        return document.cases().stream()
                .map(read -> new ScoredCase(
                        read.image(), new PatientId(read.patient()), read.positive(), read.probability()))
                .toList();
    }
}
