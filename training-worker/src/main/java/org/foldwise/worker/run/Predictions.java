package org.foldwise.worker.run;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.jobs.InfrastructureException;
import org.foldwise.registry.run.RunArtifact;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.worker.WorkerDocuments;
import org.springframework.stereotype.Component;

/** Scored cases as artifacts: JSON documents whose probabilities are read back to the bit. */
@Component
public final class Predictions {
    private static final String FORMAT = "foldwise predictions 1";
    /** Of other tasks than binary ones. */
    private static final String FORMAT_OF_CLASSES = "foldwise predictions 2";
    /** The first format holds no names of classes, and no figure needs them. */
    private static final List<String> BINARY_CLASSES = List.of("negative", "positive");

    private final ArtifactStore artifacts;
    private final RunProgress progress;

    Predictions(ArtifactStore artifacts, RunProgress progress) {
        this.artifacts = artifacts;
        this.progress = progress;
    }

    private record Document(String format, List<Case> cases) {}

    private record Case(String image, String patient, boolean positive, double probability) {}

    private record Format(String format) {}

    private record ClassesDocument(String format, Task task, List<String> classes, List<ClassesCase> cases) {}

    /** @param shown indices of the classes that the image shows */
    private record ClassesCase(String image, String patient, List<Integer> shown, List<Double> probabilities) {}

    /** Stores scored images in the order given. */
    public ArtifactKey store(ScoredImages images) {
        if (images instanceof ScoredImages.Binary binary) {
            return store(binary.cases());
        }
        List<ClassesCase> cases = images instanceof ScoredImages.Multiclass several
                ? several.cases().stream()
                        .map(one -> new ClassesCase(
                                one.image(), one.patient().value(), List.of(one.truth()), one.probabilities()))
                        .toList()
                : ((ScoredImages.Multilabel) images)
                        .cases().stream()
                                .map(one -> new ClassesCase(
                                        one.image(), one.patient().value(), shown(one.truth()), one.probabilities()))
                                .toList();
        ClassesDocument document = new ClassesDocument(FORMAT_OF_CLASSES, images.task(), images.classes(), cases);
        return artifacts.put(WorkerDocuments.write(document).getBytes(StandardCharsets.UTF_8));
    }

    private static List<Integer> shown(List<Boolean> truth) {
        return IntStream.range(0, truth.size()).filter(truth::get).boxed().toList();
    }

    /**
     * The predictions that a run of any task made; see {@link #ofRun}. The classes of a binary task have stand-in names.
     *
     * @param kind one of the two kinds of predictions
     */
    public ScoredImages imagesOfRun(UUID run, RunArtifactKind kind) {
        ArtifactKey key = key(run, kind);
        byte[] content = content(key);
        if (!WorkerDocuments.read(content, Format.class).format().equals(FORMAT_OF_CLASSES)) {
            return new ScoredImages.Binary(BINARY_CLASSES, cases(key, content));
        }
        ClassesDocument document = WorkerDocuments.read(content, ClassesDocument.class);
        return document.task() == Task.MULTICLASS
                ? new ScoredImages.Multiclass(
                        document.classes(),
                        document.cases().stream()
                                .map(one -> new ClassifiedCase(
                                        one.image(),
                                        new PatientId(one.patient()),
                                        one.shown().get(0),
                                        one.probabilities()))
                                .toList())
                : new ScoredImages.Multilabel(
                        document.classes(),
                        document.cases().stream()
                                .map(one -> new LabelledCase(
                                        one.image(),
                                        new PatientId(one.patient()),
                                        IntStream.range(0, document.classes().size())
                                                .mapToObj(one.shown()::contains)
                                                .toList(),
                                        one.probabilities()))
                                .toList());
    }

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
     * The predictions that a run of a binary task made.
     *
     * @param kind one of the two kinds of predictions
     * @throws NoSuchElementException if the run has made none
     * @throws InfrastructureException if the store does not give back what it was given
     */
    public List<ScoredCase> ofRun(UUID run, RunArtifactKind kind) {
        ArtifactKey key = key(run, kind);
        return cases(key, content(key));
    }

    private ArtifactKey key(UUID run, RunArtifactKind kind) {
        return progress.artifact(run, kind)
                .map(RunArtifact::key)
                .orElseThrow(() -> new NoSuchElementException("run " + run + " has no " + kind));
    }

    private byte[] content(ArtifactKey key) {
        try {
            return artifacts.read(key);
        } catch (CorruptArtifactException | UncheckedIOException e) {
            throw new InfrastructureException("the predictions " + key + " cannot be read", e);
        }
    }

    private static List<ScoredCase> cases(ArtifactKey key, byte[] content) {
        Document document = WorkerDocuments.read(content, Document.class);
        if (!document.format().equals(FORMAT)) {
            throw new IllegalArgumentException("predictions " + key + " have the format '" + document.format() + "'");
        }
        return document.cases().stream()
                .map(read -> new ScoredCase(
                        read.image(), new PatientId(read.patient()), read.positive(), read.probability()))
                .toList();
    }
}
