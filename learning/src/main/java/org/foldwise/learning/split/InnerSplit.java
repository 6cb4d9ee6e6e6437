package org.foldwise.learning.split;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.PatientId;

/**
 * A split of the patients whom a fold of another split learns from, its train and validation patients: the inner folds of a nested
 * cross-validation. It divides a {@linkplain #cohort cohort of their own}, in which the fold's held-out, test and dropped patients do not
 * occur. So none of them can have a role in it, its digest is bound to that cohort's, and whoever has the outer split and the whole
 * cohort can make both anew.
 */
public final class InnerSplit {
    private InnerSplit() {}

    /** The patients whom a fold learns from. */
    public static SortedSet<PatientId> patients(Fold outer) {
        SortedSet<PatientId> patients = new TreeSet<>(outer.patients(Role.TRAIN));
        patients.addAll(outer.patients(Role.VALIDATION));
        return Collections.unmodifiableSortedSet(patients);
    }

    /**
     * The images of the patients whom a fold learns from.
     *
     * @throws InfeasibleSplitException if they do not show every class
     */
    public static Cohort cohort(Cohort whole, Fold outer) {
        try {
            return whole.of(patients(outer));
        } catch (IllegalArgumentException e) {
            throw new InfeasibleSplitException(
                    List.of("the train and validation patients of fold " + outer.index() + " do not show every class"));
        }
    }

    /**
     * Splits the patients whom a fold learns from, by the outer split's rules.
     *
     * @param whole the cohort that the outer split divides
     * @param outer the split
     * @param fold index of its fold
     * @param spec how they are split; its test subset must be empty
     * @param ties who had to stay together in the outer split
     * @param seed breaks ties
     * @throws InfeasibleSplitException if it cannot be done; says what could
     */
    public static Split of(Cohort whole, Split outer, int fold, SplitSpec.KFold spec, PatientTies ties, long seed) {
        if (spec.test() != 0) {
            throw new IllegalArgumentException("test must be 0 in an inner split, was " + spec.test());
        }
        if (!outer.dataset().equals(whole.digest())) {
            throw new IllegalArgumentException("the outer split is of a cohort with digest " + outer.dataset());
        }
        Cohort inner = cohort(whole, outer.fold(fold));
        return PatientSplitter.split(inner, spec, outer.rules(), ties.among(patients(outer.fold(fold))), seed);
    }
}
