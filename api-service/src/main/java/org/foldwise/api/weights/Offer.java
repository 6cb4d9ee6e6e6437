package org.foldwise.api.weights;

import java.util.Objects;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.pretrained.WeightSet;
import org.foldwise.registry.weights.ImportedWeightSet;
import org.jspecify.annotations.Nullable;

/**
 * Weights of a name: published, imported, or both.
 *
 * @param published what the publisher says of them; absent for those of one's own
 * @param imported absent for those that are known and not here
 * @param isInDirectory whether the directory of weights has a file of the published name
 */
record Offer(@Nullable WeightSet published, @Nullable ImportedWeightSet imported, boolean isInDirectory) {
    /** The name by which plans ask for them. */
    String name() {
        return imported == null ? Objects.requireNonNull(published).name() : imported.name();
    }

    /** What the file is called. */
    String fileName() {
        return imported == null ? Objects.requireNonNull(published).fileName() : imported.fileName();
    }

    BackboneName backbone() {
        return imported == null ? Objects.requireNonNull(published).backbone() : imported.backbone();
    }

    /** Of the images that the weights are for; published ones are for colour. */
    int channels() {
        return imported == null ? 3 : imported.channels();
    }

    WeightSetState state() {
        if (imported != null) {
            return WeightSetState.IMPORTED;
        }
        return isInDirectory ? WeightSetState.IN_DIRECTORY : WeightSetState.MISSING;
    }
}
