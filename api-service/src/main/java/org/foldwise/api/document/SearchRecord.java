package org.foldwise.api.document;

import java.util.List;
import org.foldwise.api.report.SearchOutcomes.Outcome;
import org.foldwise.learning.search.Rung;
import org.foldwise.learning.search.RungSelection.Standing;
import org.foldwise.learning.split.SplitSpec;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of the search of a nested cross-validation that succeeded.
 *
 * @param path its address
 * @param kind {@code grid}, {@code random} or {@code halving}
 * @param seed of the candidates and the inner folds
 * @param inner how the patients of each outer fold were divided to compare candidates
 * @param space what was varied
 * @param candidates by number
 * @param rungs in order
 * @param plannedRuns how many trainings there are if no rung loses candidates before their time
 * @param folds every outer fold, by index
 * @param outcome what was chosen and what that was worth
 */
record SearchRecord(
        String path,
        String kind,
        long seed,
        SplitSpec inner,
        List<Varied> space,
        List<Candidate> candidates,
        List<Rung> rungs,
        int plannedRuns,
        List<Fold> folds,
        Outcome outcome) {
    SearchRecord {
        space = List.copyOf(space);
        candidates = List.copyOf(candidates);
        rungs = List.copyOf(rungs);
        folds = List.copyOf(folds);
    }

    /**
     * A field of the plan that was varied.
     *
     * @param pointer where it stands in the plan
     * @param tried in words: what was listed, or between which ends numbers were drawn
     */
    record Varied(String pointer, String tried) {}

    /**
     * A candidate.
     *
     * @param settings what it has instead of the experiment's plan, in words
     * @param planDigest SHA-256 of its plan
     */
    record Candidate(int number, String settings, String planDigest) {}

    /**
     * An outer fold.
     *
     * @param innerSplit address of the split of the patients whom it learned from
     * @param run address of the outer run of what was chosen; absent where there is none
     * @param standings at each rung, the best first
     */
    record Fold(int number, String innerSplit, @Nullable String run, List<List<Standing>> standings) {
        Fold {
            standings = standings.stream().map(List::copyOf).toList();
        }
    }
}
