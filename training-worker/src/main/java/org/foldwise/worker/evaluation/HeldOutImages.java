package org.foldwise.worker.evaluation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;

/**
 * What the folds of a cross-validation answered about the patients whom each had held out, whatever plan each was trained by. Predictions of
 * anybody else, such as those of a search's inner folds, are refused, and so is a patient whom two folds had held out: each image counts once.
 */
final class HeldOutImages {
    private final Split split;
    private final List<ScoredImages> folds = new ArrayList<>();
    private final Set<PatientId> judged = new HashSet<>();

    /** @param split on which the folds were trained */
    HeldOutImages(Split split) {
        this.split = split;
    }

    /**
     * Adds what a fold's training answered.
     *
     * @param fold its index
     * @param images of all whom it had held out
     * @throws IllegalArgumentException if they are of others, or of fewer, or of some whom another fold had held out as well
     */
    void add(int fold, ScoredImages images) {
        SortedSet<PatientId> expected = split.fold(fold).patients(Role.HELD_OUT);
        SortedSet<PatientId> scored = new TreeSet<>(images.patients());
        if (!scored.equals(expected)) {
            long others = scored.stream()
                    .filter(patient -> !expected.contains(patient))
                    .count();
            long missing = expected.stream()
                    .filter(patient -> !scored.contains(patient))
                    .count();
            throw new IllegalArgumentException("the predictions of fold " + fold + " must be of the " + expected.size()
                    + " patients whom it held out: they lack " + missing + " of them, and have " + others + " others");
        }
        long again = scored.stream().filter(patient -> !judged.add(patient)).count();
        if (again > 0) {
            throw new IllegalArgumentException(
                    again + " patients whom fold " + fold + " held out were held out in another fold as well");
        }
        folds.add(images);
    }

    /**
     * All of them, in the order in which the folds were added.
     *
     * @throws IllegalArgumentException if they are of different tasks or classes
     * @throws IllegalStateException if no fold was added
     */
    ScoredImages together() {
        if (folds.isEmpty()) {
            throw new IllegalStateException("no fold was added");
        }
        return ScoredImages.together(folds);
    }
}
