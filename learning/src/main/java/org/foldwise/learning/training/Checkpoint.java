package org.foldwise.learning.training;

import java.util.List;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.network.PathChoice;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Environment;
import org.jspecify.annotations.Nullable;

/**
 * A training between two epochs. Going on from it yields the weights of the uninterrupted training, bit for bit, on the same
 * machine with the same number of threads. Where it goes on elsewhere, its environments say so ever after.
 *
 * @param task names the plan, cohort and fold it belongs to
 * @param backbone names the backbone of a training that leaves it as it is; all weights here are then of the head alone. Absent
 *     where they are of the whole network
 * @param weights as they are now
 * @param average the averaged weights, where the plan asks for them
 * @param optimizer the optimizer's memory
 * @param schedule where the learning rate stands
 * @param stopping where early stopping stands
 * @param best the weights of the best epoch
 * @param bestEpochIndex that epoch
 * @param history all epochs so far, in order
 * @param precision what products are computed in, which a training never changes on its way
 * @param path by what it is computed, which a training never changes on its way either
 * @param environments where the epochs so far were computed, in order, without repeating one that went on; 1 or more
 * @param lossScale what the loss is scaled with; absent unless products are computed in float16
 */
public record Checkpoint(
        Digest task,
        @Nullable Digest backbone,
        Weights weights,
        @Nullable Weights average,
        OptimizerState optimizer,
        ScheduleState schedule,
        StoppingState stopping,
        Weights best,
        int bestEpochIndex,
        List<EpochSummary> history,
        PrecisionChoice precision,
        PathChoice path,
        List<Environment> environments,
        @Nullable LossScale lossScale) {
    public Checkpoint {
        history = List.copyOf(history);
        environments = List.copyOf(environments);
        if (environments.isEmpty()) {
            throw new IllegalArgumentException("a checkpoint says where its epochs were computed");
        }
        for (int i = 0; i < history.size(); i++) {
            if (history.get(i).epochIndex() != i) {
                throw new IllegalArgumentException("the history must hold epochs 0, 1, ..., had "
                        + history.get(i).epochIndex() + " at " + i);
            }
        }
        if ((lossScale != null) != (precision.taken() == Precision.FLOAT16)) {
            throw new IllegalArgumentException(
                    "a loss is scaled in float16 and in nothing else, was " + precision.taken() + " with " + lossScale);
        }
        if (bestEpochIndex < 0 || bestEpochIndex >= history.size()) {
            throw new IllegalArgumentException(
                    "the best epoch must be one of " + history.size() + ", was " + bestEpochIndex);
        }
    }

    /** Whether the last epoch is the best one, whose weights need not be kept twice. */
    boolean isBest() {
        return bestEpochIndex == history.size() - 1;
    }

    /** The weights that the last epoch was validated with. */
    Weights evaluated() {
        return average == null ? weights : average;
    }
}
