package org.foldwise.api.upload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;

/** What is wrong with an archive, entry by entry. Several threads may report at once. */
final class Defects {
    private static final int KEPT = 1000;

    private final List<Mistake> first = new ArrayList<>();
    private int count;

    synchronized void add(EntryName entry, String detail) {
        count++;
        if (first.size() < KEPT) {
            first.add(new Mistake(entry.pointer(), detail));
        }
    }

    /**
     * Ends the upload if anything was reported.
     *
     * @throws RefusedException with the first defects, in the order of the entries' names, and their number
     */
    void refuseIfAny() {
        refuseIfAny(ProblemType.ARCHIVE_REFUSED, "Nothing of the archive was stored.");
    }

    /** The same as a problem of that type, with a sentence about what became of the files. */
    synchronized void refuseIfAny(ProblemType type, String outcome) {
        if (count > 0) {
            throw refusal(type, outcome);
        }
    }

    /** Whether nothing was reported yet. */
    synchronized boolean areNone() {
        return count == 0;
    }

    private RefusedException refusal(ProblemType type, String outcome) {
        first.sort(Comparator.comparing(Mistake::pointer));
        return new RefusedException(type, outcome + " Defects: " + count + ".", first, count);
    }
}
