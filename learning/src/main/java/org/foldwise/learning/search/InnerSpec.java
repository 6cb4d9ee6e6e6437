package org.foldwise.learning.search;

import org.foldwise.learning.split.SplitSpec;

/**
 * The inner cross-validation by which candidates are compared, over the patients whom an outer fold learns from.
 *
 * @param folds 2 to 10; each of those patients is held out in exactly one of them
 * @param validation share of an inner fold's remaining patients that early stopping looks at, at most 0.5
 */
public record InnerSpec(int folds, double validation) {
    /** What an inner cross-validation is where its author says nothing. */
    public static final InnerSpec DEFAULT = new InnerSpec(3, 0.2);

    public InnerSpec {
        if (folds < 2 || folds > 10) {
            throw new IllegalArgumentException("folds must be 2 to 10, was " + folds);
        }
        SplitSpec.requireValidation(validation);
    }

    /** How the patients are split; the test subset is locked away by the outer split already. */
    public SplitSpec.KFold split() {
        return new SplitSpec.KFold(folds, 0, validation);
    }
}
