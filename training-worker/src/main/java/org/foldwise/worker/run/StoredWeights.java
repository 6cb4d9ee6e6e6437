package org.foldwise.worker.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.pretrained.NameMapping;
import org.foldwise.learning.pretrained.NamedWeights;
import org.foldwise.learning.pretrained.PretrainedWeights;
import org.foldwise.learning.provenance.WeightsFile;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.artifacts.DamagedFileException;
import org.foldwise.registry.artifacts.MissingArtifactException;
import org.foldwise.registry.weights.ImportedWeightSet;
import org.foldwise.registry.weights.ImportedWeightSets;
import org.foldwise.worker.Workspace;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The imported weights that trainings begin with: the same bytes for every run of an experiment, or none. */
@Component
public final class StoredWeights {
    private final ImportedWeightSets sets;
    private final ArtifactStore artifacts;

    StoredWeights(ImportedWeightSets sets, ArtifactStore artifacts) {
        this.sets = sets;
        this.artifacts = artifacts;
    }

    /**
     * The weights that a training begins with; absent where they are drawn.
     *
     * @param id of the weight set that is held for it; absent where the plan names none
     * @throws MaterialChangedException if they are not those of the plan
     * @throws DamagedFileException if the store does not give back what it was given
     */
    public @Nullable NamedWeights of(@Nullable UUID id, ExperimentPlan plan, Workspace workspace) {
        if (id == null) {
            return null;
        }
        ImportedWeightSet set = sets.findById(id).orElseThrow();
        if (!set.name().equals(plan.pretrained().weights())) {
            throw new MaterialChangedException("the plan names the weights '"
                    + plan.pretrained().weights() + "', the experiment holds '" + set.name() + "'");
        }
        Path file = workspace.file("pretrained");
        try (InputStream stored = artifacts.open(set.file())) {
            Files.copy(stored, file);
            PretrainedWeights weights =
                    PretrainedWeights.read(file, new NameMapping(set.mapping())).without(set.ignored());
            Files.delete(file);
            return new NamedWeights(new WeightsFile(set.name(), set.file().digest()), weights);
        } catch (MissingArtifactException e) {
            throw DamagedFileException.of("the file of the weights '" + set.name() + "'", e);
        } catch (CorruptArtifactException e) {
            throw DamagedFileException.of("the file of the weights '" + set.name() + "'", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
