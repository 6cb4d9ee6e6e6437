package org.foldwise.learning.split;

import java.util.Arrays;

/**
 * How many units of each label each part of a division must have, and may have. Demands of labels that have units enough for
 * all parts, and of exclusive classes, count more than all others together: those are wishes.
 */
final class Demands {
    private static final int DEMAND = 1_000;
    private static final int WISH = 1;

    private final int[][] least;
    private final int[][] most;
    private final int[] weight;
    private final boolean exclusive;
    /** Whose images without it the last column is about, where there is one more than for the labels. */
    private int lacked;

    private Demands(int parts, int columns, boolean exclusive) {
        this.exclusive = exclusive;
        least = new int[parts][columns];
        most = new int[parts][columns];
        weight = new int[columns];
        for (int[] ofPart : most) {
            Arrays.fill(ofPart, Integer.MAX_VALUE);
        }
        Arrays.fill(weight, WISH);
    }

    /**
     * A least number of units of each label in each part. Of a label with fewer units, every part is to have one, and then as many
     * more as it must, as long as there are any.
     *
     * @param counts the units
     * @param cast what the labels are
     * @param minimum of each part
     * @param order the parts, those first that a rare label is to be in first
     */
    static Demands ranked(UnitCounts counts, Cast cast, int[] minimum, int[] order) {
        Demands demands = new Demands(minimum.length, counts.labels() + 1, cast.exclusive());
        int needed = Arrays.stream(minimum).sum();
        for (int label = 0; label <= counts.labels(); label++) {
            int units = counts.unitsWith(label);
            boolean enough = units >= needed;
            demands.weigh(label, cast, enough);
            if (enough || cast.isClass(label)) {
                int left = units;
                for (int part : order) {
                    int first = Math.min(left, Math.min(1, minimum[part]));
                    demands.least[part][label] = first;
                    left -= first;
                }
                for (int part : order) {
                    int more = Math.min(left, minimum[part] - demands.least[part][label]);
                    demands.least[part][label] += more;
                    left -= more;
                }
            }
        }
        return demands;
    }

    /**
     * The same least number of units of each label in each of several equal parts. The units of a class with fewer are spread over as
     * many parts as can be, so that none takes many of them away from the others.
     */
    static Demands even(UnitCounts counts, Cast cast, int minimum, int parts) {
        Demands demands = new Demands(parts, counts.labels() + 1, cast.exclusive());
        for (int label = 0; label <= counts.labels(); label++) {
            int units = counts.unitsWith(label);
            boolean enough = units >= minimum * parts;
            demands.weigh(label, cast, enough);
            for (int part = 0; part < parts; part++) {
                if (enough) {
                    demands.least[part][label] = minimum;
                } else if (cast.isClass(label)) {
                    demands.most[part][label] = (units + parts - 1) / parts;
                }
            }
        }
        return demands;
    }

    /**
     * What the labels of a table are: classes first, and sites behind them.
     *
     * @param classes how many classes there are
     * @param labels how many labels there are
     * @param exclusive whether an image is of one class alone
     */
    record Cast(int classes, int labels, boolean exclusive) {
        boolean isClass(int label) {
            return label < classes;
        }
    }

    private void weigh(int label, Cast cast, boolean enough) {
        boolean any = label == cast.labels();
        if (any || (cast.isClass(label) && (enough || cast.exclusive()))) {
            weight[label] = DEMAND;
        }
    }

    /**
     * The same, and in each part at least one unit with images without a label.
     *
     * @param label counts as much as one that every part is to show
     */
    Demands withoutLabel(int label) {
        Demands demands = new Demands(least.length, columns() + 1, exclusive);
        for (int part = 0; part < least.length; part++) {
            System.arraycopy(least[part], 0, demands.least[part], 0, columns());
            System.arraycopy(most[part], 0, demands.most[part], 0, columns());
            demands.least[part][columns()] = 1;
        }
        System.arraycopy(weight, 0, demands.weight, 0, columns());
        demands.weight[columns()] = DEMAND;
        demands.lacked = label;
        return demands;
    }

    /** One for each label, one for any image, and perhaps one for images without a label. */
    int columns() {
        return weight.length;
    }

    /** Whether a unit has images of what a column is about. */
    boolean has(UnitCounts counts, int unit, int column) {
        return column <= counts.labels() ? counts.has(unit, column) : counts.lacks(unit, lacked);
    }

    /** Whether an image has one of the classes alone. */
    boolean exclusive() {
        return exclusive;
    }

    int least(int part, int column) {
        return least[part][column];
    }

    int most(int part, int column) {
        return most[part][column];
    }

    /** What it costs that a part has so many units of a column: 0 where that is what it must have. */
    long unmet(int part, int column, int units) {
        return (long) weight[column]
                * (Math.max(0, least[part][column] - units) + Math.max(0, units - most[part][column]));
    }
}
