package org.foldwise.worker.run;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.jobs.InfrastructureException;
import org.foldwise.worker.WorkerDocuments;
import org.springframework.stereotype.Component;

/** Scored cases as artifacts: JSON documents whose probabilities are read back to the bit. */
@Component
public final class Predictions {
    private static final String FORMAT = "foldwise predictions 1";

    private final ArtifactStore artifacts;

    Predictions(ArtifactStore artifacts) {
        this.artifacts = artifacts;
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
     * Reads stored cases.
     *
     * @throws InfrastructureException if the store does not give back what it was given
     */
    public List<ScoredCase> load(ArtifactKey key) {
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
