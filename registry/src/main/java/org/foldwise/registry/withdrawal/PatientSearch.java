package org.foldwise.registry.withdrawal;

import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.layout.LayoutResolution;
import org.foldwise.learning.dataset.layout.ManifestBytes;
import org.foldwise.learning.dataset.layout.PatientImages;
import org.foldwise.learning.dataset.layout.UploadedImage;
import org.foldwise.learning.dataset.layout.UploadedManifest;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.StoredDigest;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetDescription;
import org.foldwise.registry.dataset.DatasetLayout;
import org.foldwise.registry.dataset.DatasetState;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.upload.UploadedImages;
import org.foldwise.registry.withdrawal.PatientTraces.Image;
import org.foldwise.registry.withdrawal.PatientTraces.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds what a project has of a patient. In frozen datasets: every patient of one of the keys, and every patient of whom a file says
 * one of the keys. In drafts: every image that the draft's layout, or the image's file, says is of one of the keys, and every image
 * that is byte for byte one of the patient's, whichever dataset or draft of the project says that it is. A draft's manifest that speaks of the patient where it cannot be read is not among the
 * manifests that have a row of the patient: it is the only record of whose the other images are.
 */
@Component
class PatientSearch {
    private static final UUID FIRST = new UUID(0, 0);

    private final JdbcClient database;
    private final Datasets datasets;
    private final UploadedImages uploads;
    private final ArtifactStore artifacts;

    PatientSearch(JdbcClient database, Datasets datasets, UploadedImages uploads, ArtifactStore artifacts) {
        this.database = database;
        this.datasets = datasets;
        this.uploads = uploads;
        this.artifacts = artifacts;
    }

    PatientTraces search(UUID project, Set<PatientId> keys) {
        Map<UUID, Set<String>> patients = PatientTraces.byDataset(people(project, keys));
        List<Image> images = patients.isEmpty() ? List.of() : images(patients);
        Set<Digest> contents = images.stream().map(Image::content).collect(Collectors.toSet());
        Set<PatientId> known = new HashSet<>(keys);
        patients.values().forEach(found -> found.forEach(patient -> known.add(new PatientId(patient))));
        List<Dataset> drafts =
                datasets.findByProjectIdAndIdGreaterThanOrderById(project, FIRST, Limit.unlimited()).stream()
                        .filter(dataset -> dataset.state() == DatasetState.DRAFT)
                        .toList();
        InDrafts found = searchDrafts(drafts, known, contents);
        // what one draft says is the patient's, another may have under other names
        while (contents.addAll(found.contents())) {
            found = searchDrafts(drafts, known, contents);
        }
        return new PatientTraces(patients, images, found.images, found.manifests, found.unread);
    }

    /** What was found in drafts so far. */
    private static final class InDrafts {
        private final List<Image> images = new ArrayList<>();
        private final Set<UUID> manifests = new TreeSet<>();
        private final Set<UUID> unread = new TreeSet<>();

        Set<Digest> contents() {
            return images.stream().map(Image::content).collect(Collectors.toSet());
        }
    }

    private InDrafts searchDrafts(List<Dataset> drafts, Set<PatientId> keys, Set<Digest> contents) {
        InDrafts found = new InDrafts();
        drafts.forEach(draft -> searchDraft(draft, keys, contents, found));
        return found;
    }

    private List<Person> people(UUID project, Set<PatientId> keys) {
        return database.sql(
                        """
                        select distinct i.dataset_id, i.patient
                        from dataset_image i join dataset d on d.id = i.dataset_id
                        where d.project_id = :project
                            and (i.patient = any (cast(:keys as text[])) or i.metadata ->> 'patient' = any (cast(:keys as text[])))
                        """)
                .param("project", project)
                .param("keys", keys.stream().map(PatientId::value).toArray(String[]::new))
                .query((row, number) -> new Person(row.getObject("dataset_id", UUID.class), row.getString("patient")))
                .list();
    }

    private List<Image> images(Map<UUID, Set<String>> patients) {
        List<Image> images = new ArrayList<>();
        patients.forEach((dataset, keys) -> images.addAll(database.sql(
                        """
                        select dataset_id, name, file, digest, metadata ->> 'instance' as instance from dataset_image
                        where dataset_id = ? and patient = any (cast(? as text[]))
                        order by name collate "C"
                        """)
                .param(dataset)
                .param(keys.toArray(String[]::new))
                .query(PatientSearch::image)
                .list()));
        return images;
    }

    private void searchDraft(Dataset draft, Set<PatientId> keys, Set<Digest> contents, InDrafts found) {
        UploadedManifest manifest = manifest(draft);
        List<org.foldwise.registry.upload.UploadedImage> uploaded = uploads.ofDataset(draft.id());
        DatasetDescription description = draft.description();
        PatientImages named = new LayoutResolution(
                        layout(description.layout()),
                        description.task(),
                        description.positiveLabel(),
                        description.patientLabelRule())
                .imagesOf(
                        keys,
                        uploaded.stream()
                                .map(image -> new UploadedImage(
                                        image.name(), image.content(), image.metadata(), image.frames()))
                                .toList(),
                        manifest);
        Set<String> words = keys.stream().map(PatientId::value).collect(Collectors.toCollection(TreeSet::new));
        for (org.foldwise.registry.upload.UploadedImage image : uploaded) {
            String patient = image.metadata() == null ? null : image.metadata().patient();
            if (named.names().contains(image.name())
                    || contents.contains(image.content())
                    || (patient != null && words.contains(patient))) {
                String instance =
                        image.metadata() == null ? null : image.metadata().instance();
                found.images.add(new Image(draft.id(), image.name(), image.name(), image.content(), instance));
                if (instance != null) {
                    words.add(instance);
                }
                if (manifest != null) {
                    words.addAll(manifest.cellsOf(image.name()));
                }
            }
        }
        if (named.isUncertain()) {
            found.unread.add(draft.id());
        } else if (manifest != null
                && (!named.names().isEmpty() || manifest.content().hasCell(words))) {
            found.manifests.add(draft.id());
        }
    }

    private @Nullable UploadedManifest manifest(Dataset draft) {
        Digest digest = draft.manifestDigest();
        String name = draft.manifestName();
        try {
            return digest == null || name == null
                    ? null
                    : new UploadedManifest(name, ManifestBytes.of(artifacts.read(new ArtifactKey(digest))));
        } catch (CorruptArtifactException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static org.foldwise.learning.dataset.layout.DatasetLayout layout(DatasetLayout stored) {
        if (stored instanceof DatasetLayout.ClassFolders folders) {
            return new org.foldwise.learning.dataset.layout.DatasetLayout.ClassFolders(folders.patientIdPattern());
        }
        if (stored instanceof DatasetLayout.Dicom dicom) {
            return dicom.resolvable();
        }
        DatasetLayout.Manifest manifest = (DatasetLayout.Manifest) stored;
        return new org.foldwise.learning.dataset.layout.DatasetLayout.Manifest(
                manifest.columns().resolvable(), manifest.separator(), manifest.emptyLabel());
    }

    private static Image image(ResultSet row, int number) throws SQLException {
        return new Image(
                row.getObject("dataset_id", UUID.class),
                row.getString("name"),
                row.getString("file"),
                StoredDigest.of(row.getString("digest")),
                row.getString("instance"));
    }
}
