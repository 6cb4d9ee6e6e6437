package org.foldwise.api.dataset;

import java.util.List;
import java.util.UUID;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.layout.LayoutException;
import org.foldwise.learning.dataset.layout.LayoutResolution;
import org.foldwise.learning.dataset.layout.ManifestBytes;
import org.foldwise.learning.dataset.layout.UploadedImage;
import org.foldwise.learning.dataset.layout.UploadedManifest;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetDescription;
import org.foldwise.registry.dataset.DatasetFreezing;
import org.foldwise.registry.dataset.DatasetState;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.upload.UploadedImages;
import org.foldwise.registry.withdrawal.Withdrawals;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Finds out whose the uploaded images are and what they show, and hands the cohort over to be checked and frozen. */
@Component
class Freezing {
    private final Datasets datasets;
    private final UploadedImages uploadedImages;
    private final ArtifactStore artifacts;
    private final DatasetFreezing freezing;
    private final Withdrawals withdrawals;

    Freezing(
            Datasets datasets,
            UploadedImages uploadedImages,
            ArtifactStore artifacts,
            DatasetFreezing freezing,
            Withdrawals withdrawals) {
        this.datasets = datasets;
        this.uploadedImages = uploadedImages;
        this.artifacts = artifacts;
        this.freezing = freezing;
        this.withdrawals = withdrawals;
    }

    /**
     * Begins to freeze a draft.
     *
     * @throws RefusedException with every mistake if the uploads are no dataset; then it stays a draft
     * @throws CorruptArtifactException if the stored manifest is damaged
     */
    @Transactional(rollbackFor = Exception.class)
    Dataset begin(UUID id) throws CorruptArtifactException {
        Dataset dataset = datasets.lock(id).orElseThrow(RefusedException::notFound);
        if (dataset.state() != DatasetState.DRAFT) {
            throw new RefusedException(ProblemType.CONFLICT, "The dataset is being frozen or is frozen already.");
        }
        return freezing.start(id, resolve(dataset));
    }

    private Cohort resolve(Dataset dataset) throws CorruptArtifactException {
        DatasetDescription description = dataset.description();
        LayoutResolution resolution = new LayoutResolution(
                Layout.of(dataset).resolvable(),
                description.task(),
                description.positiveLabel(),
                description.patientLabelRule(),
                description.frames());
        requireNotWithdrawn(dataset);
        List<UploadedImage> images = uploadedImages.ofDataset(dataset.id()).stream()
                .map(image -> new UploadedImage(image.name(), image.content(), image.metadata(), image.frames()))
                .toList();
        try {
            return resolution.resolve(images, manifest(dataset));
        } catch (LayoutException e) {
            throw new RefusedException(
                    ProblemType.DATASET_REFUSED,
                    "The uploads are no dataset yet; it stays a draft. Mistakes: "
                            + e.mistakes().size() + ".",
                    e.mistakes().stream()
                            .map(mistake -> new Mistake(Mistake.pointer("", mistake.subject()), mistake.detail()))
                            .toList());
        }
    }

    /** Whoever was taken out of a project does not come back by mistake, with an archive from before. */
    private void requireNotWithdrawn(Dataset dataset) {
        List<String> names = withdrawals.returning(dataset.projectId(), dataset.id());
        if (!names.isEmpty()) {
            throw new RefusedException(
                    ProblemType.DATASET_REFUSED,
                    "Images of patients who were withdrawn from the project are among the uploads. Have these patients withdrawn again, which"
                            + " erases them from this draft, and freeze it then; a new draft without them leaves them lying here.",
                    names.stream()
                            .map(name -> new Mistake(Mistake.pointer("", name), "was withdrawn from the project"))
                            .toList());
        }
    }

    private @Nullable UploadedManifest manifest(Dataset dataset) throws CorruptArtifactException {
        Digest digest = dataset.manifestDigest();
        String name = dataset.manifestName();
        return digest == null || name == null
                ? null
                : new UploadedManifest(name, ManifestBytes.of(artifacts.read(new ArtifactKey(digest))));
    }
}
