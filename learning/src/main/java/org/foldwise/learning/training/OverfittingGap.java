package org.foldwise.learning.training;

import java.util.List;

/**
 * How far the validation loss of an epoch lies above the training loss, and for how long the two have been going apart: the
 * network goes on learning its training images, and nothing that holds for others.
 *
 * @param gap validation loss minus training loss; the latter is measured with dropout and augmentation, so a gap below 0 is
 *     usual in the beginning
 * @param epochsApart epochs in a row, this one last, whose training loss is the lowest so far while the validation loss is above
 *     its lowest
 */
public record OverfittingGap(double gap, int epochsApart) {
    private static final int EPOCHS_THAT_TELL = 2;

    /** Whether the network overfits: one epoch apart is what noise does in any training, a second one in a row is told of. */
    public boolean isOpen() {
        return epochsApart >= EPOCHS_THAT_TELL;
    }

    /**
     * The gap after one more epoch.
     *
     * @param earlier all epochs before it, in order
     */
    static OverfittingGap after(List<EpochSummary> earlier, double trainLoss, double validationLoss) {
        boolean learns = earlier.stream().allMatch(epoch -> trainLoss < epoch.trainLoss());
        boolean generalizes = earlier.stream().allMatch(epoch -> validationLoss <= epoch.validationLoss());
        int before = earlier.isEmpty()
                ? 0
                : earlier.get(earlier.size() - 1).overfitting().epochsApart();
        return new OverfittingGap(validationLoss - trainLoss, learns && !generalizes ? before + 1 : 0);
    }
}
