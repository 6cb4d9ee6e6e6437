package org.foldwise.api.evaluation;

import java.util.UUID;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.DamagedFileException;
import org.foldwise.registry.artifacts.MissingArtifactException;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.run.Ensembles;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunArtifact;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.RunStatus;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;

/**
 * What a test subset is opened with. An opening is counted for ever when it is accepted, so what would keep the worker from scoring a
 * single image is looked for before.
 */
@Component
class TestMaterial {
    private final Experiments experiments;
    private final PatientSplits splits;
    private final Datasets datasets;
    private final DatasetImages images;
    private final Ensembles ensembles;
    private final RunProgress progress;
    private final ArtifactStore artifacts;

    TestMaterial(
            Experiments experiments,
            PatientSplits splits,
            Datasets datasets,
            DatasetImages images,
            Ensembles ensembles,
            RunProgress progress,
            ArtifactStore artifacts) {
        this.experiments = experiments;
        this.splits = splits;
        this.datasets = datasets;
        this.images = images;
        this.ensembles = ensembles;
        this.progress = progress;
        this.artifacts = artifacts;
    }

    /**
     * Returns if the run's split and dataset are those that it was trained on, and the files of its weights are there in their sizes. A run that has not
     * succeeded is refused elsewhere, and so is a dataset that patients were withdrawn from.
     *
     * @throws org.foldwise.registry.RecordTamperedException if the split or the dataset were changed past the platform
     * @throws DamagedFileException if the file of weights is not where it was put, or has another size
     */
    void requireSound(Run run) {
        Experiment experiment = experiments.findById(run.experimentId()).orElseThrow();
        PatientSplit split = splits.requireSubmitted(experiment.splitId(), experiment.splitDigest());
        Dataset dataset = datasets.findById(split.datasetId()).orElseThrow();
        if (run.status() != RunStatus.SUCCEEDED || dataset.withdrawals() > 0) {
            return;
        }
        dataset.requireAsFrozen();
        splits.loadProven(split.id(), images.cohort(dataset));
        if (run.isEnsemble()) {
            ensembles.members(run.id()).forEach(member -> requireWeights(member.run()));
        } else {
            requireWeights(run.id());
        }
    }

    /** Only the worker reads all of them. */
    private void requireWeights(UUID trained) {
        RunArtifact weights =
                progress.artifact(trained, RunArtifactKind.WEIGHTS).orElseThrow();
        String what = "the file of the weights of run " + trained;
        long size;
        try {
            size = artifacts.size(weights.key());
        } catch (MissingArtifactException e) {
            throw DamagedFileException.of(what, e);
        }
        if (size != weights.sizeBytes()) {
            throw DamagedFileException.ofSize(what, size, weights.sizeBytes());
        }
    }
}
