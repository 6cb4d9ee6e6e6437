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
    synchronized void refuseIfAny() {
        if (count > 0) {
            first.sort(Comparator.comparing(Mistake::pointer));
            throw new RefusedException(
                    ProblemType.ARCHIVE_REFUSED,
                    "Nothing of the archive was stored. Defects: " + count + ".",
                    first,
                    count);
        }
    }
}
