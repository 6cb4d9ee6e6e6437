package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PixelImageTest {
    @Test
    void keepsItsSamplesWhateverCallersDoToTheirArrays() {
        byte[] given = {1, 2, 3, 4};
        PixelImage image = PixelImage.of(2, 2, 1, given);
        given[0] = 9;
        image.samples()[1] = 9;

        assertThat(image.samples()).containsExactly(1, 2, 3, 4);
        assertThat(image.sample(1, 1, 0)).isEqualTo(4);
    }

    @Test
    void isEqualByShapeAndContent() {
        PixelImage image = PixelImage.of(2, 1, 1, new byte[] {1, 2});

        assertThat(image)
                .isEqualTo(PixelImage.of(2, 1, 1, new byte[] {1, 2}))
                .hasSameHashCodeAs(PixelImage.of(2, 1, 1, new byte[] {1, 2}));
        assertThat(image).isNotEqualTo(PixelImage.of(1, 2, 1, new byte[] {1, 2}));
        assertThat(image).isNotEqualTo(PixelImage.of(2, 1, 1, new byte[] {1, 3}));
    }

    @Test
    void refusesShapesThatDoNotFit() {
        assertThatIllegalArgumentException().isThrownBy(() -> PixelImage.of(2, 2, 1, new byte[3]));
        assertThatIllegalArgumentException().isThrownBy(() -> PixelImage.of(0, 2, 1, new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> PixelImage.of(1, 1, 2, new byte[2]));
        assertThatIllegalArgumentException().isThrownBy(() -> PixelImage.of(65536, 65536, 1, new byte[0]));
    }

    @Test
    void turnsGreyToColourAndBack() {
        PixelImage grey = PixelImage.of(2, 1, 1, new byte[] {10, (byte) 200});

        assertThat(grey.withChannels(3).samples()).containsExactly(10, 10, 10, 200, 200, 200);
        assertThat(grey.withChannels(3).withChannels(1)).isEqualTo(grey);
    }

    @Test
    void fourQuarterTurnsOfASquareChangeNothing() {
        PixelImage square = noise(17, 17);

        PixelImage turned = square.rotated(90, Resampling.NEAREST);

        assertThat(turned.sample(0, 16, 0)).as("top left goes to bottom left").isEqualTo(square.sample(0, 0, 0));
        assertThat(turned.rotated(90, Resampling.NEAREST)
                        .rotated(450, Resampling.NEAREST)
                        .rotated(-270, Resampling.NEAREST))
                .isEqualTo(square);
        assertThat(turned.rotated(270, Resampling.NEAREST)).isEqualTo(square);
    }

    @Test
    void halfTurnsAndNoTurnsKeepEveryPixel() {
        PixelImage image = noise(20, 7);

        assertThat(image.rotated(180, Resampling.NEAREST).rotated(180, Resampling.NEAREST))
                .isEqualTo(image);
        assertThat(image.rotated(180, Resampling.BILINEAR).sample(0, 0, 0)).isEqualTo(image.sample(19, 6, 0));
        assertThat(image.rotated(720, Resampling.BILINEAR)).isEqualTo(image);
    }

    @Test
    void rotationFillsCornersWithBlack() {
        byte[] white = new byte[40 * 40];
        Arrays.fill(white, (byte) 255);

        PixelImage turned = PixelImage.of(40, 40, 1, white).rotated(30, Resampling.NEAREST);

        assertThat(turned.sample(0, 0, 0)).isZero();
        assertThat(turned.sample(20, 20, 0)).isEqualTo(255);
    }

    private static PixelImage noise(int width, int height) {
        byte[] samples = new byte[width * height];
        new SplittableRandom(3).nextBytes(samples);
        return PixelImage.of(width, height, 1, samples);
    }
}
