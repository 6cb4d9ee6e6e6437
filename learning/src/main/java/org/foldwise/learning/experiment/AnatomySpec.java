package org.foldwise.learning.experiment;

import java.util.Optional;

/**
 * What about the position of a body part in its images carries meaning. Mirrored images are shown to a network only where it
 * does not: a mirrored chest film has its heart on the right, which is a diagnosis (situs inversus), and a marker that says so.
 *
 * @param laterality left and right, as in chest, abdomen, mammography
 * @param upright top and bottom, as in any patient who was imaged in a standard position
 */
public record AnatomySpec(Relevance laterality, Relevance upright) {
    /** Nothing may be mirrored. */
    public static final AnatomySpec DEFAULT = new AnatomySpec(Relevance.RELEVANT, Relevance.RELEVANT);

    /** Whether something carries meaning. */
    public enum Relevance {
        /** It does. */
        RELEVANT,
        /** It does not. */
        IRRELEVANT
    }

    /**
     * Refuses an augmentation that contradicts what is said here. Turning an image over from top to bottom mirrors it as well
     * (it is a half turn of its mirror image), so that needs both to be irrelevant.
     */
    void requireAllows(Augmentation augmentation) {
        conflict(augmentation).ifPresent(conflict -> {
            throw new IllegalArgumentException(conflict);
        });
    }

    /** Why an augmentation contradicts what is said here, and what to do about it; absent where it does not. */
    public Optional<String> conflict(Augmentation augmentation) {
        if (augmentation instanceof Augmentation.HorizontalFlip && laterality == Relevance.RELEVANT) {
            return Optional.of("a horizontalFlip shows anatomy that no patient has where left and right"
                    + " matter; if they do not in these images, set anatomy.laterality to 'irrelevant', otherwise leave the"
                    + " flip out");
        }
        if (augmentation instanceof Augmentation.VerticalFlip
                && (laterality == Relevance.RELEVANT || upright == Relevance.RELEVANT)) {
            return Optional.of("a verticalFlip turns images upside down and mirrors them; if neither"
                    + " matters in these images, set anatomy.laterality and anatomy.upright to 'irrelevant', otherwise"
                    + " leave the flip out");
        }
        return Optional.empty();
    }
}
