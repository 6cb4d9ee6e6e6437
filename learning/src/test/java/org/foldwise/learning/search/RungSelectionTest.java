package org.foldwise.learning.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.foldwise.learning.search.RungSelection.Outcome;
import org.foldwise.learning.search.RungSelection.Standing;
import org.junit.jupiter.api.Test;

class RungSelectionTest {
    /** Means 0.7, 0.8, lost, 0.8, 0.6, 0.75. */
    private static final List<Outcome> OUTCOMES = List.of(
            new Outcome(0, List.of(0.5, 0.9), null),
            new Outcome(1, List.of(0.8, 0.8), null),
            new Outcome(2, List.of(), "diverged"),
            new Outcome(3, List.of(0.75, 0.85), null),
            new Outcome(4, List.of(0.6, 0.6), null),
            new Outcome(5, List.of(0.7, 0.8), null));

    @Test
    void keepsTheHighestMeansAndOfEqualOnesTheEarlierCandidate() {
        List<Standing> standings = RungSelection.of(OUTCOMES, 2);

        assertThat(standings).extracting(Standing::candidate).containsExactly(1, 3, 5, 0, 4, 2);
        assertThat(standings).extracting(Standing::place).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(standings.stream().filter(Standing::kept).map(Standing::candidate))
                .containsExactly(1, 3);
        assertThat(standings.get(3).meanRocAuc()).isCloseTo(0.7, within(1e-15));
        assertThat(standings.get(3).standardDeviation()).isCloseTo(Math.sqrt(0.08), within(1e-15));
        assertThat(standings.get(5)).isEqualTo(new Standing(2, null, null, "diverged", 6, false));
    }

    @Test
    void doesNotMindInWhichOrderCandidatesEnded() {
        List<Standing> expected = RungSelection.of(OUTCOMES, 3);
        List<Outcome> shuffled = new ArrayList<>(OUTCOMES);
        for (int seed = 0; seed < 50; seed++) {
            Collections.shuffle(shuffled, new Random(seed));
            assertThat(RungSelection.of(shuffled, 3)).isEqualTo(expected);
        }
    }

    @Test
    void neverKeepsWhoHasLostEvenIfThereIsRoom() {
        assertThat(RungSelection.of(OUTCOMES, 6).stream().filter(Standing::kept))
                .hasSize(5);
        assertThat(RungSelection.of(List.of(new Outcome(0, List.of(), "out of memory")), 1))
                .noneMatch(Standing::kept);
    }

    /** Nine candidates by three, their areas rising with the rung; worked out by hand. */
    @Test
    void halvesAsByHand() {
        double[][] areas = {
            {0.61, 0.70, 0.55, 0.72, 0.66, 0.70, 0.50, 0.69, 0.71},
            {0, 0.80, 0, 0.78, 0, 0.81, 0, 0, 0.79},
            {0, 0.90, 0, 0.88, 0, 0.85, 0, 0, 0.86}
        };
        List<Integer> left = List.of(0, 1, 2, 3, 4, 5, 6, 7, 8);
        List<List<Integer>> kept = new ArrayList<>();
        for (int rung = 0; rung < 3; rung++) {
            double[] ofRung = areas[rung];
            left = RungSelection.of(
                            left.stream()
                                    .map(candidate -> new Outcome(candidate, List.of(ofRung[candidate]), null))
                                    .toList(),
                            rung == 0 ? 3 : 1)
                    .stream()
                    .filter(Standing::kept)
                    .map(Standing::candidate)
                    .toList();
            kept.add(left);
        }

        // 1 and 5 are equal at the first rung, and the third place is 1's
        assertThat(kept).containsExactly(List.of(3, 8, 1), List.of(1), List.of(1));
    }
}
