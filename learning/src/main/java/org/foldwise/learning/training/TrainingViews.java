package org.foldwise.learning.training;

import java.util.List;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.split.Fold;

/**
 * The training images of a fold as the epochs of a plan would show them, for whoever looks at augmentations. Nothing is trained, and
 * images of other roles are refused.
 */
public final class TrainingViews {
    private final TrainingImages images;

    private TrainingViews(TrainingImages images) {
        this.images = images;
    }

    /**
     * The views of a fold's training images, all augmentations of the plan one after the other.
     *
     * @param cohort that {@code fold} divides
     * @param source pixels preprocessed by {@code plan.image().pixels()}; only those that are asked for are read
     * @throws IllegalArgumentException if the fold has fewer than 2 training images
     */
    public static TrainingViews of(ExperimentPlan plan, Cohort cohort, Fold fold, PreprocessedImages source) {
        return new TrainingViews(new TrainingImages(plan, cohort, fold, source));
    }

    /**
     * The views by some of the augmentations, which draw what they draw among the others.
     *
     * @param steps their indices in the plan
     */
    public TrainingViews by(List<Integer> steps) {
        return new TrainingViews(images.by(steps));
    }

    /**
     * The views where every augmentation here is carried out, whatever its probability. Views in which the probability has it carried
     * out anyway are the same.
     */
    public TrainingViews always() {
        return new TrainingViews(images.always());
    }

    /** Whether any augmentation here may change that image: some are for the classes with fewer images only. */
    public boolean concern(ImageRecord image) {
        return images.concern(image);
    }

    /**
     * An image as that epoch shows it for the first time.
     *
     * @param epochIndex 0, 1, ...
     * @throws IllegalArgumentException if it is an image of another role
     */
    public PixelImage view(ImageRecord image, int epochIndex) {
        return images.augmented(image, epochIndex, 0);
    }
}
