package org.foldwise.learning.training;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.ClassBalance;
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

    List<ImageRecord> records() {
        return images.records();
    }

    boolean isPositive(ImageRecord image) {
        return images.isPositive(image);
    }

    ClassBalance balance() {
        return images.balance();
    }

    /**
     * The images as the network sees them in that epoch, asked for in the order of the epoch, by one thread: an image that is shown
     * several times is changed anew each time.
     */
    Function<ImageRecord, PixelImage> inEpoch(int epochIndex) {
        Map<String, Integer> shown = new HashMap<>();
        return image -> augmented(image, epochIndex, shown.merge(image.name(), 1, Integer::sum) - 1);
    }

    /** The image as that epoch shows it for the first time, 0, or once more, 1, ... */
    PixelImage augmented(ImageRecord image, int epochIndex, int repetition) {
        PixelImage pixels = images.pixelsOf(image);
        for (int step = 0; step < augmentation.size(); step++) {
            SplittableRandom random = RandomStreams.of(
                    seed,
                    "augmentation",
                    Integer.toString(step),
                    Integer.toString(epochIndex),
                    repetition == 0 ? image.name() : image.name() + "\t" + repetition);
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
