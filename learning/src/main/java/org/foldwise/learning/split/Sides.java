package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.List;

/** The units of a split on either side of a cut, ascending, and those that are on both. */
final class Sides {
    /** Development units of each class that train and validation need. */
    static final int NEEDED_FOR_DEVELOPMENT = 2;

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
     * Why the sides cannot be used: of each class that may not be missing, both sides need units, the development side enough for
     * train and validation.
     */
    List<String> faults(List<String> classes, UnitCounts counts, RareClasses rare) {
        List<String> faults = new ArrayList<>();
        for (int label = 0; label < classes.size(); label++) {
            int all = counts.unitsWith(label);
            int before = counts.of(development).unitsWith(label);
            int tested = counts.of(test).unitsWith(label);
            if (before < NEEDED_FOR_DEVELOPMENT && !rare.mayMiss(Role.TRAIN, all)) {
                faults.add("class '" + classes.get(label) + "' has " + Feasibility.patients(before)
                        + " for train and validation: at least " + NEEDED_FOR_DEVELOPMENT
                        + " who share no images are needed");
            }
            if (tested == 0 && !rare.mayMiss(Role.TEST, all)) {
                faults.add("class '" + classes.get(label) + "' has no patient in the test subset");
            }
        }
        return faults;
    }
}
