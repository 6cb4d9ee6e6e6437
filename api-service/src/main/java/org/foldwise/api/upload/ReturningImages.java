package org.foldwise.api.upload;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.upload.UploadedImage;
import org.foldwise.registry.withdrawal.Withdrawals;
import org.springframework.stereotype.Component;

/**
 * Knows images again that were withdrawn from a project, so that an archive from before does not bring them back. What a withdrawal
 * overtakes on its way in, freezing refuses.
 */
@Component
class ReturningImages {
    static final String DEFECT =
            "is, byte for byte, of a patient who was withdrawn from the project; leave out whatever is theirs";

    private final Withdrawals withdrawals;

    ReturningImages(Withdrawals withdrawals) {
        this.withdrawals = withdrawals;
    }

    /** Those of the images that were withdrawn from the project of a dataset. */
    List<UploadedImage> among(UUID dataset, List<UploadedImage> images) {
        Set<Digest> withdrawn = withdrawals.withdrawnFrom(
                dataset, images.stream().map(UploadedImage::content).toList());
        return images.stream()
                .filter(image -> withdrawn.contains(image.content()))
                .toList();
    }

    /** Reports each of them as a defect. */
    void report(UUID dataset, List<UploadedImage> images, Defects defects) {
        among(dataset, images).forEach(image -> defects.add(new EntryName(image.name()), DEFECT));
    }
}
