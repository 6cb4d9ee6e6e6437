package org.foldwise.learning.quality;

import java.util.List;
import org.foldwise.learning.dataset.ImbalanceLevel;

/** What can be done about unequal classes, in the plan of an experiment. */
public enum ImbalanceStrategy {
    /** The loss weighs each class by its rarity; the fewest side effects. */
    WEIGHTED_LOSS,
    /** Rare images are drawn more often. */
    WEIGHTED_SAMPLING,
    /** Every rare image is shown several times an epoch. */
    OVERSAMPLING,
    /** Some frequent images are left out of every epoch. */
    UNDERSAMPLING,
    /** Several models, each trained with other frequent images. */
    BALANCED_SUBSETS,
    /** The loss looks away from what is easy. */
    FOCAL_LOSS;

    /** What fits a level, the first choice first. They are alternatives. */
    static List<ImbalanceStrategy> fitting(ImbalanceLevel level) {
        return switch (level) {
            case MILD -> List.of(WEIGHTED_LOSS);
            case MODERATE -> List.of(WEIGHTED_LOSS, WEIGHTED_SAMPLING, OVERSAMPLING);
            case SEVERE -> List.of(values());
        };
    }
}
