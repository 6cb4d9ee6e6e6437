package org.foldwise.api.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.artifacts.ArtifactBatch;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.upload.Upload;
import org.foldwise.registry.upload.UploadAcceptance;
import org.foldwise.registry.upload.UploadedImage;
import org.foldwise.registry.upload.UploadedImages;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Fills a draft dataset from a folder of a source, a portion of files at a time, each portion whole or not at all. Names that the
 * dataset has already are passed over, so that the same request, repeated, goes on where the last one ended, however that ended.
 */
@Component
class SourceImport {
    private static final String MEDIA_TYPE = "application/x-directory";

    private final ImageIntake intake;
    private final ArtifactStore artifacts;
    private final UploadedImages uploadedImages;
    private final UploadAcceptance acceptance;
    private final ManifestReceiver manifests;
    private final TransactionTemplate transaction;
    private final Semaphore places;

    SourceImport(
            ImageIntake intake,
            ArtifactStore artifacts,
            UploadedImages uploadedImages,
            UploadAcceptance acceptance,
            ManifestReceiver manifests,
            TransactionTemplate transaction,
            UploadProperties properties) {
        this.intake = intake;
        this.artifacts = artifacts;
        this.uploadedImages = uploadedImages;
        this.acceptance = acceptance;
        this.manifests = manifests;
        this.transaction = transaction;
        this.places = new Semaphore(properties.concurrentArchives());
    }

    /**
     * How far an import is.
     *
     * @param taken images of this portion
     * @param present images of the folder that the dataset had already
     * @param left images of the folder that it has not yet
     */
    record Progress(int taken, int present, int left) {}

    /**
     * Takes the next portion of a folder, and its manifest, if the layout has one.
     *
     * @param origin the source's name and the path in it, for people
     * @param atMost so many images
     * @throws RefusedException with every defect: of names, kinds and sizes of the whole folder, of contents of the portion
     */
    Progress take(UUID dataset, Path folder, String origin, int atMost) throws IOException {
        if (!places.tryAcquire()) {
            throw new RefusedException(ProblemType.UNAVAILABLE, "Enough sources are being read already.");
        }
        try {
            Listed listed = list(dataset, folder);
            List<EntryName> portion = listed.missing()
                    .subList(0, Math.min(atMost, listed.missing().size()));
            if (!portion.isEmpty() || listed.manifest() != null) {
                store(dataset, folder, origin, portion, listed.manifest());
            }
            return new Progress(
                    portion.size(), listed.present(), listed.missing().size() - portion.size());
        } finally {
            places.release();
        }
    }

    /** A folder whose names, kinds and sizes are in order. */
    private record Listed(List<EntryName> missing, int present, @Nullable EntryName manifest) {}

    private Listed list(UUID dataset, Path folder) throws IOException {
        Defects defects = new Defects();
        ArchiveWalk walk = new ArchiveWalk(ArchiveLimits.DEFAULT, defects);
        Map<String, EntryName> taken = takenNames(dataset);
        boolean wantsManifest = manifests.wantsManifest(dataset);
        List<EntryName> missing = new ArrayList<>();
        EntryName manifest = null;
        int present = 0;
        for (EntryName name : SourceListing.of(folder, walk)) {
            EntryName other = taken.get(name.collisionKey());
            if (wantsManifest && name.isManifest()) {
                if (manifest != null) {
                    defects.add(name, "is a second manifest; a folder has one CSV file at most");
                }
                manifest = name;
            } else if (!name.mayBeImage()) {
                defects.add(name, "is not a PNG, JPEG, TIFF, WebP, DICOM or NIfTI image by its name");
            } else if (name.equals(other)) {
                present++;
            } else if (other != null) {
                defects.add(name, "the dataset has an image whose name differs in case or Unicode form only");
            } else {
                missing.add(name);
            }
        }
        if (!wantsManifest) {
            walk.folders().emptyBut(taken.values()).forEach(empty -> defects.add(empty, ArchiveUpload.EMPTY_CLASS));
        }
        defects.refuseIfAny(ProblemType.SOURCE_REFUSED, "Nothing of the folder was stored now.");
        return new Listed(missing, present, manifest);
    }

    private Map<String, EntryName> takenNames(UUID dataset) {
        Map<String, EntryName> taken = new HashMap<>();
        for (UploadedImage image : uploadedImages.ofDataset(dataset)) {
            EntryName name = new EntryName(image.name());
            taken.put(name.collisionKey(), name);
        }
        return taken;
    }

    private void store(UUID dataset, Path folder, String origin, List<EntryName> portion, @Nullable EntryName manifest)
            throws IOException {
        Defects defects = new Defects();
        ImageIntake.Passed passed = new ImageIntake.Passed();
        boolean deidentifiedOnly = manifests.takesDeidentifiedOnly(dataset);
        try (ArtifactBatch batch = artifacts.batch();
                BoundedWork work = intake.newWork()) {
            ArtifactKey table = manifest == null ? null : batch.add(manifests.kept(dataset, read(folder, manifest)));
            for (EntryName name : portion) {
                byte[] content = read(folder, name);
                work.submit(() -> {
                    try {
                        passed.add(intake.check(name, content, deidentifiedOnly));
                        batch.add(intake.kept(content));
                    } catch (UnreadableImageException e) {
                        defects.add(name, e.defect().code() + ": " + e.getMessage());
                    }
                });
            }
            work.await();
            defects.refuseIfAny(
                    ProblemType.SOURCE_REFUSED,
                    "Nothing of this portion was stored; earlier ones stay. Mend or remove it.");
            List<UploadedImage> images = passed.inOrder();
            transaction.executeWithoutResult(status -> {
                if (!images.isEmpty()) {
                    accept(dataset, origin, images);
                }
                if (manifest != null && table != null) {
                    manifests.receive(dataset, manifest.value(), table.digest());
                }
                batch.commit();
            });
        }
    }

    private Upload accept(UUID dataset, String origin, List<UploadedImage> images) {
        return acceptance.accept(
                dataset,
                origin,
                MEDIA_TYPE,
                images.stream().mapToLong(UploadedImage::sizeBytes).sum(),
                Digest.ofLines(images.stream()
                        .flatMap(
                                image -> Stream.of(image.name(), image.content().hex()))
                        .toList()),
                images);
    }

    /** The file's bytes, if it still is where it was listed: no link leads elsewhere. */
    private static byte[] read(Path folder, EntryName name) {
        int limit = ArchiveLimits.DEFAULT.maximumEntryBytes();
        Path file = folder.resolve(name.value());
        try {
            if (!file.toRealPath().equals(file)) {
                throw changed(name);
            }
            try (InputStream bytes = Channels.newInputStream(
                    Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)))) {
                byte[] content = bytes.readNBytes(limit + 1);
                if (content.length > limit) {
                    throw changed(name);
                }
                return content;
            }
        } catch (NoSuchFileException e) {
            throw changed(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RefusedException changed(EntryName name) {
        Defects defects = new Defects();
        defects.add(name, "has changed since it was listed; ask again");
        return defects.refusal(ProblemType.SOURCE_REFUSED, "Nothing of this portion was stored.");
    }
}
