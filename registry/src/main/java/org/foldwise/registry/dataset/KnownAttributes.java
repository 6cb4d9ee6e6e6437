package org.foldwise.registry.dataset;

import java.io.UncheckedIOException;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.layout.ManifestAttributes;
import org.foldwise.learning.dataset.layout.ManifestBytes;
import org.foldwise.learning.dataset.layout.UploadedManifest;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.artifacts.DamagedFileException;
import org.foldwise.registry.artifacts.MissingArtifactException;
import org.foldwise.registry.jobs.InfrastructureException;
import org.springframework.stereotype.Component;

/** What manifest and files say of a dataset's images beside patient, label, day and site. No training is given any of it. */
@Component
public final class KnownAttributes {
    private static final ManifestAttributes NOTHING = new ManifestAttributes(0, ImageAttributes.NONE);

    private final DatasetImages images;
    private final ArtifactStore artifacts;

    KnownAttributes(DatasetImages images, ArtifactStore artifacts) {
        this.images = images;
        this.artifacts = artifacts;
    }

    /**
     * What both say; of an attribute of one name, what the manifest says.
     *
     * @throws DatasetTamperedException if the dataset is frozen and they do not go with its images
     */
    public ImageAttributes of(Dataset dataset, Cohort cohort) {
        return StoredRows.read(dataset, () -> {
            boolean saysNothing = dataset.description().layout() instanceof DatasetLayout.Dicom dicom
                    && dicom.resolvable().attributes().isEmpty();
            return together(dataset, saysNothing ? NOTHING : manifest(dataset, cohort));
        });
    }

    /** The same, where the manifest has been read already. */
    public ImageAttributes together(Dataset dataset, ManifestAttributes manifest) {
        return manifest.attributes().and(ImageAttributes.ofFiles(images.metadata(dataset.id())));
    }

    /** What manifest or label table say beside patient and label, and how many rows they have; nothing where the layout has neither. */
    public ManifestAttributes manifest(Dataset dataset, Cohort cohort) {
        Digest digest = dataset.manifestDigest();
        String name = dataset.manifestName();
        if (digest == null || name == null) {
            return NOTHING;
        }
        if (dataset.description().layout() instanceof DatasetLayout.Dicom dicom) {
            return ManifestAttributes.of(
                    dicom.resolvable(),
                    dataset.description().task(),
                    cohort.images(),
                    images.metadata(dataset.id()),
                    stored(name, digest));
        }
        if (!(dataset.description().layout() instanceof DatasetLayout.Manifest manifest)) {
            return NOTHING;
        }
        return ManifestAttributes.of(manifest.columns().resolvable(), cohort.images(), stored(name, digest));
    }

    private UploadedManifest stored(String name, Digest digest) {
        try {
            return new UploadedManifest(name, ManifestBytes.of(artifacts.read(new ArtifactKey(digest))));
        } catch (MissingArtifactException e) {
            throw DamagedFileException.of("the stored manifest " + digest, e);
        } catch (CorruptArtifactException e) {
            throw DamagedFileException.of("the stored manifest " + digest, e);
        } catch (UncheckedIOException e) {
            throw new InfrastructureException("the stored manifest " + digest + " cannot be read", e);
        }
    }
}
