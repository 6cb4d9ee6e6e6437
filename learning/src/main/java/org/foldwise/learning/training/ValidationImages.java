package org.foldwise.learning.training;

import java.nio.FloatBuffer;
import java.util.List;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;

/** The images of a fold's validation patients, as they are. */
final class ValidationImages {
    private final RoleImages images;

    ValidationImages(Cohort cohort, Fold fold, PreprocessedImages source) {
        this(new RoleImages(cohort, fold, Role.VALIDATION, source));
    }

    private ValidationImages(RoleImages images) {
        this.images = images;
    }

    /** The same images, of which features can be had as well. */
    ValidationImages with(BackboneFeatures features) {
        return new ValidationImages(images.with(features));
    }

    FloatBuffer featuresOf(ImageRecord image) {
        return images.featuresOf(image);
    }

    List<ImageRecord> records() {
        return images.records();
    }

    boolean isPositive(ImageRecord image) {
        return images.isPositive(image);
    }

    boolean hasBothClasses() {
        return records().stream().map(this::isPositive).distinct().count() == 2;
    }

    PixelImage pixelsOf(ImageRecord image) {
        return images.pixelsOf(image);
    }
}
