package org.foldwise.learning.experiment;

import java.util.List;

/**
 * Which stages of the backbone are trained, and from when on. A backbone has {@link BackboneName#STAGES} stages, counted from the
 * image upwards.
 *
 * @param stages the first so many stages get no gradients, 0 to 5; with 5 only the head is trained
 * @param unfreezeAt at the beginning of each of these epochs (1, 2, ...; the first epoch is 0) the uppermost stage that is
 *     still frozen is trained from there on; ascending, an epoch may stand there several times
 * @param statisticsMove whether batch normalisation in frozen stages uses each batch's statistics and lets the running
 *     ones follow, as happens in PyTorch when parameters are frozen and the model is in training mode all the same; if not,
 *     frozen stages compute as they do in a prediction
 */
public record FreezeSpec(int stages, List<Integer> unfreezeAt, boolean statisticsMove) {
    private static final int LAST_EPOCH = 1000;

    /** Everything is trained from the beginning. */
    public static final FreezeSpec NONE = new FreezeSpec(0, List.of(), false);

    /** Only the head is trained; nothing else moves. */
    public static final FreezeSpec BACKBONE = new FreezeSpec(BackboneName.STAGES, List.of(), false);

    public FreezeSpec {
        unfreezeAt = List.copyOf(unfreezeAt);
        if (stages < 0 || stages > BackboneName.STAGES) {
            throw new IllegalArgumentException("freeze.stages must be 0 to " + BackboneName.STAGES + ", was " + stages);
        }
        int previous = 1;
        for (int epoch : unfreezeAt) {
            if (epoch < previous || epoch > LAST_EPOCH) {
                throw new IllegalArgumentException(
                        "freeze.unfreezeAt must be ascending epochs from 1 to " + LAST_EPOCH + ", were " + unfreezeAt);
            }
            previous = epoch;
        }
        if (unfreezeAt.size() > stages) {
            throw new IllegalArgumentException("the epochs of unfreezeAt are " + unfreezeAt.size() + ", more than the "
                    + stages + " stages that are frozen");
        }
    }

    /** Whether the backbone is after the training what it was before, and computes as in a prediction all along. */
    public boolean keepsBackbone() {
        return stages == BackboneName.STAGES && unfreezeAt.isEmpty() && !statisticsMove;
    }

    /** The number of stages that are frozen in that epoch, 0, 1, ... */
    public int stagesIn(int epochIndex) {
        long unfrozen = unfreezeAt.stream().filter(epoch -> epoch <= epochIndex).count();
        return stages - (int) unfrozen;
    }
}
