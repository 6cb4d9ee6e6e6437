package org.foldwise.worker.run;

import static java.util.Objects.requireNonNull;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.artifacts.DamagedFileException;
import org.foldwise.registry.artifacts.MissingArtifactException;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.registry.jobs.InfrastructureException;
import org.foldwise.registry.run.EnsembleMember;
import org.foldwise.registry.run.Ensembles;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunArtifact;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplit;
import org.springframework.stereotype.Component;

/** The networks by which runs answer: a training's own, an ensemble's members; of a search's run that of the candidate it trained. */
@Component
public final class TrainedNetworks {
    private final Runs runs;
    private final RunProgress progress;
    private final Ensembles ensembles;
    private final RunMaterials materials;
    private final ArtifactStore artifacts;

    TrainedNetworks(
            Runs runs, RunProgress progress, Ensembles ensembles, RunMaterials materials, ArtifactStore artifacts) {
        this.runs = runs;
        this.progress = progress;
        this.ensembles = ensembles;
        this.materials = materials;
        this.artifacts = artifacts;
    }

    /**
     * A network.
     *
     * @param run that trained it
     * @param fold that it was trained on, -1 for the development fold
     * @param plan the recipe; in a nested cross-validation each fold's may be another
     * @param provenance what the training has found out
     * @param weights the artifact that holds them
     */
    public record TrainedNetwork(UUID run, int fold, ExperimentPlan plan, Provenance provenance, ArtifactKey weights) {}

    /**
     * The networks of a run, one unless it is an ensemble, in order.
     *
     * @throws NoSuchElementException if the run, or its weights or provenance, are not there
     * @throws MaterialChangedException if a stored plan was changed
     */
    public List<TrainedNetwork> of(UUID run) {
        List<EnsembleMember> members = ensembles.members(run);
        if (!members.isEmpty()) {
            return members.stream()
                    .map(member -> network(member.run(), member.artifact()))
                    .toList();
        }
        ArtifactKey weights = progress.artifact(run, RunArtifactKind.WEIGHTS)
                .map(RunArtifact::key)
                .orElseThrow(() -> new NoSuchElementException("run " + run + " has no weights"));
        return List.of(network(run, weights));
    }

    /**
     * The networks whose answers an evaluation is of: those of its run; of a cross-validation, nested or not, those of the folds of its first
     * repeat, in the order of the folds.
     *
     * @param split that they were trained on
     * @throws NoSuchElementException as of {@link #of(UUID)}
     */
    public List<TrainedNetwork> of(Evaluation evaluation, PatientSplit split) {
        UUID run = evaluation.runId();
        if (run != null) {
            return of(run);
        }
        return runs
                .findFirstRepeat(
                        requireNonNull(evaluation.experimentId()), split.spec().repeats())
                .stream()
                .flatMap(fold -> of(fold.id()).stream())
                .toList();
    }

    private TrainedNetwork network(UUID id, ArtifactKey weights) {
        Run run = runs.findById(id).orElseThrow();
        String provenance = run.provenance();
        if (provenance == null) {
            throw new NoSuchElementException("run " + id + " has no provenance");
        }
        return new TrainedNetwork(
                id, run.fold(), materials.plan(run), ReportJson.read(Provenance.class, provenance), weights);
    }

    /**
     * The networks that answered a patient's images: of a cross-validation, and of an ensemble of one in its validation, those that had not
     * learned from the patient; otherwise all.
     *
     * @param subset that was judged
     * @param networks of what was evaluated
     * @param split that they were trained on
     * @throws IllegalArgumentException if the patient is held out in no fold of theirs
     */
    public static List<TrainedNetwork> answering(
            Subset subset, List<TrainedNetwork> networks, Split split, PatientId patient) {
        boolean eachByItsOwn = networks.size() > 1
                && networks.stream().anyMatch(network -> network.fold() != Fold.DEVELOPMENT)
                && (subset == Subset.OUT_OF_FOLD || subset == Subset.VALIDATION);
        if (!eachByItsOwn) {
            return networks;
        }
        List<TrainedNetwork> answering = networks.stream()
                .filter(network -> split.fold(network.fold()).roles().get(patient) == Role.HELD_OUT)
                .toList();
        if (answering.isEmpty()) {
            throw new IllegalArgumentException("a case's patient is held out in no fold");
        }
        return answering;
    }

    /**
     * A network's weights.
     *
     * @throws DamagedFileException if the store does not give back what it was given
     * @throws InfrastructureException if it cannot be reached
     */
    public Weights weights(TrainedNetwork network) {
        try {
            return RunWeights.read(artifacts.read(network.weights()));
        } catch (MissingArtifactException e) {
            throw DamagedFileException.of("the weights " + network.weights(), e);
        } catch (CorruptArtifactException e) {
            throw DamagedFileException.of("the weights " + network.weights(), e);
        } catch (UncheckedIOException e) {
            throw new InfrastructureException("the weights " + network.weights() + " cannot be read", e);
        }
    }
}
