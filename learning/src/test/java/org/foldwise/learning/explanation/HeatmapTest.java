package org.foldwise.learning.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HeatmapTest {
    @Test
    void scalesThePositivePart() {
        Heatmap map = new Heatmap(2, 2, new double[] {-5, 0, 1, 4});

        assertThat(map.heat()).containsExactly(0, 0, 0.25, 1);
        assertThat(map.raw(0, 0)).isEqualTo(-5);
        assertThat(map.isBlank()).isFalse();
    }

    @Test
    void isBlankWhereNothingSpeaksForTheAnswer() {
        Heatmap map = new Heatmap(1, 2, new double[] {-1, -2});

        assertThat(map.isBlank()).isTrue();
        assertThat(map.shareWithin(0, 0, 1, 1)).isEmpty();
        assertThat(map.shareInBorder(0.1)).isEmpty();
        assertThat(new Heatmap(1, 2, new double[] {3, 3}).isBlank()).isTrue();
    }

    /** A drawn network that is moved by nothing gave raw values of 1e-11, which were shown as a full map. */
    @Test
    void isBlankWhereAllPlacesTogetherHardlyMoveTheAnswer() {
        assertThat(new Heatmap(2, 2, new double[] {1e-11, -3e-12, 0, 2e-12}).isBlank())
                .isTrue();
        assertThat(new Heatmap(2, 2, new double[] {5 + 1e-7, 5, 5, 5}).heat()).containsOnly(0);
        assertThat(new Heatmap(2, 2, new double[] {2e-6, 0, 1e-6, 0}).heat()).containsExactly(1, 0, 0.5, 0);
    }

    /** 1 x 2 cells on 4 pixels: centres of cells at 0.25 and 0.75, of pixels at 0.125, 0.375, 0.625, 0.875. */
    @Test
    void growsBetweenTheCentresOfCells() {
        Heatmap map = new Heatmap(1, 2, new double[] {0, 1});

        assertThat(map.upsampled(4, 1)).containsExactly(0, 0.25, 0.75, 1);
        assertThat(map.upsampled(4, 3)).hasSize(12);
    }

    @Test
    void sumsUpHeatInARectangle() {
        Heatmap left = new Heatmap(2, 2, new double[] {1, 0, 1, 0});

        // the left half holds the flat quarter at 1 and half of the slope: (0.25 + 0.25 x 0.75) of 0.5
        assertThat(left.shareWithin(0, 0, 0.5, 1).orElseThrow()).isCloseTo(0.875, within(1e-3));
        assertThat(left.shareWithin(0, 0, 1, 0.5).orElseThrow()).isCloseTo(0.5, within(1e-9));
        assertThat(left.shareWithin(0, 0, 1, 1).orElseThrow()).isEqualTo(1);
    }

    @Test
    void evenHeatLiesInTheFrameByItsArea() {
        double[] raw = new double[64];
        Arrays.fill(raw, 1);
        raw[0] = 0;

        assertThat(new Heatmap(8, 8, raw).shareInBorder(0.25).orElseThrow()).isCloseTo(0.75, within(0.02));
    }

    @Test
    void refusesWhatIsNoMap() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Heatmap(2, 2, new double[3]));
        assertThatIllegalArgumentException().isThrownBy(() -> new Heatmap(1, 1, new double[] {Double.NaN}));
        assertThatIllegalArgumentException().isThrownBy(() -> new Heatmap(1, 1, new double[] {1}).shareInBorder(0.6));
    }
}
