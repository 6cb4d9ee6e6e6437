package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
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
        int needed = unitsNeeded(kFold.folds());
        // one of each class is always enough, so that with many patients nobody need look for fewer
        boolean isPlenty = counts.units() >= needed + classes.size();
        int locked = kFold.test() == 0 ? 0 : isPlenty ? 1 : unitsLocked();
        int lockedOfClass = Math.min(1, locked);
        List<Lack> lacks = new ArrayList<>();
        if (counts.units() < needed + locked) {
            lacks.add(new Lack(patients(counts.units()), counts.units(), locked));
        }
        int neededOfClass = (kFold.folds() == 2 ? NEEDED_FOR_TWO_FOLDS : NEEDED_FOR_FOLDS) + lockedOfClass;
        for (int label = 0; label < classes.size(); label++) {
            int units = counts.unitsWith(label);
            if (task.isExclusive() && units < neededOfClass) {
                lacks.add(new Lack(
                        "class '" + classes.get(label) + "' has " + patients(units) + " and", units, lockedOfClass));
            }
        }
        // what one reason leaves feasible another one may not
        int mostFolds = Math.min(
                counts.units() - locked,
                lacks.stream().mapToInt(Lack::mostFolds).min().orElse(Integer.MAX_VALUE));
        String withoutTest = withoutTest(kFold);
        refuse(lacks.stream()
                .map(lack -> lack.who() + " cannot be in " + parts(kFold) + told(lack.feasible(mostFolds), withoutTest))
                .toList());
    }

    /** What could be had with a test subset, and what without. */
    private static String told(String feasible, String withoutTest) {
        return feasible.isEmpty() ? withoutTest.replaceFirst("^, or ", ": feasible is ") : feasible + withoutTest;
    }

    /** What could be had without a test subset, where that is more. */
    private String withoutTest(SplitSpec.KFold kFold) {
        int rarest = IntStream.range(0, task.isExclusive() ? classes.size() : 0)
                .map(counts::unitsWith)
                .min()
                .orElse(Integer.MAX_VALUE);
        if (kFold.test() == 0 || Math.min(counts.units(), rarest) < NEEDED_FOR_FOLDS) {
            return "";
        }
        boolean areTwoTooFew = kFold.folds() == 2 && Math.min(counts.units(), rarest) < NEEDED_FOR_TWO_FOLDS;
        if (areTwoTooFew) {
            return ", or test 0 with " + NEEDED_FOR_FOLDS + " folds";
        }
        return counts.units() >= kFold.folds()
                ? ", or test 0"
                : ", or test 0 with " + counts.units() + " folds at most";
    }

    /**
     * Too few units for folds.
     *
     * @param who they are, as the subject of a sentence
     * @param units how many there are
     * @param locked how many of them a test subset takes
     */
    private record Lack(String who, int units, int locked) {
        int mostFolds() {
            return units - locked;
        }

        /** @param folds how many would be feasible for all reasons */
        String feasible(int folds) {
            String taken = locked > 1 ? "the test subset takes " + locked + " of them to have every class, and " : "";
            if (folds >= NEEDED_FOR_FOLDS) {
                return ": " + taken + (folds == NEEDED_FOR_FOLDS ? "" : "at most ") + folds + " folds are feasible";
            }
            return mostFolds() >= NEEDED_FOR_FOLDS
                    ? ""
                    : ": " + taken + "cross-validation needs at least " + (NEEDED_FOR_FOLDS + locked)
                            + " who share no images";
        }
    }

    /**
     * How many units a test subset takes at least: as many as it needs to have every exclusive class. Units are taken that show most of
     * what is missing; where units of three classes and more cross each other, fewer might do.
     */
    private int unitsLocked() {
        if (!task.isExclusive()) {
            return 1;
        }
        BitSet missing = new BitSet();
        missing.set(0, classes.size());
        int taken = 0;
        while (!missing.isEmpty()) {
            BitSet most = new BitSet();
            for (int unit = 0; unit < counts.units(); unit++) {
                int candidate = unit;
                BitSet shown = new BitSet();
                missing.stream().filter(label -> counts.has(candidate, label)).forEach(shown::set);
                if (shown.cardinality() > most.cardinality()) {
                    most = shown;
                }
            }
            if (most.isEmpty()) {
                throw new IllegalStateException("a cohort has images of every class");
            }
            missing.andNot(most);
            taken++;
        }
        return taken;
    }

    private static String parts(SplitSpec.KFold kFold) {
        return kFold.folds() + " folds" + (kFold.test() > 0 ? " and a test subset" : "")
                + " with train and validation patients beside the held-out ones";
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
