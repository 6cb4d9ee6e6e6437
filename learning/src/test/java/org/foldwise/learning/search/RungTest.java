package org.foldwise.learning.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.foldwise.learning.search.Dimension.Scale;
import org.junit.jupiter.api.Test;

/** Against rungs that were worked out by hand. */
class RungTest {
    private static final List<Dimension> SPACE = List.of(new Dimension.Range("/head/dropout", 0, 0.9, Scale.LINEAR));

    @Test
    void nineCandidatesByThreeOverNineEpochs() {
        assertThat(Rung.of(halving(9, 3, 1), 9))
                .containsExactly(new Rung(0, 1, 9), new Rung(1, 3, 3), new Rung(2, 9, 1));
    }

    /** Four times 2 would be 8 epochs of 10, so that the third rung is the last; 10 / 4 is rounded down. */
    @Test
    void eightCandidatesByTwoFromTwoEpochsOnOverTen() {
        assertThat(Rung.of(halving(8, 2, 2), 10))
                .containsExactly(new Rung(0, 2, 8), new Rung(1, 5, 4), new Rung(2, 10, 2));
    }

    @Test
    void tenCandidatesByThreeOverTwentyEpochs() {
        assertThat(Rung.of(halving(10, 3, 1), 20))
                .containsExactly(new Rung(0, 2, 10), new Rung(1, 6, 3), new Rung(2, 20, 1));
    }

    @Test
    void otherSearchesHaveOneRungOfTheCandidatesOwnEpochs() {
        assertThat(Rung.of(new SearchSpec.Random(SPACE, 7, InnerSpec.DEFAULT, 1), 20))
                .containsExactly(new Rung(0, null, 7));
    }

    @Test
    void aHalvingThatNeverHalvesIsRefused() {
        assertThatThrownBy(() -> Rung.of(halving(9, 3, 4), 9)).hasMessageStartingWith("minimumEpochs must leave room");
        assertThatThrownBy(() -> Rung.of(halving(2, 3, 1), 9)).hasMessageContaining("count must be eta or more");
    }

    /** In each of 5 outer folds 9 + 3 + 1 trainings on 3 inner folds, and one of what was chosen. */
    @Test
    void countsRuns() {
        SearchBudget budget = SearchBudget.of(5, new InnerSpec(3, 0.2), Rung.of(halving(9, 3, 1), 9));

        assertThat(budget.runs()).isEqualTo(5 * (3 * 13 + 1)).isEqualTo(200);
        assertThat(budget.isAffordable()).isTrue();
        assertThat(new SearchBudget(5, 3, 67).runs()).isEqualTo(1010);
        assertThat(new SearchBudget(5, 3, 67).isAffordable()).isFalse();
        assertThat(new SearchBudget(5, 3, 66).isAffordable()).isTrue();
    }

    private static SearchSpec halving(int count, int eta, int minimumEpochs) {
        return new SearchSpec.Halving(SPACE, count, eta, minimumEpochs, InnerSpec.DEFAULT, 1);
    }
}
