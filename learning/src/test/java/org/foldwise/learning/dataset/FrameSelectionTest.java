package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameSelectionTest {
    /** By hand. */
    @Test
    void takesEveryNthOfARange() {
        assertThat(new FrameSelection(1).of(4)).containsExactly(0, 1, 2, 3);
        assertThat(new FrameSelection(3).of(10)).containsExactly(0, 3, 6, 9);
        assertThat(new FrameSelection(1, 0.25, 0.75).of(8)).containsExactly(2, 3, 4, 5);
        assertThat(new FrameSelection(2, 0.25, 0.75).of(8)).containsExactly(2, 4);
        // 0.3 x 7 = 2.1 lies in frame 2, 0.6 x 7 = 4.2 in frame 4
        assertThat(new FrameSelection(1, 0.3, 0.6).of(7)).containsExactly(2, 3, 4);
        // 0.29 x 100 is 28.999999999999996 in binary, 0.07 x 100 is 7.000000000000001
        assertThat(new FrameSelection(1, 0.29, 0.3).of(100)).containsExactly(29);
        assertThat(new FrameSelection(1, 0.05, 0.07).of(100)).containsExactly(5, 6);
    }

    @Test
    void takesTheOnlyFrameWhateverTheRange() {
        assertThat(new FrameSelection(7, 0.9, 0.95).of(1)).containsExactly(0);
        assertThat(new FrameSelection(7, 0.4, 0.41).of(3)).containsExactly(1);
        assertThat(new FrameSelection(Integer.MAX_VALUE).of(5)).containsExactly(0);
        assertThat(new FrameSelection(1, Math.nextDown(1.0), 1).of(3)).containsExactly(2);
        assertThat(new FrameSelection(1, 0, Double.MIN_VALUE).of(3)).containsExactly(0);
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 1", "2, 0, 1", "3, 0.1, 0.9", "5, 0.5, 0.51", "1, 0.99, 1"})
    void countsWhatItTakesAndNothingOutsideTheFile(int every, double from, double to) {
        FrameSelection selection = new FrameSelection(every, from, to);
        for (int frames : IntStream.rangeClosed(1, 300).toArray()) {
            List<Integer> taken = selection.of(frames);

            assertThat(taken).hasSize(selection.count(frames)).isSorted().doesNotHaveDuplicates();
            assertThat(taken.get(0)).isNotNegative();
            assertThat(taken.get(taken.size() - 1)).isLessThan(frames);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 1", "-1, 0, 1", "1, -0.1, 1", "1, 0, 1.1", "1, 0.5, 0.5", "1, 0.6, 0.5", "1, NaN, 1", "1, 0, NaN"
    })
    void refusesWhatIsNoSelection(int every, double from, double to) {
        assertThatIllegalArgumentException().isThrownBy(() -> new FrameSelection(every, from, to));
    }
}
