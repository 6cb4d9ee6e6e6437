package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Divides units into parts of given shares so that each part resembles the whole: in the share of each label among its images
 * and among its patients, in its number of images and in its number of patients.
 *
 * <p>Whole units are dealt out, those with the most unequal label counts first, each to the part that keeps the labels' fill
 * levels most equal: the greedy rule of scikit-learn's StratifiedGroupKFold, generalised to parts of unequal shares. Where a
 * part would lack a label that way, it first gets the units without which it would. Then random moves and swaps are tried and
 * kept where they lower the cost, which weighs sizes as well. Small tables are dealt out several times; none of the moves may
 * make the largest deviation of a label's share worse than the best deal's, so that better sizes are never paid for with
 * worse label shares than the greedy rule alone would have reached. All choices follow from the random stream, so equal
 * tables and seeds give equal parts.
 */
final class BalancedPartition {
    /** Tables of up to this many units are divided {@link #ATTEMPTS} times. */
    private static final int SMALL = 5000;

    private static final int ATTEMPTS = 6;
    /** Moves and swaps tried at most per attempt. */
    private static final int PROPOSALS = 200_000;
    /** Moves and swaps in a row without improvement after which an attempt ends; a small table takes less. */
    private static final int PATIENCE = 40_000;

    /**
     * The weights of the cost, found by trial on 150 tables of the kind of the reference tests: with less weight on sizes they get
     * worse than those of StratifiedGroupKFold; the label shares are held by {@link Parts#limit}.
     */
    private static final double IMAGE_LABELS = 1;

    private static final double IMAGES = 1;
    private static final double PATIENT_LABELS = 0.05;
    private static final double PATIENTS = 0.05;
    private static final double LARGEST_DEVIATION = 0.4;
    /** A size may differ by this share from the wished one before it costs {@link #EXCESS} times more. */
    private static final double TOLERATED_SIZE_DEVIATION = 0.5;

    private static final double EXCESS = 10;
    /** Rounding alone must not count as an improvement, or the search would go round in circles. */
    private static final double ROUNDING = 1e-12;

    private static final int NOWHERE = -1;

    private final UnitCounts counts;
    private final double[] shares;
    private final int[] minimum;
    private final SplittableRandom random;
    private final int labels;
    private final long[] totals;
    /** Labels, and last "any image", whose minimum can be met at all. */
    private final boolean[] demanded;

    private final int[] nothing;

    private BalancedPartition(UnitCounts counts, double[] shares, int[] minimum, SplittableRandom random) {
        this.counts = counts;
        this.shares = shares;
        this.minimum = minimum;
        this.random = random;
        this.labels = counts.labels();
        this.totals = counts.totals();
        this.demanded = new boolean[labels + 1];
        int needed = Arrays.stream(minimum).sum();
        for (int label = 0; label <= labels; label++) {
            demanded[label] = counts.unitsWith(label) >= needed;
        }
        this.nothing = new int[counts.columns()];
    }

    /**
     * Divides units into parts.
     *
     * @param counts the units
     * @param shares the wished share of each part, above 0, adding up to 1
     * @param minimum how many units with each label each part must have; a label with too few units for all parts is dealt out
     *     without that demand
     * @param random the source of all choices
     * @return the part of each unit
     */
    static int[] divide(UnitCounts counts, double[] shares, int[] minimum, SplittableRandom random) {
        BalancedPartition partition = new BalancedPartition(counts, shares, minimum, random);
        int attempts = counts.units() <= SMALL ? ATTEMPTS : 1;
        List<Parts> dealt = new ArrayList<>();
        for (int i = 0; i < attempts; i++) {
            dealt.add(partition.dealtOut());
        }
        double limit = dealt.stream()
                .mapToDouble(parts -> parts.largestDeviation())
                .min()
                .orElseThrow();
        for (Parts parts : dealt) {
            partition.refine(parts, limit);
        }
        return dealt.stream()
                .min(Comparator.<Parts>comparingDouble(parts -> Math.max(limit, parts.largestDeviation()))
                        .thenComparingDouble(Parts::cost))
                .orElseThrow()
                .partOf;
    }

    /** All units dealt out so that the demands are met; where dealing out meets them by itself, nothing is reserved before. */
    private Parts dealtOut() {
        int[] order = shuffledUnits();
        Parts parts = new Parts();
        dealOut(parts, order);
        if (!parts.meetDemands()) {
            parts = new Parts();
            reserve(parts, order);
            dealOut(parts, order);
        }
        for (int part = 0; part < shares.length; part++) {
            parts.remember(part);
        }
        return parts;
    }

    private int[] shuffledUnits() {
        int[] order = new int[counts.units()];
        for (int i = 0; i < order.length; i++) {
            int j = below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** Meets the demands of the rarest label first, with the units that bind the fewest images. */
    private void reserve(Parts parts, int[] order) {
        Integer[] smallestFirst = boxed(order);
        Arrays.sort(smallestFirst, Comparator.comparingInt(counts::images));
        Integer[] rarestFirst = boxed(range(labels + 1));
        int[] unitsWith = new int[labels + 1];
        Arrays.setAll(unitsWith, counts::unitsWith);
        Arrays.sort(rarestFirst, Comparator.comparingInt(label -> unitsWith[label]));
        for (int label : rarestFirst) {
            if (!demanded[label]) {
                continue;
            }
            int next = 0;
            int firstPart = below(shares.length);
            for (int i = 0; i < shares.length; i++) {
                int part = (firstPart + i) % shares.length;
                while (parts.unitsWith[part][label] < minimum[part] && next < smallestFirst.length) {
                    int unit = smallestFirst[next++];
                    if (parts.partOf[unit] == NOWHERE && counts.has(unit, label)) {
                        parts.put(unit, part);
                    }
                }
            }
        }
    }

    private void dealOut(Parts parts, int[] order) {
        Integer[] mostUnequalFirst = boxed(order);
        long[] inequality = new long[counts.units()];
        Arrays.setAll(inequality, this::inequality);
        Arrays.sort(mostUnequalFirst, Comparator.<Integer>comparingLong(unit -> -inequality[unit]));
        for (int unit : mostUnequalFirst) {
            if (parts.partOf[unit] == NOWHERE) {
                parts.put(unit, neediest(parts, counts.row(unit)));
            }
        }
    }

    /** The variance of a unit's image counts over the labels, times the squared number of labels. */
    private long inequality(int unit) {
        int[] row = counts.row(unit);
        long sum = 0;
        long sumOfSquares = 0;
        for (int label = 0; label < labels; label++) {
            sum += row[label];
            sumOfSquares += (long) row[label] * row[label];
        }
        return labels * sumOfSquares - sum * sum;
    }

    /** The part by whose growth the fill levels of the labels differ least between parts; of several, the smallest. */
    private int neediest(Parts parts, int[] row) {
        if (showsNothing(row)) {
            return smallest(parts);
        }
        int neediest = NOWHERE;
        double least = Double.POSITIVE_INFINITY;
        double smallest = Double.POSITIVE_INFINITY;
        double[] sum = new double[labels];
        double[] squares = new double[labels];
        for (int part = 0; part < shares.length; part++) {
            for (int label = 0; label < labels; label++) {
                double level = parts.sums[part][label] / (shares[part] * Math.max(1, totals[label]));
                sum[label] += level;
                squares[label] += level * level;
            }
        }
        for (int part = 0; part < shares.length; part++) {
            double spread = 0;
            for (int label = 0; label < labels; label++) {
                double before = parts.sums[part][label] / (shares[part] * Math.max(1, totals[label]));
                double after = (parts.sums[part][label] + row[label]) / (shares[part] * Math.max(1, totals[label]));
                double mean = (sum[label] + after - before) / shares.length;
                double variance = (squares[label] + after * after - before * before) / shares.length - mean * mean;
                spread += Math.sqrt(Math.max(0, variance));
            }
            double size = parts.sums[part][labels] / shares[part];
            if (spread < least - ROUNDING || (spread < least + ROUNDING && size < smallest)) {
                least = Math.min(least, spread);
                smallest = size;
                neediest = part;
            }
        }
        return neediest;
    }

    /** Of a unit without any label all parts are equally needy; comparing their levels would compare rounding errors. */
    private boolean showsNothing(int[] row) {
        for (int label = 0; label < labels; label++) {
            if (row[label] > 0) {
                return false;
            }
        }
        return true;
    }

    private int smallest(Parts parts) {
        int smallest = 0;
        for (int part = 1; part < shares.length; part++) {
            if (parts.sums[part][labels] / shares[part] < parts.sums[smallest][labels] / shares[smallest]) {
                smallest = part;
            }
        }
        return smallest;
    }

    /** Tries moves and swaps, and keeps those that lower the cost within the limit of the largest deviation. */
    private void refine(Parts parts, double limit) {
        int units = counts.units();
        parts.limit = limit;
        long pairs = (long) units * units;
        long patience = Math.min(PATIENCE, 4 * pairs + 100);
        int lastImprovement = 0;
        for (int i = 0; i < PROPOSALS && i - lastImprovement <= patience; i++) {
            int unit = below(units);
            int other = below(units + shares.length);
            boolean improved =
                    other < units ? parts.swapIfBetter(unit, other) : parts.moveIfBetter(unit, other - units);
            if (improved) {
                lastImprovement = i;
            }
        }
    }

    /** A uniform number from 0 to {@code bound - 1}; written out so that it never changes with the Java version. */
    private int below(int bound) {
        return (int) Math.multiplyHigh(random.nextLong() >>> 1, (long) bound << 1);
    }

    private static int[] range(int end) {
        int[] range = new int[end];
        Arrays.setAll(range, i -> i);
        return range;
    }

    private static Integer[] boxed(int[] values) {
        return Arrays.stream(values).boxed().toArray(Integer[]::new);
    }

    /** Which unit is in which part, and the sums over each part. */
    private final class Parts {
        final int[] partOf = new int[counts.units()];
        final long[][] sums = new long[shares.length][counts.columns()];
        /** Units by part and label; last column: units with any image. */
        final int[][] unitsWith = new int[shares.length][labels + 1];
        /** The cost of each part and its largest share deviation, kept up to date while refining. */
        private final double[] costs = new double[shares.length];

        private final double[] deviations = new double[shares.length];
        /** No move may lift the largest deviation above this, nor any further where it is above. */
        private double limit;

        Parts() {
            Arrays.fill(partOf, NOWHERE);
        }

        void remember(int part) {
            costs[part] = costOf(part, nothing, nothing);
            deviations[part] = largestDeviation(part, nothing, nothing);
        }

        void put(int unit, int part) {
            partOf[unit] = part;
            count(unit, part, 1);
        }

        private void count(int unit, int part, int sign) {
            int[] row = counts.row(unit);
            for (int column = 0; column < row.length; column++) {
                sums[part][column] += (long) sign * row[column];
            }
            for (int label = 0; label <= labels; label++) {
                unitsWith[part][label] += counts.has(unit, label) ? sign : 0;
            }
        }

        /** Whether each part has as many units of each label as it must have. */
        boolean meetDemands() {
            for (int part = 0; part < shares.length; part++) {
                for (int label = 0; label <= labels; label++) {
                    if (demanded[label] && unitsWith[part][label] < minimum[part]) {
                        return false;
                    }
                }
            }
            return true;
        }

        double cost() {
            return Arrays.stream(costs).sum() + LARGEST_DEVIATION * largestDeviation();
        }

        boolean moveIfBetter(int unit, int target) {
            int source = partOf[unit];
            if (source == target || !canGive(source, unit, NOWHERE)) {
                return false;
            }
            int[] row = counts.row(unit);
            if (!isBetter(source, target, nothing, row)) {
                return false;
            }
            count(unit, source, -1);
            put(unit, target);
            remember(source);
            remember(target);
            return true;
        }

        boolean swapIfBetter(int one, int other) {
            int partOfOne = partOf[one];
            int partOfOther = partOf[other];
            if (partOfOne == partOfOther || !canGive(partOfOne, one, other) || !canGive(partOfOther, other, one)) {
                return false;
            }
            int[] rowOfOne = counts.row(one);
            int[] rowOfOther = counts.row(other);
            if (!isBetter(partOfOne, partOfOther, rowOfOther, rowOfOne)) {
                return false;
            }
            count(one, partOfOne, -1);
            count(other, partOfOther, -1);
            put(one, partOfOther);
            put(other, partOfOne);
            remember(partOfOne);
            remember(partOfOther);
            return true;
        }

        /** Whether the cost falls when {@code one} gains and loses these rows, and {@code other} loses and gains them. */
        private boolean isBetter(int one, int other, int[] gained, int[] lost) {
            double elsewhere = largestDeviationBut(one, other);
            double before = costs[one]
                    + costs[other]
                    + LARGEST_DEVIATION * Math.max(elsewhere, Math.max(deviations[one], deviations[other]));
            double after = costOf(one, gained, lost) + costOf(other, lost, gained);
            if (after > before) {
                return false;
            }
            double largest = Math.max(largestDeviation(one, gained, lost), largestDeviation(other, lost, gained));
            if (largest
                    > Math.max(limit, Math.max(elsewhere, Math.max(deviations[one], deviations[other]))) + ROUNDING) {
                return false;
            }
            return after + LARGEST_DEVIATION * Math.max(elsewhere, largest) < before - ROUNDING;
        }

        /** Whether the part still meets its demands when it gives a unit away and takes another one (or none) for it. */
        private boolean canGive(int part, int unit, int taken) {
            for (int label = 0; label <= labels; label++) {
                if (demanded[label]
                        && unitsWith[part][label] <= minimum[part]
                        && counts.has(unit, label)
                        && (taken == NOWHERE || !counts.has(taken, label))) {
                    return false;
                }
            }
            return true;
        }

        double largestDeviation() {
            return largestDeviationBut(NOWHERE, NOWHERE);
        }

        private double largestDeviationBut(int part, int otherPart) {
            double largest = 0;
            for (int i = 0; i < deviations.length; i++) {
                if (i != part && i != otherPart) {
                    largest = Math.max(largest, deviations[i]);
                }
            }
            return largest;
        }

        /** The largest deviation of a label's share among the part's images from its share among all. */
        private double largestDeviation(int part, int[] added, int[] removed) {
            double size = sums[part][labels] + added[labels] - removed[labels];
            if (size == 0) {
                return 1;
            }
            double largest = 0;
            for (int label = 0; label < labels; label++) {
                double share = (sums[part][label] + added[label] - removed[label]) / size;
                largest = Math.max(largest, Math.abs(share - (double) totals[label] / totals[labels]));
            }
            return largest;
        }

        /**
         * How far the part, with one row added and one taken away, is from resembling the whole: the squared deviations of its
         * label shares among images and among patients, and the squared relative deviations of its numbers of images and of
         * patients from the wished ones, weighted.
         */
        private double costOf(int part, int[] added, int[] removed) {
            return sideCost(part, added, removed, 0, IMAGE_LABELS, IMAGES)
                    + sideCost(part, added, removed, labels + 1, PATIENT_LABELS, PATIENTS);
        }

        private double sideCost(
                int part, int[] added, int[] removed, int firstColumn, double labelWeight, double sizeWeight) {
            int sizeColumn = firstColumn + labels;
            double size = sums[part][sizeColumn] + added[sizeColumn] - removed[sizeColumn];
            if (size == 0) {
                return Double.MAX_VALUE / (4.0 * shares.length);
            }
            double total = totals[sizeColumn];
            double deviation = size / (shares[part] * total) - 1;
            double excess = Math.max(0, Math.abs(deviation) - TOLERATED_SIZE_DEVIATION);
            double cost = sizeWeight * (deviation * deviation + EXCESS * excess * excess);
            for (int column = firstColumn; column < sizeColumn; column++) {
                double share = (sums[part][column] + added[column] - removed[column]) / size;
                double shareDeviation = share - totals[column] / total;
                cost += labelWeight * shareDeviation * shareDeviation;
            }
            return cost;
        }
    }
}
