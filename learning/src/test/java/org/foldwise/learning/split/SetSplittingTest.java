package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SetSplittingTest {
    private static int[] sizes(List<int[]> sets) {
        return sets.stream().mapToInt(set -> set.length).toArray();
    }

    private static SetSplitting.Members members(List<int[]> sets) {
        return (set, atMost) -> Arrays.copyOf(sets.get(set), Math.min(atMost, sets.get(set).length));
    }

    private static List<int[]> random(int units, int sets, int largest, SplittableRandom random) {
        List<int[]> all = new ArrayList<>();
        for (int set = 0; set < sets; set++) {
            int size = 2 + random.nextInt(largest - 1);
            all.add(IntStream.generate(() -> random.nextInt(units))
                    .distinct()
                    .limit(Math.min(units, size))
                    .toArray());
        }
        return all;
    }

    private static boolean splitsAll(List<int[]> sets, Map<Integer, Integer> partOf) {
        return sets.stream().allMatch(set -> IntStream.range(0, 2).allMatch(part -> Arrays.stream(set)
                .anyMatch(unit -> Integer.valueOf(part).equals(partOf.get(unit)))));
    }

    @Test
    void findsADivisionExactlyWhereThereIsOne() {
        SplittableRandom random = new SplittableRandom(1);
        int possible = 0;
        for (int i = 0; i < 600; i++) {
            int units = 3 + random.nextInt(6);
            List<int[]> sets = random(units, 4 + random.nextInt(12), 3, random);
            boolean exists = IntStream.range(0, 1 << units).anyMatch(division -> sets.stream()
                    .allMatch(set -> Arrays.stream(set)
                                    .map(unit -> division >> unit & 1)
                                    .distinct()
                                    .count()
                            == 2));

            Map<Integer, Integer> partOf = SetSplitting.of(sizes(sets), members(sets), new SetSplitting.Budget());

            assertThat(partOf != null).as("%d", i).isEqualTo(exists);
            assertThat(SetSplitting.isPossible(sizes(sets), members(sets), new SetSplitting.Budget()))
                    .isEqualTo(exists);
            assertThat(partOf == null || splitsAll(sets, partOf)).isTrue();
            possible += exists ? 1 : 0;
        }
        assertThat(possible).isBetween(200, 500);
    }

    @Test
    void largeSetsAreSplitBesideSmallOnes() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 50; i++) {
            List<int[]> sets = new ArrayList<>(random(60, 40, 60, random));
            sets.removeIf(set -> set.length < 4);

            Map<Integer, Integer> partOf = SetSplitting.of(sizes(sets), members(sets), new SetSplitting.Budget());

            assertThat(partOf != null && splitsAll(sets, partOf)).as("%d", i).isTrue();
        }
    }

    /** Whoever has units enough, whoever they are, need not be asked who they are. */
    @Test
    void manyUnitsAreNotLookedAt() {
        assertThat(SetSplitting.isPossible(
                        new int[] {6, 4, 1_000_000},
                        (set, atMost) -> {
                            throw new AssertionError("set " + set + " was looked at");
                        },
                        new SetSplitting.Budget()))
                .isTrue();
    }

    /** Forty pairs of which any division will do, and three that no division can split: each knot is looked at by itself. */
    @Test
    void whatHangsTogetherIsSplitByItself() {
        List<int[]> sets = new ArrayList<>();
        for (int pair = 0; pair < 40; pair++) {
            sets.add(new int[] {2 * pair, 2 * pair + 1});
        }
        SetSplitting.Budget budget = new SetSplitting.Budget();
        assertThat(SetSplitting.isPossible(sizes(sets), members(sets), budget)).isTrue();

        sets.add(new int[] {100, 101});
        sets.add(new int[] {101, 102});
        sets.add(new int[] {100, 102});

        assertThat(SetSplitting.isPossible(sizes(sets), members(sets), budget)).isFalse();
        assertThat(budget.isSpent()).isFalse();
    }

    /** Random triples of which there are so many that hardly any division splits them: choices come to an end, and easy ones are made. */
    @Test
    void hardQuestionsDoNotKeepEasyOnesFromAnAnswer() {
        SplittableRandom random = new SplittableRandom(3);
        SetSplitting.Budget budget = new SetSplitting.Budget();
        for (int i = 0; i < 40; i++) {
            List<int[]> hard = new ArrayList<>();
            for (int set = 0; set < 420; set++) {
                hard.add(random.ints(0, 200).distinct().limit(3).toArray());
            }
            SetSplitting.isPossible(sizes(hard), members(hard), budget);
        }
        assertThat(budget.isSpent()).isTrue();
        List<int[]> easy = List.of(new int[] {0, 1}, new int[] {1, 2}, new int[] {2, 3});
        assertThat(SetSplitting.isPossible(sizes(easy), members(easy), budget)).isTrue();
    }
}
