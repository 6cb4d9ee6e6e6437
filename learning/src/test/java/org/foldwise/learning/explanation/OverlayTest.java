package org.foldwise.learning.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Placement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlayTest {
    private static final int GREY = 100;

    private static PixelImage film(int width, int height) {
        byte[] samples = new byte[width * height];
        Arrays.fill(samples, (byte) GREY);
        return PixelImage.of(width, height, 1, samples);
    }

    private static int brightness(PixelImage image, int x, int y) {
        return image.withChannels(1).sample(x, y, 0);
    }

    @Test
    void brightnessGrowsWithHeat() {
        double last = -1;
        for (int i = 0; i <= 100; i++) {
            double[] colour = HeatScale.colour(i / 100.0);
            double brightness = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
            assertThat(brightness).isGreaterThan(last);
            last = brightness;
        }
        assertThat(HeatScale.colour(0)).containsOnly(0);
        assertThat(HeatScale.colour(1)).containsOnly(255);
    }

    @Test
    void leavesTheLeftPictureAsItIsAndHeatsTheOther() {
        PixelImage overlay =
                Overlay.of(film(384, 384), new Placement(0, 0, 384, 384), new Heatmap(1, 2, new double[] {0, 1}));

        assertThat(brightness(overlay, 10, 200)).isEqualTo(GREY);
        assertThat(brightness(overlay, 370, 200)).isEqualTo(GREY);
        int second = 384 + 12;
        assertThat(brightness(overlay, second + 10, 200)).isLessThan(GREY);
        assertThat(brightness(overlay, second + 370, 200)).isGreaterThan(GREY);
    }

    @Test
    void hatchesWhatTheNetworkDidNotSee() {
        PixelImage overlay =
                Overlay.of(film(384, 192), new Placement(96, 0, 192, 192), new Heatmap(1, 2, new double[] {0, 1}));

        int second = 384 + 12;
        assertThat(overlay.sample(second + 20, 20, 0)).isIn(70, 150);
        assertThat(overlay.sample(second + 20, 20, 0)).isEqualTo(overlay.sample(second + 20, 20, 1));
        assertThat(brightness(overlay, second + 280, 100)).isGreaterThan(GREY);
    }

    /** Shapes at the edge of what decodes. */
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 3000", "3000, 1", "384, 385", "5, 7"})
    void drawsImagesOfAnyShape(int width, int height) {
        PixelImage overlay = Overlay.of(
                film(width, height).withChannels(3),
                new Placement(0, 0, width, height),
                new Heatmap(2, 2, new double[] {0, 1, 2, 3}));

        assertThat(overlay.width()).isLessThanOrEqualTo(2 * 384 + 76);
        assertThat(overlay.height()).isBetween(128, 384);
    }
}
