package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {
    private static final List<Preprocessing> ALL = List.of(
            Preprocessing.letterboxed(64, 1),
            Preprocessing.stretched(64, 1),
            Preprocessing.normalized(1, List.of(new Preprocessing.Step.CentreCrop(72, 64, ResizeFilter.BILINEAR))));

    @Test
    void countsMarginsAndCutsInTheImagesPixels() {
        // 200 x 100 becomes 64 x 32 with 16 rows above: one pixel of the input is 3.125 of the image
        assertThat(ALL.get(0).placement(200, 100)).isEqualTo(new Placement(0, -50, 200, 200));
        assertThat(ALL.get(1).placement(200, 100)).isEqualTo(new Placement(0, 0, 200, 100));
        // 200 x 100 becomes 144 x 72, of which 40 columns and 4 rows go on each side
        Placement cut = ALL.get(2).placement(200, 100);
        assertThat(cut.left()).isCloseTo(40 * 200 / 144.0, within(1e-9));
        assertThat(cut.top()).isCloseTo(4 * 100 / 72.0, within(1e-9));
        assertThat(cut.width()).isCloseTo(64 * 200 / 144.0, within(1e-9));
        assertThat(cut.across(cut.left())).isZero();
        assertThat(cut.down(cut.top() + cut.height())).isEqualTo(1);
    }

    /** A white spot is found in the input where the placement says. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void saysWhereASpotWillBe(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int width = random.nextInt(90, 200);
        int height = random.nextInt(90, 200);
        int side = 10;
        int x = width / 2 + random.nextInt(-20, 20) - side / 2;
        int y = height / 2 + random.nextInt(-20, 20) - side / 2;
        byte[] samples = new byte[width * height];
        for (int i = 0; i < side * side; i++) {
            samples[(y + i / side) * width + x + i % side] = (byte) 255;
        }
        for (Preprocessing preprocessing : ALL) {
            PixelImage input = preprocessing.toPixels(PixelImage.of(width, height, 1, samples));
            Placement placement = preprocessing.placement(width, height);
            double[] centre = centre(input);
            assertThat(centre[0]).isCloseTo(64 * placement.across(x + side / 2.0), within(0.2));
            assertThat(centre[1]).isCloseTo(64 * placement.down(y + side / 2.0), within(0.2));
        }
    }

    private static double[] centre(PixelImage image) {
        double sum = 0;
        double across = 0;
        double down = 0;
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                int sample = image.sample(x, y, 0);
                sum += sample;
                across += sample * (x + 0.5);
                down += sample * (y + 0.5);
            }
        }
        return new double[] {across / sum, down / sum};
    }

    @Test
    void refusesWhatIsNoRectangle() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Placement(0, 0, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Placement(Double.NaN, 0, 1, 1));
    }
}
