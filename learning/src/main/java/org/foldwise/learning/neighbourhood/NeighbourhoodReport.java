package org.foldwise.learning.neighbourhood;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Among whom the neighbours of cases were looked for, without the cases: sums over many patients.
 *
 * @param models what answered the cases, each for those of its own
 */
public record NeighbourhoodReport(List<Model> models) {
    public NeighbourhoodReport {
        models = List.copyOf(models);
    }

    /**
     * A network, or several whose answers are one.
     *
     * @param runs that trained them, in order
     * @param fold whose training patients these are, -1 for the development fold; absent where several folds answer together
     * @param trainingPatients among whom neighbours were looked for
     * @param trainingImages of these patients
     * @param training how far training patients lie from the nearest other one; absent where there is no other
     * @param unseen how far patients lie from the nearest training patient whom the weights were not fitted to, those of the validation;
     *     absent where there are none
     */
    public record Model(
            List<UUID> runs,
            @Nullable Integer fold,
            int trainingPatients,
            int trainingImages,
            @Nullable TypicalDistances training,
            @Nullable TypicalDistances unseen) {
        public Model {
            runs = List.copyOf(runs);
        }
    }
}
