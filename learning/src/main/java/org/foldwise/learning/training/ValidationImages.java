package org.foldwise.learning.training;

import java.nio.FloatBuffer;
import java.util.List;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.LabelCounts;
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

    /** Of each output of a network whether the image is what it tells. */
    boolean[] shown(ImageRecord image) {
        return images.shown(image);
    }

    /** Names of the classes. */
    List<String> classes() {
        return images.classes();
    }

    LabelCounts counts() {
        return images.counts();
    }

    PixelImage pixelsOf(ImageRecord image) {
        return images.pixelsOf(image);
    }
}
