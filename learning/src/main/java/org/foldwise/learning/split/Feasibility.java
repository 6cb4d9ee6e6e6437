package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.dataset.Counted;
import org.foldwise.learning.dataset.Task;

/**
 * Whether a cohort has enough patients of each class for the roles that must not miss one ({@link RareClasses}). Counts units:
 * patients who share images count as one.
 */
final class Feasibility {
    /** With two folds the other half must still fill two roles, train and validation. */
    private static final int NEEDED_FOR_TWO_FOLDS = 4;

    /** Train, validation, and one to hold out. */
    private static final int NEEDED_FOR_FOLDS = 3;

    private final Task task;
    private final List<String> classes;
    private final UnitCounts counts;

    Feasibility(Task task, List<String> classes, UnitCounts counts) {
        this.task = task;
        this.classes = classes;
        this.counts = counts;
    }

    /** How many development units of a class that many folds need to hold out one each, with two more roles filled beside it. */
    static int unitsNeeded(int folds) {
        return folds == 2 ? NEEDED_FOR_TWO_FOLDS : folds;
    }

    /** How many units of a class each fold must hold out, so that the others never run out of them. */
    static int unitsNeededPerFold(int folds) {
        return folds == 2 ? 2 : 1;
    }

    static int roles(SplitSpec.Holdout holdout) {
        return holdout.test() > 0 ? 3 : 2;
    }

    void require(SplitSpec.Holdout holdout) {
        int roles = roles(holdout);
        String roleNames = holdout.test() > 0 ? "train, validation and test" : "train and validation";
        List<String> reasons = new ArrayList<>();
        if (counts.units() < roles) {
            reasons.add(patients(counts.units()) + " cannot fill " + roleNames + ": at least " + roles
                    + " who share no images are needed" + (counts.units() == 2 ? ", or test 0" : ""));
        }
        for (int label = 0; label < classes.size(); label++) {
            int units = counts.unitsWith(label);
            if (task.isExclusive() && units < roles) {
                reasons.add(
                        "class '" + classes.get(label) + "' has " + patients(units) + " and cannot be in " + roleNames
                                + ": at least " + roles + " who share no images are needed"
                                + (units == 2 ? ", or test 0" : ""));
            }
        }
        refuse(reasons);
    }

    void require(SplitSpec.KFold kFold) {
        int locked = kFold.test() > 0 ? 1 : 0;
        int needed = unitsNeeded(kFold.folds()) + locked;
        List<String> reasons = new ArrayList<>();
        if (counts.units() < needed) {
            reasons.add(patients(counts.units()) + " cannot be in " + parts(kFold) + feasible(counts.units(), locked));
        }
        for (int label = 0; label < classes.size(); label++) {
            int units = counts.unitsWith(label);
            int neededOfClass = kFold.folds() == 2 ? needed : NEEDED_FOR_FOLDS + locked;
            if (task.isExclusive() && units < neededOfClass) {
                reasons.add("class '" + classes.get(label) + "' has " + patients(units) + " and cannot be in "
                        + parts(kFold) + feasible(units, locked));
            }
        }
        refuse(reasons);
    }

    private static String parts(SplitSpec.KFold kFold) {
        return kFold.folds() + " folds" + (kFold.test() > 0 ? " and a test subset" : "")
                + " with train and validation patients beside the held-out ones";
    }

    private static String feasible(int units, int locked) {
        int mostFolds = units - locked;
        if (mostFolds == 3) {
            return ": 3 folds are feasible";
        }
        if (mostFolds > 3) {
            return ": at most " + mostFolds + " folds are feasible";
        }
        String withoutTest = locked == 1 && units == 3 ? ", or test 0" : "";
        return ": cross-validation needs at least " + (3 + locked) + " who share no images" + withoutTest;
    }

    static String patients(int units) {
        return Counted.of(units, "patient");
    }

    private static void refuse(List<String> reasons) {
        if (!reasons.isEmpty()) {
            throw new InfeasibleSplitException(reasons);
        }
    }
}
