package org.foldwise.learning.split;

import java.util.List;

/** A split that the cohort has too few patients for. Tells all reasons at once, each with what would be feasible. */
public final class InfeasibleSplitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> reasons;

    /**
     * Refuses a split.
     *
     * @param reasons why, at least one; sentences that name no patient
     */
    public InfeasibleSplitException(List<String> reasons) {
        super("the split is not feasible: " + String.join("; ", reasons));
        if (reasons.isEmpty()) {
            throw new IllegalArgumentException("an infeasible split has a reason");
        }
        this.reasons = List.copyOf(reasons);
    }

    /** Why the split is not feasible. */
    public List<String> reasons() {
        return reasons;
    }
}
