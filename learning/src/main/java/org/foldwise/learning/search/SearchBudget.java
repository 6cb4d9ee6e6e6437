package org.foldwise.learning.search;

import java.util.List;

/**
 * How many trainings a nested cross-validation is.
 *
 * @param outerFolds 2 or more
 * @param innerFolds of each outer fold, 2 or more
 * @param trials how many candidates are trained at all rungs together, on each inner fold
 */
public record SearchBudget(int outerFolds, int innerFolds, long trials) {
    /** Most runs of one nested cross-validation. */
    public static final int MAXIMUM_RUNS = 1000;

    /** The budget of those rungs. */
    public static SearchBudget of(int outerFolds, InnerSpec inner, List<Rung> rungs) {
        return new SearchBudget(
                outerFolds,
                inner.folds(),
                rungs.stream().mapToLong(Rung::candidates).sum());
    }

    /** Inner runs of all rungs and one outer run for each outer fold; {@link Long#MAX_VALUE} where that is beyond all numbers. */
    public long runs() {
        return trials > Integer.MAX_VALUE ? Long.MAX_VALUE : outerFolds * (innerFolds * trials + 1);
    }

    /** Whether it may be started. */
    public boolean isAffordable() {
        return runs() <= MAXIMUM_RUNS;
    }
}
