package org.foldwise.api.dataset;

import java.util.UUID;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.upload.ImageDemands;
import org.foldwise.api.upload.ManifestReceiver;
import org.foldwise.api.upload.Pseudonyms;
import org.foldwise.learning.dataset.layout.LabelKey;
import org.foldwise.learning.dataset.layout.LabelTable;
import org.foldwise.learning.dataset.layout.LayoutException;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetDescription;
import org.foldwise.registry.dataset.DatasetLayout;
import org.foldwise.registry.dataset.DatasetState;
import org.foldwise.registry.dataset.Datasets;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Keeps the manifests of datasets whose layout has one. */
@Component
class Manifests implements ManifestReceiver {
    private final Datasets datasets;
    private final Pseudonyms pseudonyms;

    Manifests(Datasets datasets, Pseudonyms pseudonyms) {
        this.datasets = datasets;
        this.pseudonyms = pseudonyms;
    }

    @Override
    public boolean wantsManifest(UUID dataset) {
        return datasets.findById(dataset).filter(Manifests::hasManifestLayout).isPresent();
    }

    @Override
    public ImageDemands demands(UUID dataset) {
        DatasetDescription description = datasets.findById(dataset)
                .orElseThrow(RefusedException::notFound)
                .description();
        return new ImageDemands(
                description.deidentifiedOnly(),
                description.layout() instanceof DatasetLayout.Dicom,
                description.frames());
    }

    @Override
    public byte[] kept(UUID dataset, byte[] content) {
        DatasetDescription description = datasets.findById(dataset)
                .orElseThrow(RefusedException::notFound)
                .description();
        if (!(description.layout() instanceof DatasetLayout.Dicom dicom)) {
            return content;
        }
        try {
            return LabelTable.pseudonymized(
                    content,
                    dicom.resolvable(),
                    description.task(),
                    dicom.key() == LabelKey.PATIENT ? pseudonyms::ofPatient : pseudonyms::ofInstance);
        } catch (LayoutException e) {
            throw new RefusedException(
                    ProblemType.DATASET_REFUSED,
                    "The label table cannot be read. Mistakes: " + e.mistakes().size() + ".",
                    e.mistakes().stream()
                            .map(mistake -> new Mistake(Mistake.pointer("", mistake.subject()), mistake.detail()))
                            .toList());
        }
    }

    /**
     * Ends the request before anything is stored.
     *
     * @throws RefusedException if the dataset takes no manifest
     */
    void requireWanted(UUID id) {
        requireWanted(datasets.findById(id).orElseThrow(RefusedException::notFound));
    }

    @Override
    @Transactional
    public void receive(UUID id, String name, Digest content) {
        Dataset dataset = datasets.lock(id).orElseThrow(RefusedException::notFound);
        requireWanted(dataset);
        dataset.replaceManifest(name, content);
    }

    private static void requireWanted(Dataset dataset) {
        if (!hasManifestLayout(dataset)) {
            throw new RefusedException(ProblemType.CONFLICT, "The dataset's layout has no manifest.");
        }
        if (dataset.state() != DatasetState.DRAFT) {
            throw new RefusedException(ProblemType.CONFLICT, "Only a draft dataset takes a manifest.");
        }
    }

    private static boolean hasManifestLayout(Dataset dataset) {
        return !(dataset.description().layout() instanceof DatasetLayout.ClassFolders);
    }
}
