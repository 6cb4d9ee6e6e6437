package org.foldwise.learning.network;

import org.foldwise.learning.experiment.BackboneName;

/**
 * What of a backbone a training leaves as it is.
 *
 * @param stages that many stages from the image upwards get no gradients, 0 to {@link BackboneName#STAGES}
 * @param statisticsMove whether those stages take part in the training otherwise: batch normalisation uses each batch's
 *     statistics and the running ones follow, as happens in PyTorch when parameters are frozen and the model is in training
 *     mode all the same. If not, they compute as they do outside a training
 */
public record Freezing(int stages, boolean statisticsMove) {
    /** All of the network is trained. */
    public static final Freezing NOTHING = new Freezing(0, false);

    /** Only the head is trained, and nothing else moves. */
    public static final Freezing BACKBONE = new Freezing(BackboneName.STAGES, false);

    public Freezing {
        if (stages < 0 || stages > BackboneName.STAGES) {
            throw new IllegalArgumentException("stages must be 0 to " + BackboneName.STAGES + ", was " + stages);
        }
    }
}
