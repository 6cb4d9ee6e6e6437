package org.foldwise.api.upload;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
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
    private static final String PORTION_REFUSED =
            "Nothing of this portion was stored; earlier ones stay. Mend or remove what is at fault.";
    private static final Comparator<SourceFile> BY_NAME =
            Comparator.comparing(SourceFile::name, EntryName.BY_CODE_POINT);

    private final SourceReading reading;
    private final ImageIntake intake;
    private final ArtifactStore artifacts;
    private final UploadedImages uploadedImages;
    private final UploadAcceptance acceptance;
    private final ManifestReceiver manifests;
    private final ReturningImages returning;
    private final TransactionTemplate transaction;
    private final Semaphore places;

    SourceImport(
            SourceReading reading,
            ImageIntake intake,
            ArtifactStore artifacts,
            UploadedImages uploadedImages,
            UploadAcceptance acceptance,
            ManifestReceiver manifests,
            ReturningImages returning,
            TransactionTemplate transaction,
            UploadProperties properties) {
        this.reading = reading;
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
     * @param folder of the source, with slashes and without a defect; empty for the whole source
     * @param atMost so many images
     * @throws RefusedException with every defect: of names, kinds and sizes of the whole folder, of contents of the portion; or if the
     *     folder is not there, or the source cannot be read at the moment
     */
    Progress take(UUID dataset, Source source, String folder, int atMost) throws IOException {
        if (!places.tryAcquire()) {
            throw new RefusedException(ProblemType.UNAVAILABLE, "Enough sources are being read already.");
        }
        try {
            Defects defects = new Defects();
            Listed listed = list(dataset, source.place(), folder, atMost, defects);
            store(dataset, source, folder, listed, defects);
            return new Progress(
                    listed.portion().size(),
                    listed.present(),
                    listed.missing() - listed.portion().size());
        } finally {
            places.release();
        }
    }

    /**
     * What of a folder is in order by names, kinds and sizes.
     *
     * @param portion the first of the images that the dataset lacks, in the order of their names
     * @param missing how many it lacks
     * @param present how many it has
     */
    private record Listed(List<SourceFile> portion, int missing, int present, @Nullable SourceFile manifest) {}

    private Listed list(UUID dataset, SourcePlace place, String folder, int atMost, Defects defects)
            throws IOException {
        ArchiveWalk walk = ArchiveWalk.ofFolder(ArchiveLimits.DEFAULT, defects);
        Map<String, EntryName> taken = takenNames(dataset);
        boolean wantsManifest = manifests.wantsManifest(dataset);
        Sorting sorting = new Sorting(taken, wantsManifest, manifests.demands(dataset), atMost, defects);
        place.list(folder, walk, sorting::add);
        walk.finish();
        if (!wantsManifest) {
            walk.folders().emptyBut(taken.values()).forEach(empty -> defects.add(empty, ArchiveUpload.EMPTY_CLASS));
        }
        return sorting.listed();
    }

    /** Tells the files of a folder apart, and keeps no more of those that are missing than the next portion has. */
    private static final class Sorting {
        private final Map<String, EntryName> taken;
        private final boolean wantsManifest;
        private final ImageDemands demands;
        private final int atMost;
        private final Defects defects;
        private final PriorityQueue<SourceFile> lastFirst = new PriorityQueue<>(BY_NAME.reversed());
        private int missing;
        private int present;
        private @Nullable SourceFile manifest;

        Sorting(
                Map<String, EntryName> taken,
                boolean wantsManifest,
                ImageDemands demands,
                int atMost,
                Defects defects) {
            this.taken = taken;
            this.wantsManifest = wantsManifest;
            this.demands = demands;
            this.atMost = atMost;
            this.defects = defects;
        }

        void add(SourceFile file) {
            EntryName name = file.name();
            EntryName other = taken.get(name.collisionKey());
            if (wantsManifest && name.isManifest()) {
                if (manifest != null) {
                    defects.add(name, "is a second manifest; a folder has one CSV file at most");
                }
                manifest = file;
            } else if (!demands.allow(name)) {
                defects.add(name, ArchiveUpload.NO_IMAGE_BY_NAME);
            } else if (name.equals(other)) {
                present++;
            } else if (other != null) {
                defects.add(name, "the dataset has an image whose name differs in case or Unicode form only");
            } else if (file.size() == 0) {
                defects.add(name, "is empty");
            } else {
                missing++;
                lastFirst.add(file);
                if (lastFirst.size() > atMost) {
                    lastFirst.remove();
                }
            }
        }

        Listed listed() {
            return new Listed(lastFirst.stream().sorted(BY_NAME).toList(), missing, present, manifest);
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

    /**
     * Looks at what the files of a portion hold, and stores them if nothing is wrong with them, nor was with names of the folder: what is
     * wrong with some of them hides nothing of the others.
     */
    private void store(UUID dataset, Source source, String folder, Listed listed, Defects defects) throws IOException {
        ImageIntake.Passed passed = new ImageIntake.Passed();
        ImageDemands demands = manifests.demands(dataset);
        SourceFile manifest = listed.manifest();
        try (ArtifactBatch batch = artifacts.batch();
                BoundedWork checks = intake.newWork()) {
            byte[] rows = manifest == null ? null : readManifest(source.place(), folder, manifest, defects);
            BiConsumer<SourceFile, byte[]> check = (file, content) -> {
                try {
                    passed.add(intake.check(file.name(), content, demands));
                    if (defects.areNone()) {
                        batch.add(intake.kept(content));
                    }
                } catch (UnreadableImageException e) {
                    defects.add(file.name(), e.defect().code() + ": " + e.getMessage());
                }
            };
            reading.readAll(source.place(), folder, listed.portion(), checks, check, defects);
            List<UploadedImage> images = passed.inOrder();
            returning.report(dataset, images, defects);
            defects.refuseIfAny(ProblemType.SOURCE_REFUSED, PORTION_REFUSED);
            ArtifactKey table = rows == null ? null : batch.add(manifests.kept(dataset, rows));
            if (images.isEmpty() && table == null) {
                return;
            }
            transaction.executeWithoutResult(status -> {
                if (!images.isEmpty()) {
                    accept(dataset, source.name() + (folder.isEmpty() ? "" : "/" + folder), images);
                }
                if (manifest != null && table != null) {
                    manifests.receive(dataset, manifest.name().value(), table.digest());
                }
                batch.commit();
            });
        }
    }

    private static byte @Nullable [] readManifest(
            SourcePlace place, String folder, SourceFile manifest, Defects defects) throws IOException {
        try {
            return place.read(folder, manifest);
        } catch (UnfitFileException e) {
            defects.add(manifest.name(), e.defect());
            return null;
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
}
