package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossScaleTest {
    /** As {@code torch.amp.GradScaler()}: 65536, halved at once, doubled after 2000 good updates in a row. */
    @Test
    void followsTorch() {
        LossScale scale = LossScale.INITIAL.afterOverflow();
        assertThat(scale.factor()).isEqualTo(32768);
        for (int update = 1; update < 2000; update++) {
            scale = scale.afterGoodUpdate();
            assertThat(scale).isEqualTo(new LossScale(32768, update));
        }
        assertThat(scale.afterOverflow()).isEqualTo(new LossScale(16384, 0));
        assertThat(scale.afterGoodUpdate()).isEqualTo(new LossScale(65536, 0));
    }

    @Test
    void staysWhereFloat32CanScaleALoss() {
        assertThat(new LossScale(1, 0).isSmallest()).isTrue();
        assertThat(new LossScale(2, 0).isSmallest()).isFalse();
        assertThat(new LossScale(1, 5).afterOverflow()).isEqualTo(new LossScale(1, 0));
        assertThat(new LossScale(0x1p63, 1999).afterGoodUpdate()).isEqualTo(new LossScale(0x1p63, 0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 3, -2, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesWhatIsNoPowerOfTwo(double factor) {
        assertThatIllegalArgumentException().isThrownBy(() -> new LossScale(factor, 0));
    }
}
