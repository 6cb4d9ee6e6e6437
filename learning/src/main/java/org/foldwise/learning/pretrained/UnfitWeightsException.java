package org.foldwise.learning.pretrained;

import org.foldwise.learning.experiment.BackboneName;

/** Published weights that are not those of the network's backbone. */
public final class UnfitWeightsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient WeightsFit fit;

    UnfitWeightsException(BackboneName backbone, WeightsFit fit) {
        super("the weights do not fit " + backbone + ": " + fit.differences());
        this.fit = fit;
    }

    /** All differences. */
    public WeightsFit fit() {
        return fit;
    }
}
