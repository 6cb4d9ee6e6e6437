package org.foldwise.learning.experiment;

import java.util.regex.Pattern;

/**
 * What the backbone's weights are before the first step.
 *
 * @param weights name of a set of weights, as its publisher or whoever imported it calls it, such as
 *     {@code ResNet18_Weights.IMAGENET1K_V1}; {@code none} for weights that are drawn
 */
public record PretrainedSpec(String weights) {
    /** The name of no set. */
    private static final String NO_WEIGHTS = "none";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    /** A training from scratch. */
    public static final PretrainedSpec NONE = new PretrainedSpec(NO_WEIGHTS);

    public PretrainedSpec {
        if (!NAME.matcher(weights).matches()) {
            throw new IllegalArgumentException(
                    "pretrained.weights must be 1 to 100 letters, digits, dots, dashes and underscores that begin with a"
                            + " letter or digit, was '" + weights + "'");
        }
    }

    /** Whether the training begins with weights that are drawn. */
    public boolean namesNone() {
        return weights.equals(NO_WEIGHTS);
    }
}
