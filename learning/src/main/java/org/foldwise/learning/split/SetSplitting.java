package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Divides units into two parts of which each has a unit of every one of several sets, if that can be done at all.
 *
 * <p>Whether it can is the problem of set splitting, which is hard in general (Garey and Johnson 1979, SP4), but easy for sets of many
 * units: where the others are split with two units each, a set of twice as many units as there are sets has two left, whoever those
 * others are. Such sets are laid aside, the largest first, and of the few that are left each knot of sets that share units is looked at by
 * itself: it is tried in turn, beginning with the set that has the fewest to choose from.
 */
final class SetSplitting {
    /** Choices tried at most; where there are so many, no division counts as found. Of a few dozen labels some hundreds were enough. */
    private static final int TRIALS = 2_000;
    /** That many are left to each of many divisions that are asked for together, where others were hard. */
    private static final int FEW_TRIALS = 100;

    private static final int PARTS = 2;

    private final Members members;
    /** Of as many units as one may have to look at. */
    private final int enough;
    /** Sets by their number, those of fewest units first. */
    private final int[] ordered;
    /** How many of those may stand in each other's way. */
    private final int entangled;

    private final Map<Integer, Integer> partOf = new HashMap<>();
    private final List<int[]> sets = new ArrayList<>();
    private final Budget budget;
    private int trials;

    /** Choices that may still be tried, for as many divisions as are asked for together: each of them takes some ten microseconds or more. */
    static final class Budget {
        private int left = 10 * TRIALS;

        boolean isSpent() {
            return left <= 0;
        }

        /** Of one more division. The few of many divisions come to an end as well, and what needs a choice then counts as not found. */
        private int most() {
            return isSpent() ? left > -10 * TRIALS ? FEW_TRIALS : 0 : TRIALS;
        }
    }

    /** The units of sets. */
    interface Members {
        /**
         * Some units of a set, ascending or not, but always the same.
         *
         * @param atMost how many; fewer where there are no more
         */
        int[] of(int set, int atMost);
    }

    private SetSplitting(int[] sizes, Members members, Budget budget) {
        this.members = members;
        this.budget = budget;
        this.enough = PARTS * sizes.length;
        this.ordered = IntStream.range(0, sizes.length)
                .boxed()
                .sorted(Comparator.comparingInt(set -> sizes[set]))
                .mapToInt(set -> set)
                .toArray();
        int left = ordered.length;
        while (left > 0 && sizes[ordered[left - 1]] >= PARTS * left) {
            left--;
        }
        this.entangled = left;
    }

    /**
     * Whether there is such a division.
     *
     * @param sizes how many units each set has
     * @param members who they are; not asked for where all sets are large
     * @param budget is spent on it
     */
    static boolean isPossible(int[] sizes, Members members, Budget budget) {
        return new SetSplitting(sizes, members, budget).isSplit();
    }

    /**
     * The part, 0 or 1, of units enough for every set to have one in either; none if there is no such division.
     *
     * @param sizes how many units each set has
     * @param members who they are
     * @param budget is spent on it
     */
    static @Nullable Map<Integer, Integer> of(int[] sizes, Members members, Budget budget) {
        SetSplitting splitting = new SetSplitting(sizes, members, budget);
        if (!splitting.isSplit()) {
            return null;
        }
        splitting.keepTwoOfEach();
        for (int i = splitting.entangled; i < sizes.length; i++) {
            splitting.complete(members.of(splitting.ordered[i], splitting.enough));
        }
        return splitting.partOf;
    }

    private boolean isSplit() {
        for (int i = 0; i < entangled; i++) {
            sets.add(members.of(ordered[i], enough));
        }
        return knots().stream().allMatch(this::isCompleted);
    }

    /** Sets that share units, over chains; those of one knot are no matter to those of another. */
    private List<List<int[]>> knots() {
        List<List<int[]>> knots = new ArrayList<>();
        List<Set<Integer>> units = new ArrayList<>();
        for (int[] set : sets) {
            List<int[]> knot = new ArrayList<>(List.of(set));
            Set<Integer> itsUnits = Arrays.stream(set).boxed().collect(Collectors.toSet());
            for (int i = knots.size() - 1; i >= 0; i--) {
                if (!Collections.disjoint(units.get(i), itsUnits)) {
                    knot.addAll(knots.remove(i));
                    itsUnits.addAll(units.remove(i));
                }
            }
            knots.add(knot);
            units.add(itsUnits);
        }
        return knots;
    }

    /** Takes back the part of all other units, so that the sets that were laid aside find theirs free. */
    private void keepTwoOfEach() {
        Set<Integer> kept = new HashSet<>();
        for (int[] set : sets) {
            for (int part = 0; part < PARTS; part++) {
                int ofPart = part;
                kept.add(Arrays.stream(set)
                        .filter(unit -> isIn(unit, ofPart))
                        .findFirst()
                        .orElseThrow());
            }
        }
        partOf.keySet().retainAll(kept);
    }

    /** Puts units into parts until all sets of a knot are split; undoes that where they cannot be any more. */
    private boolean isCompleted(List<int[]> knot) {
        int[] tightest = {};
        int lacking = 0;
        int fewest = Integer.MAX_VALUE;
        for (int[] set : knot) {
            int free = (int)
                    Arrays.stream(set).filter(unit -> !partOf.containsKey(unit)).count();
            int lacked = lacked(set);
            int toSpare = free - (has(set, 0) ? 0 : 1) - (has(set, 1) ? 0 : 1);
            if (lacked < PARTS && toSpare < 0) {
                return false;
            }
            if (lacked < PARTS && free < fewest) {
                tightest = set;
                lacking = lacked;
                fewest = free;
            }
        }
        if (fewest == Integer.MAX_VALUE) {
            return true;
        }
        List<Integer> tried = new ArrayList<>();
        for (int unit : tightest) {
            if (partOf.containsKey(unit) || trials >= budget.most()) {
                continue;
            }
            trials++;
            budget.left--;
            partOf.put(unit, lacking);
            if (isCompleted(knot)) {
                return true;
            }
            // it is in the other part then, in whatever is still to be tried
            partOf.put(unit, 1 - lacking);
            tried.add(unit);
        }
        tried.forEach(partOf::remove);
        return false;
    }

    /** Of a large set that may lack a unit in a part, and has one free for it. */
    private void complete(int[] set) {
        for (int unit : set) {
            int lacked = lacked(set);
            if (lacked < PARTS) {
                partOf.putIfAbsent(unit, lacked);
            }
        }
    }

    /** A part in which a set has no unit; as many as there are parts if there is none. */
    private int lacked(int[] set) {
        return IntStream.range(0, PARTS)
                .filter(part -> !has(set, part))
                .findFirst()
                .orElse(PARTS);
    }

    private boolean has(int[] set, int part) {
        return Arrays.stream(set).anyMatch(unit -> isIn(unit, part));
    }

    private boolean isIn(int unit, int part) {
        return partOf.getOrDefault(unit, PARTS) == part;
    }
}
