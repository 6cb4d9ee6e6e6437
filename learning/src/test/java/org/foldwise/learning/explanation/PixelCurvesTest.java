package org.foldwise.learning.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.function.ToDoubleFunction;
import org.foldwise.learning.imaging.PixelImage;
import org.junit.jupiter.api.Test;

class PixelCurvesTest {
    private static final int SIDE = 32;

    /** A white square of 8 x 8 in the upper left quarter of a black image. */
    private static final PixelImage IMAGE = image();

    /** Which share of the square is still white. */
    private static final ToDoubleFunction<PixelImage> ANSWER = image -> {
        int white = 0;
        for (int i = 0; i < 64; i++) {
            white += image.sample(4 + i % 8, 4 + i / 8, 0) == 255 ? 1 : 0;
        }
        return white / 64.0;
    };

    private static PixelImage image() {
        byte[] samples = new byte[SIDE * SIDE];
        for (int i = 0; i < 64; i++) {
            samples[(4 + i / 8) * SIDE + 4 + i % 8] = (byte) 255;
        }
        return PixelImage.of(SIDE, SIDE, 1, samples);
    }

    private static double[] heat(boolean onTheSquare) {
        double[] heat = new double[SIDE * SIDE];
        for (int i = 0; i < heat.length; i++) {
            boolean inside = i % SIDE >= 4 && i % SIDE < 12 && i / SIDE >= 4 && i / SIDE < 12;
            heat[i] = inside == onTheSquare ? 1 : 0;
        }
        return heat;
    }

    /** The square is a sixteenth of the image, so the first of 16 steps takes it whole. */
    @Test
    void fallEarlyAndRiseEarlyUnderTheRightMap() {
        PixelCurves curves = PixelCurves.of(ANSWER, IMAGE, heat(true), 16);

        assertThat(curves.deletion()).hasSize(17).startsWith(1.0, 0.0).endsWith(0.0);
        assertThat(curves.insertion()).startsWith(0.0, 1.0).endsWith(1.0);
        assertThat(curves.deletionArea()).isCloseTo(0.5 / 16, within(1e-12));
        assertThat(curves.insertionArea()).isCloseTo(1 - 0.5 / 16, within(1e-12));
    }

    @Test
    void fallLateAndRiseLateUnderTheWrongOne() {
        PixelCurves curves = PixelCurves.of(ANSWER, IMAGE, heat(false), 16);

        assertThat(curves.deletionArea()).isCloseTo(1 - 0.5 / 16, within(1e-12));
        assertThat(curves.insertionArea()).isCloseTo(0.5 / 16, within(1e-12));
    }

    @Test
    void refusesHeatOfAnotherImage() {
        assertThatIllegalArgumentException().isThrownBy(() -> PixelCurves.of(ANSWER, IMAGE, new double[4], 2));
        assertThatIllegalArgumentException().isThrownBy(() -> PixelCurves.of(ANSWER, IMAGE, heat(true), 0));
    }
}
