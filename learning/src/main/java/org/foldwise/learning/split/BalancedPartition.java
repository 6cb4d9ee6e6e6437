package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Divides units into parts of given shares so that each part resembles the whole: in the share of each label among its images
 * and among its patients, in its number of images and in its number of patients.
 *
 * <p>Whole units are dealt out, those with the most unequal label counts first, each to the part that keeps the labels' fill
 * levels most equal: the greedy rule of scikit-learn's StratifiedGroupKFold, generalised to parts of unequal shares. Where a
 * part would lack a label that way, it first gets the units without which it would; what is lacking even then, because units
 * with several labels serve several demands or thwart them, is repaired by moves and swaps that look at nothing else. Then random
 * moves and swaps are tried and kept where they lower the cost, which weighs sizes as well. Small tables are dealt out several
 * times. Of exclusive labels, none of the moves may make the largest deviation of a label's share worse than the best deal's, so that
 * better sizes are never paid for with worse label shares than the greedy rule alone would have reached. Labels of which an image has
 * several pull in more directions than a greedy rule can follow: there the largest deviation of one label must not decide over all
 * others, the cost alone counts (in it a last image too many or too few weighs as much as a small difference of shares, so that sizes are
 * equal where whole units allow for it), and of small tables the best parts are shaken by a few random swaps and refined again, many times, and
 * kept where that lowers the cost (iterated local search, Lourenço et al. 2003). All choices follow from the random stream, so equal
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

    /** Tables of several labels an image, of up to this many units, are shaken. */
    private static final int SHAKEN = 500;

    private static final int SHAKES = 60;
    /** Moves and swaps in a row without improvement after which a table of several labels an image is left alone, by unit. */
    private static final int PATIENCE_PER_UNIT = 12;
    /** Of the larger of the small tables, as many shakes as take about so many moves and swaps. */
    private static final int SHAKING = 120_000;

    /**
     * The weights of the cost, found by trial on 150 tables of the kind of the reference tests: with less weight on sizes they get
     * worse than those of StratifiedGroupKFold; the label shares are held by {@link Parts#limit}.
     */
    private static final Weights EXCLUSIVE = new Weights(1, 0, 1, 0, 0.05, 0.05, 0.4);
    /**
     * The same of several labels an image, against iterative stratification, whose measures are means over labels and of odds. With more
     * of the absolute deviation of sizes, shares and odds get worse than its own; with less, the sizes do.
     */
    private static final Weights OVERLAPPING = new Weights(1, 0.06, 1, 0.05, 0.01, 0.02, 0.2);
    /** The same of units of one size, which can be dealt out in equal numbers. */
    private static final Weights OVERLAPPING_OF_ONE_SIZE = new Weights(1, 0.06, 1, 0.3, 0.01, 0.02, 0.2);
    /** Added to the share without a label, or its odds would have no bound. */
    private static final double ODDS_BOUND = 0.02;
    /** A size may differ by this share from the wished one before it costs {@link #EXCESS} times more. */
    private static final double TOLERATED_SIZE_DEVIATION = 0.5;

    private static final double EXCESS = 10;
    /** Rounding alone must not count as an improvement, or the search would go round in circles. */
    private static final double ROUNDING = 1e-12;

    private static final int NOWHERE = -1;
    /** Moves and swaps made at most to meet the demands. */
    private static final int REPAIRS = 1_000;
    /** Units looked at for each of them. */
    private static final int CANDIDATES = 40;
    /** One repair in so many is made by chance, or two of them could undo each other for ever. */
    private static final int ASTRAY = 8;

    private final UnitCounts counts;
    private final double[] shares;
    private final Demands demands;
    private final Map<Integer, Integer> begun;
    private final Weights weights;
    private final SplittableRandom random;
    private final int labels;
    private final long[] totals;
    /** Of each label among images and among patients, by column. */
    private final double[] wishedOdds;

    private final int[] nothing;

    private BalancedPartition(
            UnitCounts counts, double[] shares, Demands demands, Map<Integer, Integer> begun, SplittableRandom random) {
        this.counts = counts;
        // whoever wishes for less wishes for nobody, and levels relative to it would have no bound
        this.shares = Arrays.stream(shares)
                .map(share -> Math.max(SplitSpec.SMALLEST_SHARE, share))
                .toArray();
        this.demands = demands;
        this.begun = begun;
        this.weights = demands.exclusive()
                ? EXCLUSIVE
                : IntStream.range(0, counts.units())
                                        .map(counts::images)
                                        .distinct()
                                        .count()
                                == 1
                        ? OVERLAPPING_OF_ONE_SIZE
                        : OVERLAPPING;
        this.random = random;
        this.labels = counts.labels();
        this.totals = counts.totals();
        this.wishedOdds = new double[counts.columns()];
        for (int label = 0; label < labels; label++) {
            int ofPatients = labels + 1 + label;
            wishedOdds[label] = odds((double) totals[label] / totals[labels]);
            wishedOdds[ofPatients] = odds((double) totals[ofPatients] / totals[2 * labels + 1]);
        }
        this.nothing = new int[counts.columns()];
    }

    /**
     * What counts how much in the cost.
     *
     * @param shares squared deviations of label shares among images
     * @param odds absolute deviations of the odds of the labels among images, relative to {@code shares}
     * @param images squared relative deviations of the number of images
     * @param sizes absolute relative deviations of the numbers of images and of patients, relative to {@code images} and {@code patients}
     * @param patientShares squared deviations of label shares among patients, and with {@code odds} those of their odds
     * @param patients squared relative deviations of the number of patients
     * @param largest the largest deviation of a label's share among images
     */
    private record Weights(
            double shares,
            double odds,
            double images,
            double sizes,
            double patientShares,
            double patients,
            double largest) {}

    /**
     * Divides units into parts.
     *
     * @param counts the units
     * @param shares the wished share of each part, above 0, adding up to 1
     * @param demands what each part must have; met as far as a bounded search gets, and those that count most first
     * @param random the source of all choices
     * @return the part of each unit
     */
    static int[] divide(UnitCounts counts, double[] shares, Demands demands, SplittableRandom random) {
        return divide(counts, shares, demands, Map.of(), random);
    }

    /**
     * The same, where it is known of some units how they meet the demands that must be met.
     *
     * @param begun the part in which each of those is to begin with; they are exchanged as others are
     */
    static int[] divide(
            UnitCounts counts, double[] shares, Demands demands, Map<Integer, Integer> begun, SplittableRandom random) {
        BalancedPartition partition = new BalancedPartition(counts, shares, demands, begun, random);
        int attempts = counts.units() <= SMALL ? ATTEMPTS : 1;
        List<Parts> all = new ArrayList<>();
        for (int i = 0; i < attempts; i++) {
            all.add(partition.dealtOut());
        }
        long least = all.stream().mapToLong(Parts::unmet).min().orElseThrow();
        List<Parts> dealt = all.stream().filter(parts -> parts.unmet() == least).toList();
        double limit = demands.exclusive()
                ? dealt.stream()
                        .mapToDouble(parts -> parts.largestDeviation())
                        .min()
                        .orElseThrow()
                : 1;
        for (Parts parts : dealt) {
            partition.refine(parts, limit);
        }
        Parts best = dealt.stream()
                .min(Comparator.<Parts>comparingDouble(parts -> Math.max(limit, parts.largestDeviation()))
                        .thenComparingDouble(Parts::cost))
                .orElseThrow();
        if (!demands.exclusive() && counts.units() <= SHAKEN) {
            partition.shake(best);
        }
        return best.partOf;
    }

    /**
     * All units dealt out; where that meets the demands by itself, or others have begun with units that meet them, nothing is reserved
     * before and repaired after it.
     */
    private Parts dealtOut() {
        int[] order = shuffledUnits();
        Parts parts = new Parts();
        begun.forEach(parts::put);
        dealOut(parts, order);
        if (parts.unmet() > 0 && begun.isEmpty()) {
            parts = new Parts();
            reserve(parts, order);
            dealOut(parts, order);
            repair(parts);
        }
        parts.remember();
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
            if (!isDemanded(label)) {
                continue;
            }
            int next = 0;
            int firstPart = below(shares.length);
            for (int i = 0; i < shares.length; i++) {
                int part = (firstPart + i) % shares.length;
                while (parts.unitsWith[part][label] < demands.least(part, label) && next < smallestFirst.length) {
                    int unit = smallestFirst[next++];
                    if (parts.partOf[unit] == NOWHERE && counts.has(unit, label)) {
                        parts.put(unit, part);
                    }
                }
            }
        }
    }

    private boolean isDemanded(int label) {
        for (int part = 0; part < shares.length; part++) {
            if (demands.least(part, label) > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Moves and swaps units until every demand is met, or none of the tried ones helps any more; ends with the best that was seen. Each
     * step looks at one demand that is not met, and takes the unit, of some, that leaves least unmet of all of them.
     */
    private void repair(Parts parts) {
        long unmet = parts.unmet();
        long least = unmet;
        int[] best = parts.partOf.clone();
        int[][] unitsOf = new int[labels + 1][];
        for (int step = 0; step < REPAIRS && unmet > 0; step++) {
            int[] demand = parts.someUnmet();
            int part = demand[0];
            int label = demand[1];
            boolean lacks = parts.unitsWith[part][label] < demands.least(part, label);
            int[] having = unitsOf[label];
            if (having == null) {
                having = unitsWith(label);
                unitsOf[label] = having;
            }
            Exchange chosen = chosen(parts, part, having, lacks);
            if (chosen == null) {
                continue;
            }
            parts.make(chosen);
            unmet += chosen.change();
            if (unmet < least) {
                least = unmet;
                best = parts.partOf.clone();
            }
        }
        if (least < unmet) {
            parts.restore(best);
        }
    }

    /** The best of some exchanges by which a part gains or loses one of those units; at times any. */
    private @Nullable Exchange chosen(Parts parts, int part, int[] having, boolean lacks) {
        boolean astray = below(ASTRAY) == 0;
        Exchange chosen = null;
        int equals = 0;
        for (int i = 0; i < CANDIDATES; i++) {
            int unit = having[having.length <= CANDIDATES ? i % having.length : below(having.length)];
            int source = parts.partOf[unit];
            int target = lacks ? part : below(shares.length);
            if (source == target || (!lacks && source != part)) {
                continue;
            }
            int other = below(2) == 0 ? NOWHERE : below(counts.units());
            if (other != NOWHERE && parts.partOf[other] != target) {
                continue;
            }
            Exchange exchange = new Exchange(unit, target, other, source, parts.change(unit, source, other, target));
            boolean better = chosen == null || (!astray && exchange.change() < chosen.change());
            equals = better ? 1 : equals + 1;
            boolean equal = chosen != null && (astray || exchange.change() == chosen.change());
            if (better || (equal && below(equals) == 0)) {
                chosen = exchange;
            }
        }
        return chosen;
    }

    /**
     * A unit goes to another part, and perhaps another one comes for it.
     *
     * @param unit the unit
     * @param target where it goes
     * @param other what comes for it; {@link #NOWHERE} for none
     * @param source where it comes from
     * @param change how much more is unmet after it
     */
    private record Exchange(int unit, int target, int other, int source, long change) {}

    private int[] unitsWith(int label) {
        return IntStream.range(0, counts.units())
                .filter(unit -> counts.has(unit, label))
                .toArray();
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
        parts.limit = limit;
        long pairs = (long) counts.units() * counts.units();
        long patience = Math.min(PATIENCE, 4 * pairs + 100);
        refine(parts, demands.exclusive() ? patience : Math.min(patience, patienceWhenShaken()));
    }

    private void refine(Parts parts, long patience) {
        int units = counts.units();
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

    /** What shaking makes good need not be looked for before it. */
    private long patienceWhenShaken() {
        return (long) PATIENCE_PER_UNIT * counts.units();
    }

    /** Swaps two or three pairs whatever they cost, refines again, and goes back where that has not lowered the cost; many times. */
    private void shake(Parts parts) {
        int units = counts.units();
        long patience = patienceWhenShaken();
        long shakes = Math.min(SHAKES, SHAKING / patience);
        double least = parts.cost();
        for (int i = 0; i < shakes; i++) {
            int[] before = parts.partOf.clone();
            for (int pairs = 2 + below(2); pairs > 0; pairs--) {
                parts.swapIfAllowed(below(units), below(units));
            }
            refine(parts, patience);
            double cost = parts.cost();
            if (cost > least) {
                parts.restore(before);
            } else {
                least = cost;
            }
        }
    }

    private static double odds(double share) {
        return share / (1 + ODDS_BOUND - share);
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
        /** Units by part and column of the demands. */
        final int[][] unitsWith = new int[shares.length][demands.columns()];
        /** The cost of each part and its largest share deviation, kept up to date while refining. */
        private final double[] costs = new double[shares.length];

        private final double[] deviations = new double[shares.length];
        /** No move may lift the largest deviation above this, nor any further where it is above. */
        private double limit;

        Parts() {
            Arrays.fill(partOf, NOWHERE);
        }

        /** Puts every unit where it was. */
        void restore(int[] earlier) {
            for (int unit = 0; unit < earlier.length; unit++) {
                if (partOf[unit] != earlier[unit]) {
                    count(unit, partOf[unit], -1);
                    put(unit, earlier[unit]);
                }
            }
            remember();
        }

        void remember() {
            for (int part = 0; part < shares.length; part++) {
                remember(part);
            }
        }

        private void remember(int part) {
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
            for (int demanded = 0; demanded < demands.columns(); demanded++) {
                unitsWith[part][demanded] += demands.has(counts, unit, demanded) ? sign : 0;
            }
        }

        /** What of the demands is not met, weighed; 0 where all are. */
        long unmet() {
            long unmet = 0;
            for (int part = 0; part < shares.length; part++) {
                for (int column = 0; column < demands.columns(); column++) {
                    unmet += demands.unmet(part, column, unitsWith[part][column]);
                }
            }
            return unmet;
        }

        /** Part and column of a demand that is not met, each as likely as the others; there must be one. */
        int[] someUnmet() {
            int[] some = {NOWHERE, NOWHERE};
            int seen = 0;
            for (int part = 0; part < shares.length; part++) {
                for (int column = 0; column < demands.columns(); column++) {
                    if (demands.unmet(part, column, unitsWith[part][column]) > 0 && below(++seen) == 0) {
                        some[0] = part;
                        some[1] = column;
                    }
                }
            }
            return some;
        }

        /** How much more is unmet when a unit goes from one part to another and another one, or none, comes for it. */
        long change(int unit, int source, int other, int target) {
            long change = 0;
            for (int column = 0; column < demands.columns(); column++) {
                int goes = demands.has(counts, unit, column) ? 1 : 0;
                int comes = other != NOWHERE && demands.has(counts, other, column) ? 1 : 0;
                if (goes != comes) {
                    int here = unitsWith[source][column];
                    int there = unitsWith[target][column];
                    change += demands.unmet(source, column, here - goes + comes)
                            - demands.unmet(source, column, here)
                            + demands.unmet(target, column, there + goes - comes)
                            - demands.unmet(target, column, there);
                }
            }
            return change;
        }

        void make(Exchange exchange) {
            count(exchange.unit(), exchange.source(), -1);
            put(exchange.unit(), exchange.target());
            if (exchange.other() != NOWHERE) {
                count(exchange.other(), exchange.target(), -1);
                put(exchange.other(), exchange.source());
            }
        }

        double cost() {
            return Arrays.stream(costs).sum() + weights.largest() * largestDeviation();
        }

        boolean moveIfBetter(int unit, int target) {
            int source = partOf[unit];
            if (source == target || !canChange(source, unit, NOWHERE) || !canChange(target, NOWHERE, unit)) {
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
            if (partOfOne == partOfOther || !canChange(partOfOne, one, other) || !canChange(partOfOther, other, one)) {
                return false;
            }
            int[] rowOfOne = counts.row(one);
            int[] rowOfOther = counts.row(other);
            if (!isBetter(partOfOne, partOfOther, rowOfOther, rowOfOne)) {
                return false;
            }
            swap(one, other);
            return true;
        }

        /** Swaps two units whatever it costs, unless a demand were met worse. */
        void swapIfAllowed(int one, int other) {
            if (partOf[one] != partOf[other]
                    && canChange(partOf[one], one, other)
                    && canChange(partOf[other], other, one)) {
                swap(one, other);
            }
        }

        private void swap(int one, int other) {
            int partOfOne = partOf[one];
            int partOfOther = partOf[other];
            count(one, partOfOne, -1);
            count(other, partOfOther, -1);
            put(one, partOfOther);
            put(other, partOfOne);
            remember(partOfOne);
            remember(partOfOther);
        }

        /** Whether the cost falls when {@code one} gains and loses these rows, and {@code other} loses and gains them. */
        private boolean isBetter(int one, int other, int[] gained, int[] lost) {
            double elsewhere = largestDeviationBut(one, other);
            double before = costs[one]
                    + costs[other]
                    + weights.largest() * Math.max(elsewhere, Math.max(deviations[one], deviations[other]));
            double after = costOf(one, gained, lost);
            // most proposals are refused, and half of them by one of the two parts
            if (after > before) {
                return false;
            }
            after += costOf(other, lost, gained);
            if (after > before) {
                return false;
            }
            double largest = Math.max(largestDeviation(one, gained, lost), largestDeviation(other, lost, gained));
            if (largest
                    > Math.max(limit, Math.max(elsewhere, Math.max(deviations[one], deviations[other]))) + ROUNDING) {
                return false;
            }
            return after + weights.largest() * Math.max(elsewhere, largest) < before - ROUNDING;
        }

        /** Whether no demand of the part is met worse when it gives a unit (or none) away and takes another one (or none) for it. */
        private boolean canChange(int part, int given, int taken) {
            for (int column = 0; column < demands.columns(); column++) {
                boolean gives = given != NOWHERE && demands.has(counts, given, column);
                boolean takes = taken != NOWHERE && demands.has(counts, taken, column);
                if ((gives && !takes && unitsWith[part][column] <= demands.least(part, column))
                        || (takes && !gives && unitsWith[part][column] >= demands.most(part, column))) {
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
         * label shares among images and among patients, the deviations of their odds, and the squared relative deviations of its
         * numbers of images and of patients from the wished ones, weighted.
         */
        private double costOf(int part, int[] added, int[] removed) {
            return sideCost(part, added, removed, 0, weights.shares(), weights.images())
                    + sideCost(part, added, removed, labels + 1, weights.patientShares(), weights.patients());
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
            double cost = sizeWeight
                    * (deviation * deviation + weights.sizes() * Math.abs(deviation) + EXCESS * excess * excess);
            for (int column = firstColumn; column < sizeColumn; column++) {
                double share = (sums[part][column] + added[column] - removed[column]) / size;
                double wished = totals[column] / total;
                double shareDeviation = share - wished;
                double ofOdds = weights.odds() == 0 ? 0 : weights.odds() * Math.abs(odds(share) - wishedOdds[column]);
                cost += labelWeight * (shareDeviation * shareDeviation + ofOdds);
            }
            return cost;
        }
    }
}
