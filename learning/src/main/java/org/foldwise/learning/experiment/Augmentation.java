package org.foldwise.learning.experiment;

/** A random change of training images. Validation, held-out and test images are never augmented. */
public sealed interface Augmentation {

    /**
     * Rotation about the centre by an angle drawn uniformly from [-degrees, degrees], nearest neighbour, corners black.
     *
     * @param degrees in (0, 45]
     */
    record Rotation(double degrees) implements Augmentation {
        public Rotation {
            if (!(degrees > 0 && degrees <= 45)) {
                throw new IllegalArgumentException("augmentation.degrees must be in (0, 45], was " + degrees);
            }
        }
    }
}
