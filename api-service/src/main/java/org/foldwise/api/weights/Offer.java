package org.foldwise.api.weights;

import java.util.Objects;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.pretrained.WeightSet;
import org.foldwise.registry.weights.ImportedWeightSet;
import org.jspecify.annotations.Nullable;

/**
 * Weights of a name: known, imported, or both.
 *
 * @param known what their publisher or the operator's description says of them; absent for those of which only a file has come
 * @param imported absent for those that are known and not here
 * @param isInDirectory whether the directory of weights has a file of the known name
 */
record Offer(@Nullable WeightSet known, @Nullable ImportedWeightSet imported, boolean isInDirectory) {
    /** The name by which plans ask for them. */
    String name() {
        return imported == null ? Objects.requireNonNull(known).name() : imported.name();
    }

    /** What the file is called. */
    String fileName() {
        return imported == null ? Objects.requireNonNull(known).fileName() : imported.fileName();
    }

    BackboneName backbone() {
        return imported == null ? Objects.requireNonNull(known).backbone() : imported.backbone();
    }

    /** Of the images that the weights are for; that those of one channel are for grey images shows when their file is read. */
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
