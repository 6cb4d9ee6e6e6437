package org.foldwise.learning.training;

import java.nio.FloatBuffer;
import java.util.List;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.ClassBalance;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;

/** The images of a fold's validation patients, as they are. */
final class ValidationImages {
    private final RoleImages images;
    private final List<String> classes;

    ValidationImages(Cohort cohort, Fold fold, PreprocessedImages source) {
        this(new RoleImages(cohort, fold, Role.VALIDATION, source), cohort.classes());
    }

    private ValidationImages(RoleImages images, List<String> classes) {
        this.images = images;
        this.classes = classes;
    }

    /** The same images, of which features can be had as well. */
    ValidationImages with(BackboneFeatures features) {
        return new ValidationImages(images.with(features), classes);
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

    /** Names of the negative and of the positive class. */
    List<String> classes() {
        return classes;
    }

    ClassBalance balance() {
        return images.balance();
    }

    PixelImage pixelsOf(ImageRecord image) {
        return images.pixelsOf(image);
    }
}
