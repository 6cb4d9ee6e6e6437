package org.foldwise.api.caching;

import java.util.Arrays;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * The version of a row as an entity tag.
 *
 * @param value counts the row's changes
 */
public record RowVersion(long value) {
    private static final String ANY = "*";

    /** The header {@code ETag}. */
    public String tag() {
        return "\"" + value + "\"";
    }

    /**
     * Makes sure that the client has seen this version before it changes the row.
     *
     * @param ifMatch the header {@code If-Match}
     * @throws RefusedException if the header is missing, or names other versions
     */
    public void requireSeen(@Nullable String ifMatch) {
        if (ifMatch == null) {
            throw new RefusedException(
                    ProblemType.PRECONDITION_REQUIRED, "Read the resource and send its ETag as If-Match.");
        }
        boolean seen = Arrays.stream(ifMatch.split(",", -1))
                .map(String::strip)
                .anyMatch(candidate -> candidate.equals(ANY) || candidate.equals(tag()));
        if (!seen) {
            throw new RefusedException(ProblemType.STALE_VERSION, "The resource is now at " + tag() + ".");
        }
    }
}
