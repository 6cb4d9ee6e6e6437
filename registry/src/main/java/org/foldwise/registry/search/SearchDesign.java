package org.foldwise.registry.search;

import java.util.List;
import org.foldwise.learning.search.InnerSpec;
import org.foldwise.learning.search.Rung;
import org.foldwise.learning.search.SearchBudget;

/**
 * A search as it is launched.
 *
 * @param spec a JSON document: the search as it was asked for
 * @param candidates numbered 0, 1, ...; as many as the first rung has
 * @param rungs numbered 0, 1, ...
 * @param inner the inner cross-validation
 * @param seed of the inner folds
 */
public record SearchDesign(
        String spec, List<SearchCandidate> candidates, List<Rung> rungs, InnerSpec inner, long seed) {
    public SearchDesign {
        candidates = List.copyOf(candidates);
        rungs = List.copyOf(rungs);
        if (rungs.isEmpty() || rungs.get(0).candidates() != candidates.size()) {
            throw new IllegalArgumentException("the first rung must have all " + candidates.size() + " candidates");
        }
    }

    /** How many runs it is over so many outer folds. */
    public SearchBudget budget(int outerFolds) {
        return SearchBudget.of(outerFolds, inner, rungs);
    }
}
