package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The units of a split on either side of a cut, ascending, and those that are on both. */
final class Sides {
    /** Development units that train and validation need, of each class that may not be missing and altogether. */
    static final int NEEDED_FOR_DEVELOPMENT = 2;

    private static final String NEEDED =
            " for train and validation: at least " + NEEDED_FOR_DEVELOPMENT + " who share no images are needed";

    /** Of the labels of a task in which each is a question of its own. */
    static final String NO_LABEL_IN_COMMON =
            "there is no label that some images of the test subset show and others do not, and that "
                    + NEEDED_FOR_DEVELOPMENT + " patients for train and validation show and as many do not";

    private final int[] development;
    private final int[] test;
    private final int[] dropped;

    Sides(int[] development, int[] test, int[] dropped) {
        this.development = development;
        this.test = test;
        this.dropped = dropped;
    }

    /** Not to be changed, as the others. */
    int[] development() {
        return development;
    }

    int[] test() {
        return test;
    }

    int[] dropped() {
        return dropped;
    }

    /**
     * Why the sides cannot be used: both need units, the development side enough for train and validation, and the same of each class
     * that may not be missing; and of labels that may be missing one at least is to be learnt and judged.
     */
    List<String> faults(List<String> classes, UnitCounts counts, RareClasses rare) {
        List<String> faults = new ArrayList<>();
        boolean isDevelopmentTold = false;
        boolean isTestTold = false;
        for (int label = 0; label < classes.size(); label++) {
            int all = counts.unitsWith(label);
            int before = counts.of(development).unitsWith(label);
            int tested = counts.of(test).unitsWith(label);
            if (before < NEEDED_FOR_DEVELOPMENT && !rare.mayMiss(Role.TRAIN, all, before)) {
                isDevelopmentTold = true;
                faults.add("class '" + classes.get(label) + "' has " + Feasibility.patients(before) + NEEDED);
            }
            if (tested == 0 && !rare.mayMiss(Role.TEST, all, before)) {
                isTestTold = true;
                faults.add("class '" + classes.get(label) + "' has no patient in the test subset");
            }
        }
        if (development.length < NEEDED_FOR_DEVELOPMENT && !isDevelopmentTold) {
            faults.add((development.length == 1 ? "there is " : "there are ")
                    + Feasibility.patients(development.length)
                    + NEEDED);
        }
        if (test.length == 0 && !isTestTold) {
            faults.add("no patient is in the test subset");
        }
        if (faults.isEmpty()) {
            Learning learning = new Learning(rare, classes.size(), counts);
            UnitCounts learners = counts.of(development);
            BitSet judged = learning.judgedBy(counts.of(test));
            if (rare.needsLabelInCommon() && learning.learnt(learners, judged).isEmpty()) {
                faults.add(NO_LABEL_IN_COMMON);
            } else if (!learning.isPossible(learners, judged)) {
                faults.add(learning.fault());
            }
        }
        return faults;
    }
}
