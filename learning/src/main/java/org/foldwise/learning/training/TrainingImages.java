package org.foldwise.learning.training;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.network.RandomStreams;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;

/** The images of a fold's training patients. Only these can be augmented; {@link ValidationImages} do not know how. */
final class TrainingImages {
    private final RoleImages images;
    private final List<Augmentation> augmentation;
    private final long seed;

    TrainingImages(ExperimentPlan plan, Cohort cohort, Fold fold, PreprocessedImages source) {
        this.images = new RoleImages(cohort, fold, Role.TRAIN, source);
        this.augmentation = plan.augmentation();
        this.seed = plan.seed();
        if (images.records().size() < 2) {
            throw new IllegalArgumentException("fold " + fold.index() + " has "
                    + images.records().size() + " training images, a training needs 2 or more");
        }
    }

    private TrainingImages(RoleImages images, List<Augmentation> augmentation, long seed) {
        this.images = images;
        this.augmentation = augmentation;
        this.seed = seed;
    }

    /** The same images, of which features can be had as well. */
    TrainingImages with(BackboneFeatures features) {
        return new TrainingImages(images.with(features), augmentation, seed);
    }

    /** What the frozen backbone makes of the image as it is. */
    FloatBuffer featuresOf(ImageRecord image) {
        return images.featuresOf(image);
    }

    List<ImageRecord> records() {
        return images.records();
    }

    boolean isPositive(ImageRecord image) {
        return images.isPositive(image);
    }

    /** Negatives divided by positives, so that both classes weigh the same. */
    double balancedPositiveWeight() {
        long positives = records().stream().filter(this::isPositive).count();
        if (positives == 0 || positives == records().size()) {
            throw new IllegalArgumentException("a balanced loss needs training images of both classes, had " + positives
                    + " positive ones of " + records().size());
        }
        return (double) (records().size() - positives) / positives;
    }

    /** The image as the network sees it in that epoch. */
    PixelImage augmented(ImageRecord image, int epochIndex) {
        PixelImage pixels = images.pixelsOf(image);
        for (int step = 0; step < augmentation.size(); step++) {
            SplittableRandom random = RandomStreams.of(
                    seed, "augmentation", Integer.toString(step), Integer.toString(epochIndex), image.name());
            pixels = augment(pixels, augmentation.get(step), random);
        }
        return pixels;
    }

    private static PixelImage augment(PixelImage pixels, Augmentation augmentation, SplittableRandom random) {
        if (augmentation instanceof Augmentation.Rotation rotation) {
            return pixels.rotated(rotation.degrees() * (2 * random.nextDouble() - 1));
        }
        throw new IllegalArgumentException("no way is known to apply " + augmentation);
    }
}
