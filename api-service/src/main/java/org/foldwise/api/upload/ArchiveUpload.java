package org.foldwise.api.upload;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.upload.Scratch.ScratchFile;
import org.foldwise.learning.imaging.UnreadableImageException;
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
 * Receives an archive in three steps: its bytes go to a scratch file; everything in it is looked at; then, only if nothing is wrong,
 * it is read once more and stored, images and rows together. So a refusal or a failure, however late, has nothing to take back.
 */
@Component
class ArchiveUpload {
    static final String NO_IMAGE_BY_NAME = "is not a PNG, JPEG, TIFF, WebP, DICOM or NIfTI image by its name";

    static final String EMPTY_CLASS =
            "is a class folder without images; put the class's images in, or leave the folder out";

    private final Scratch scratch;
    private final ImageIntake intake;
    private final ArtifactStore artifacts;
    private final UploadedImages uploadedImages;
    private final UploadAcceptance acceptance;
    private final ManifestReceiver manifests;
    private final ReturningImages returning;
    private final TransactionTemplate transaction;
    private final Semaphore places;

    ArchiveUpload(
            Scratch scratch,
            ImageIntake intake,
            ArtifactStore artifacts,
            UploadedImages uploadedImages,
            UploadAcceptance acceptance,
            ManifestReceiver manifests,
            ReturningImages returning,
            TransactionTemplate transaction,
            UploadProperties properties) {
        this.scratch = scratch;
        this.intake = intake;
        this.artifacts = artifacts;
        this.uploadedImages = uploadedImages;
        this.acceptance = acceptance;
        this.manifests = manifests;
        this.returning = returning;
        this.transaction = transaction;
        this.places = new Semaphore(properties.concurrentArchives());
    }

    /**
     * Takes an archive into a draft dataset, whole or not at all.
     *
     * @param contentDigest the header that claims the body's digest, where there is one
     * @throws RefusedException with every defect of the archive
     * @throws IOException if the body ends early or the scratch file cannot be written
     */
    Upload receive(UUID dataset, ArchiveFormat format, InputStream body, @Nullable String contentDigest)
            throws IOException {
        if (!places.tryAcquire()) {
            throw new RefusedException(ProblemType.UNAVAILABLE, "Enough archives are being received already.");
        }
        try (ScratchFile file = scratch.receive(body)) {
            ContentDigest.requireMatch(contentDigest, file.digest());
            Inspected inspected = inspect(dataset, format, file);
            return store(dataset, format, file, inspected);
        } finally {
            places.release();
        }
    }

    /** What a faultless archive holds. */
    private record Inspected(List<UploadedImage> images, Optional<EntryName> manifest) {}

    private Inspected inspect(UUID dataset, ArchiveFormat format, ScratchFile file) throws IOException {
        Defects defects = new Defects();
        Map<String, EntryName> taken = takenNames(dataset);
        boolean wantsManifest = manifests.wantsManifest(dataset);
        ImageDemands demands = manifests.demands(dataset);
        ImageIntake.Passed passed = new ImageIntake.Passed();
        ManifestEntry manifest = new ManifestEntry();
        ArchiveWalk walk = new ArchiveWalk(ArchiveLimits.DEFAULT, defects);
        try (BoundedWork checks = intake.newWork()) {
            format.read(file, walk, (name, content) -> {
                if (wantsManifest && name.isManifest()) {
                    manifest.found(name, defects);
                } else if (!demands.allow(name)) {
                    defects.add(name, NO_IMAGE_BY_NAME);
                } else if (taken.containsKey(name.collisionKey())) {
                    defects.add(name, "the dataset has an image of that name already");
                } else {
                    checks.submit(() -> check(name, content, demands, passed, defects));
                }
            });
            checks.await();
        }
        if (!wantsManifest) {
            walk.folders().emptyBut(taken.values()).forEach(folder -> defects.add(folder, EMPTY_CLASS));
        }
        List<UploadedImage> images = passed.inOrder();
        returning.report(dataset, images, defects);
        defects.refuseIfAny();
        if (images.isEmpty() && manifest.name == null) {
            throw new RefusedException(ProblemType.ARCHIVE_REFUSED, "The archive holds no images.");
        }
        return new Inspected(images, Optional.ofNullable(manifest.name));
    }

    private void check(
            EntryName name, byte[] content, ImageDemands demands, ImageIntake.Passed passed, Defects defects) {
        try {
            passed.add(intake.check(name, content, demands));
        } catch (UnreadableImageException e) {
            defects.add(name, e.defect().code() + ": " + e.getMessage());
        }
    }

    private Upload store(UUID dataset, ArchiveFormat format, ScratchFile file, Inspected inspected) throws IOException {
        ManifestKey manifest = new ManifestKey();
        try (ArtifactBatch batch = artifacts.batch();
                BoundedWork writes = intake.newWork()) {
            format.read(file, new ArchiveWalk(ArchiveLimits.DEFAULT, new Defects()), (name, content) -> {
                if (inspected.manifest().filter(name::equals).isPresent()) {
                    manifest.key = batch.add(manifests.kept(dataset, content));
                } else {
                    writes.submit(() -> batch.add(intake.kept(content)));
                }
            });
            writes.await();
            return transaction.execute(status -> {
                Upload upload = acceptance.accept(
                        dataset, format.fileName(), format.mediaType(), file.size(), file.digest(), inspected.images());
                if (manifest.key != null) {
                    manifests.receive(
                            dataset, inspected.manifest().orElseThrow().value(), manifest.key.digest());
                }
                // the last thing before the rows can be seen, so that rows which are refused leave no artifacts
                batch.commit();
                return upload;
            });
        }
    }

    private Map<String, EntryName> takenNames(UUID dataset) {
        Map<String, EntryName> taken = new HashMap<>();
        for (UploadedImage image : uploadedImages.ofDataset(dataset)) {
            EntryName name = new EntryName(image.name());
            taken.put(name.collisionKey(), name);
        }
        return taken;
    }

    /** The one manifest of an archive. */
    private static final class ManifestEntry {
        private @Nullable EntryName name;

        void found(EntryName found, Defects defects) {
            if (name == null) {
                name = found;
            } else {
                defects.add(found, "is a second manifest; an archive has one CSV file at most");
            }
        }
    }

    private static final class ManifestKey {
        private @Nullable ArtifactKey key;
    }
}
