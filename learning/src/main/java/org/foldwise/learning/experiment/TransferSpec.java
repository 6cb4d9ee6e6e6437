package org.foldwise.learning.experiment;

import java.util.Collections;
import java.util.List;

/**
 * How much of the backbone is trained, when, and how fast. A backbone has {@link BackboneName#STAGES} stages, counted from the
 * image upwards.
 *
 * @param frozenStages the first so many stages get no gradients, 0 to 5; with 5 only the head is trained
 * @param unfreezingEpochs at the beginning of each of these epochs (1, 2, ...; the first epoch is 0) the uppermost stage that is
 *     still frozen is trained from there on; ascending, an epoch may stand there several times
 * @param frozenStatisticsMove whether batch normalisation in frozen stages uses each batch's statistics and lets the running
 *     ones follow, as happens in PyTorch when parameters are frozen and the model is in training mode all the same; if not,
 *     frozen stages compute as they do in a prediction
 * @param stageRates what the learning rate is multiplied by in each of the five stages, each above 0 and at most 10; the head
 *     has 1 (discriminative fine-tuning: Howard and Ruder, 2018, Universal Language Model Fine-tuning)
 */
public record TransferSpec(
        int frozenStages, List<Integer> unfreezingEpochs, boolean frozenStatisticsMove, List<Double> stageRates) {
    private static final List<Double> EQUAL_RATES = Collections.nCopies(BackboneName.STAGES, 1.0);
    private static final int LAST_EPOCH = 1000;

    /** Everything is trained at one rate. */
    public static final TransferSpec TRAIN_ALL = new TransferSpec(0, List.of(), false, EQUAL_RATES);

    /** Only the head is trained; nothing else moves. */
    public static final TransferSpec HEAD_ONLY = new TransferSpec(BackboneName.STAGES, List.of(), false, EQUAL_RATES);

    public TransferSpec {
        unfreezingEpochs = List.copyOf(unfreezingEpochs);
        stageRates = List.copyOf(stageRates);
        if (frozenStages < 0 || frozenStages > BackboneName.STAGES) {
            throw new IllegalArgumentException(
                    "transfer.frozenStages must be 0 to " + BackboneName.STAGES + ", was " + frozenStages);
        }
        int previous = 1;
        for (int epoch : unfreezingEpochs) {
            if (epoch < previous || epoch > LAST_EPOCH) {
                throw new IllegalArgumentException("transfer.unfreezingEpochs must be ascending epochs from 1 to "
                        + LAST_EPOCH + ", were " + unfreezingEpochs);
            }
            previous = epoch;
        }
        if (stageRates.size() != BackboneName.STAGES
                || stageRates.stream().anyMatch(rate -> !(rate > 0 && rate <= 10))) {
            throw new IllegalArgumentException("transfer.stageRates must be " + BackboneName.STAGES
                    + " numbers above 0 and at most 10, were " + stageRates);
        }
        if (unfreezingEpochs.size() > frozenStages) {
            throw new IllegalArgumentException("there are " + unfreezingEpochs.size()
                    + " unfreezingEpochs, more than the " + frozenStages + " frozenStages");
        }
    }

    /** The number of stages that are frozen in that epoch, 0, 1, ... */
    public int frozenStagesIn(int epochIndex) {
        long unfrozen =
                unfreezingEpochs.stream().filter(epoch -> epoch <= epochIndex).count();
        return frozenStages - (int) unfrozen;
    }

    /** What the learning rate is multiplied by in that stage; the head's number is {@link BackboneName#STAGES}. */
    public double rateOf(int stage) {
        return stage < BackboneName.STAGES ? stageRates.get(stage) : 1;
    }
}
