package org.foldwise.api.upload;

import java.util.List;
import java.util.UUID;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.foldwise.registry.artifacts.ArtifactBatch;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.upload.Upload;
import org.foldwise.registry.upload.UploadAcceptance;
import org.foldwise.registry.upload.UploadedImage;
import org.foldwise.registry.upload.UploadedImages;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Receives a single image. */
@Component
class ImageUpload {
    private final ImageIntake intake;
    private final ArtifactStore artifacts;
    private final UploadedImages uploadedImages;
    private final UploadAcceptance acceptance;
    private final ManifestReceiver manifests;
    private final ReturningImages returning;
    private final TransactionTemplate transaction;

    ImageUpload(
            ImageIntake intake,
            ArtifactStore artifacts,
            UploadedImages uploadedImages,
            UploadAcceptance acceptance,
            ManifestReceiver manifests,
            ReturningImages returning,
            TransactionTemplate transaction) {
        this.intake = intake;
        this.artifacts = artifacts;
        this.uploadedImages = uploadedImages;
        this.acceptance = acceptance;
        this.manifests = manifests;
        this.returning = returning;
        this.transaction = transaction;
    }

    /**
     * Takes an image into a draft dataset.
     *
     * @throws RefusedException if its name or its content is not in order
     */
    Upload receive(UUID dataset, EntryName name, byte[] content) {
        name.defect().ifPresent(defect -> {
            throw RefusedException.invalid("/name", defect);
        });
        ImageDemands demands = manifests.demands(dataset);
        if (name.isFolder() || !demands.allow(name)) {
            throw RefusedException.invalid(
                    "/name",
                    "must end with .png, .jpg, .jpeg, .tif, .tiff, .webp, .dcm, .dicom, .ima, .dic, .dc3, .nii or .nii.gz, or, of a"
                            + " DICOM file, with a number; or have no suffix");
        }
        UploadedImage image = check(name, content, demands);
        if (!returning.among(dataset, List.of(image)).isEmpty()) {
            throw new RefusedException(ProblemType.IMAGE_REFUSED, "The file " + ReturningImages.DEFECT + ".");
        }
        if (uploadedImages.isTaken(dataset, name.value())) {
            throw new RefusedException(ProblemType.ALREADY_EXISTS, "The dataset has an image of that name already.");
        }
        try (ArtifactBatch batch = artifacts.batch()) {
            batch.add(intake.kept(content));
            return transaction.execute(status -> {
                Upload upload = acceptance.accept(
                        dataset, name.value(), image.mediaType(), image.sizeBytes(), image.content(), List.of(image));
                batch.commit();
                return upload;
            });
        }
    }

    private UploadedImage check(EntryName name, byte[] content, ImageDemands demands) {
        try {
            return intake.check(name, content, demands);
        } catch (UnreadableImageException e) {
            throw new RefusedException(ProblemType.IMAGE_REFUSED, e.defect().code() + ": " + e.getMessage());
        }
    }
}
