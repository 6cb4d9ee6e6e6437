package org.foldwise.learning.split;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What train and validation need of those who learn: both have images of every label that may not be missing. Where a label of several
 * must be learnt and judged, both have images with and without one that is judged.
 */
final class Learning {
    private static final int NONE = -1;
    private static final int NEEDED = Sides.NEEDED_FOR_DEVELOPMENT;

    private final RareClasses rare;
    private final int[] units;
    /** Of whoever asks of many days or sites whether they will do. */
    private final SetSplitting.Budget budget = new SetSplitting.Budget();

    /**
     * Of some cohort.
     *
     * @param classes the first so many labels are classes
     * @param all the units of the whole cohort
     */
    Learning(RareClasses rare, int classes, UnitCounts all) {
        this.rare = rare;
        this.units = IntStream.range(0, classes).map(all::unitsWith).toArray();
    }

    /**
     * Units with which train and validation have what they need, whoever comes to them besides.
     *
     * @param label what both have images without; none where they need not
     * @param partOf 0 for train and 1 for validation, by unit
     */
    record Start(@Nullable Integer label, Map<Integer, Integer> partOf) {}

    /**
     * A label that some images of a side show and others do not.
     *
     * @param side who is judged
     */
    BitSet judgedBy(UnitCounts side) {
        return IntStream.range(0, units.length)
                .filter(label -> side.unitsWith(label) > 0 && side.unitsWithout(label) > 0)
                .collect(BitSet::new, BitSet::set, BitSet::or);
    }

    /** All labels, where nobody is judged. */
    BitSet unjudged() {
        BitSet all = new BitSet();
        all.set(0, units.length);
        return all;
    }

    /** The labels of those that are judged that those who learn have enough units with and without of, looked at one by one. */
    BitSet learnt(Learners learners, BitSet judged) {
        return judged.stream()
                .filter(label -> learners.units(label, true) >= NEEDED && learners.units(label, false) >= NEEDED)
                .collect(BitSet::new, BitSet::set, BitSet::or);
    }

    /** Whether train and validation can have what they need. */
    boolean isPossible(Learners learners, BitSet judged) {
        return candidates(learners, judged).stream()
                .anyMatch(sets -> SetSplitting.isPossible(sets.sizes(), sets, budget));
    }

    /** What is wrong where it is not possible, though there are units enough of everything by itself. */
    String fault() {
        return "the patients for train and validation cannot be divided so that both have every class"
                + (rare.task().isExclusive()
                        ? ""
                        : " that may not be missing and, of one that can be judged, images with and without it");
    }

    /** Units to begin with; none where train and validation cannot have what they need. */
    @Nullable
    Start start(Learners learners, BitSet judged) {
        for (Sets sets : candidates(learners, judged)) {
            Map<Integer, Integer> partOf = SetSplitting.of(sets.sizes(), sets, new SetSplitting.Budget());
            if (partOf != null) {
                return new Start(sets.label() == NONE ? null : (Integer) sets.label(), partOf);
            }
        }
        return null;
    }

    /** What is to be split, for each label that could be learnt and judged. */
    private List<Sets> candidates(Learners learners, BitSet judged) {
        List<Integer> needed = IntStream.range(0, units.length)
                .filter(label -> !rare.mayMiss(Role.TRAIN, units[label], learners.units(label, true)))
                .boxed()
                .toList();
        if (!rare.needsLabelInCommon()) {
            return List.of(new Sets(learners, needed, NONE));
        }
        List<Sets> candidates = new ArrayList<>();
        learnt(learners, judged).stream().forEach(label -> candidates.add(new Sets(learners, needed, label)));
        return candidates;
    }

    /**
     * Units that show each of some labels, and those with images with and without one.
     *
     * @param shown the labels
     * @param label the one; {@link #NONE} for none
     */
    private record Sets(Learners learners, List<Integer> shown, int label) implements SetSplitting.Members {
        int[] sizes() {
            return IntStream.range(0, shown.size() + (label == NONE ? 0 : 2))
                    .map(set -> learners.units(labelOf(set), isShown(set)))
                    .toArray();
        }

        @Override
        public int[] of(int set, int atMost) {
            return learners.some(labelOf(set), isShown(set), atMost);
        }

        private int labelOf(int set) {
            return set < shown.size() ? shown.get(set) : label;
        }

        private boolean isShown(int set) {
            return set <= shown.size();
        }
    }
}
