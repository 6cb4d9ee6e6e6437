package org.foldwise.learning.split;

import java.util.stream.IntStream;

/**
 * What each unit of a split brings with it: its images and patients, and how many of them carry each label. A unit is a set
 * of patients who must stay together. Labels may exclude each other or not; nothing here depends on it.
 */
final class UnitCounts implements Learners {
    private final int labels;
    private final int[][] rows;

    /**
     * One row per unit: images of label 0, 1, ..., all images, patients of label 0, 1, ..., all patients. So a row has
     * {@code 2 * labels + 2} columns.
     */
    private UnitCounts(int labels, int[][] rows) {
        this.labels = labels;
        this.rows = rows;
    }

    /**
     * Counts by unit.
     *
     * @param images number of images of each unit
     * @param imagesWithLabel number of images by unit and label
     * @param patients number of patients of each unit
     * @param patientsWithLabel number of patients by unit and label
     */
    static UnitCounts of(int[] images, int[][] imagesWithLabel, int[] patients, int[][] patientsWithLabel) {
        int labels = imagesWithLabel.length == 0 ? 0 : imagesWithLabel[0].length;
        int[][] rows = new int[images.length][2 * labels + 2];
        for (int unit = 0; unit < rows.length; unit++) {
            System.arraycopy(imagesWithLabel[unit], 0, rows[unit], 0, labels);
            rows[unit][labels] = images[unit];
            System.arraycopy(patientsWithLabel[unit], 0, rows[unit], labels + 1, labels);
            rows[unit][2 * labels + 1] = patients[unit];
        }
        return new UnitCounts(labels, rows);
    }

    /** The counts of some of the units, in that order. */
    UnitCounts of(int[] units) {
        int[][] chosen = new int[units.length][];
        for (int i = 0; i < units.length; i++) {
            chosen[i] = rows[units[i]];
        }
        return new UnitCounts(labels, chosen);
    }

    int units() {
        return rows.length;
    }

    int labels() {
        return labels;
    }

    int columns() {
        return 2 * labels + 2;
    }

    /** The counts of one unit; not to be changed. */
    int[] row(int unit) {
        return rows[unit];
    }

    int images(int unit) {
        return rows[unit][labels];
    }

    /** Whether the unit has an image of that label; {@code label == labels()} asks for any image. */
    boolean has(int unit, int label) {
        return rows[unit][label] > 0;
    }

    /** Whether the unit has an image without that label. */
    boolean lacks(int unit, int label) {
        return rows[unit][label] < images(unit);
    }

    /** How many units have an image without that label. */
    int unitsWithout(int label) {
        int units = 0;
        for (int unit = 0; unit < rows.length; unit++) {
            units += lacks(unit, label) ? 1 : 0;
        }
        return units;
    }

    int unitsWith(int label) {
        int units = 0;
        for (int unit = 0; unit < rows.length; unit++) {
            units += has(unit, label) ? 1 : 0;
        }
        return units;
    }

    @Override
    public int units(int label, boolean shown) {
        return shown ? unitsWith(label) : unitsWithout(label);
    }

    @Override
    public int[] some(int label, boolean shown, int atMost) {
        return IntStream.range(0, rows.length)
                .filter(unit -> shown ? has(unit, label) : lacks(unit, label))
                .limit(atMost)
                .toArray();
    }

    /** Sums over all units, by column. */
    long[] totals() {
        long[] totals = new long[columns()];
        for (int[] row : rows) {
            for (int column = 0; column < totals.length; column++) {
                totals[column] += row[column];
            }
        }
        return totals;
    }
}
