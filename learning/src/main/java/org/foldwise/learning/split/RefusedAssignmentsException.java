package org.foldwise.learning.split;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Roles that were given elsewhere make no split that could be trusted. */
public final class RefusedAssignmentsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<GivenSplit.Flaw> flaws;

    RefusedAssignmentsException(List<GivenSplit.Flaw> flaws) {
        super(flaws.stream().map(GivenSplit.Flaw::detail).limit(10).collect(Collectors.joining("; ")));
        this.flaws = flaws.stream()
                .sorted(Comparator.comparingInt(GivenSplit.Flaw::row))
                .toList();
    }

    /** All of them: those of the whole first, then in the order of the rows. */
    public List<GivenSplit.Flaw> flaws() {
        return flaws;
    }
}
