package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrientationTest {
    /** Three columns, two rows: 1 2 3 over 4 5 6. */
    private static final PixelImage SCENE = PixelImage.of(3, 2, 1, new byte[] {1, 2, 3, 4, 5, 6});

    /** Exif 2.32: where the stored rows and columns lie in the upright picture, built from two mirrors and a transposition. */
    static PixelImage uprightByDefinition(int exifValue, PixelImage stored) {
        return switch (exifValue) {
            case 1 -> stored;
            case 2 -> mirrored(stored);
            case 3 -> mirrored(flipped(stored));
            case 4 -> flipped(stored);
            case 5 -> transposed(stored);
            case 6 -> mirrored(transposed(stored));
            case 7 -> mirrored(flipped(transposed(stored)));
            case 8 -> flipped(transposed(stored));
            default -> throw new IllegalArgumentException("no orientation " + exifValue);
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void turnsStoredPixelsUpright(int exifValue) {
        PixelImage upright = Orientation.ofExif(exifValue).upright(SCENE);

        assertThat(upright).isEqualTo(uprightByDefinition(exifValue, SCENE));
    }

    @Test
    void turnsACameraHeldOnItsSide() {
        assertThat(Orientation.ofExif(6).upright(SCENE).samples()).containsExactly(4, 1, 5, 2, 6, 3);
        assertThat(Orientation.ofExif(8).upright(SCENE).samples()).containsExactly(3, 6, 2, 5, 1, 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 65535})
    void treatsUndefinedValuesAsUpright(int exifValue) {
        assertThat(Orientation.ofExif(exifValue)).isEqualTo(Orientation.UPRIGHT);
    }

    private static PixelImage mirrored(PixelImage image) {
        byte[] samples = image.samples();
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                put(samples, image.width(), image, x, y, image.width() - 1 - x, y);
            }
        }
        return PixelImage.of(image.width(), image.height(), image.channels(), samples);
    }

    private static PixelImage flipped(PixelImage image) {
        byte[] samples = image.samples();
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                put(samples, image.width(), image, x, y, x, image.height() - 1 - y);
            }
        }
        return PixelImage.of(image.width(), image.height(), image.channels(), samples);
    }

    private static PixelImage transposed(PixelImage image) {
        byte[] samples = image.samples();
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                put(samples, image.height(), image, x, y, y, x);
            }
        }
        return PixelImage.of(image.height(), image.width(), image.channels(), samples);
    }

    private static void put(byte[] samples, int width, PixelImage image, int x, int y, int toX, int toY) {
        for (int channel = 0; channel < image.channels(); channel++) {
            samples[(toY * width + toX) * image.channels() + channel] = (byte) image.sample(x, y, channel);
        }
    }
}
