package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.foldwise.learning.imaging.Preprocessing.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessingTest {
    @Test
    void letterboxKeepsShapesAndCentresThem() {
        byte[] white = new byte[300 * 200];
        Arrays.fill(white, (byte) 255);

        PixelImage boxed = new Step.Letterbox(96, ResizeFilter.BILINEAR).apply(PixelImage.of(300, 200, 1, white));

        for (int y = 0; y < 96; y++) {
            assertThat(boxed.sample(48, y, 0)).as("row " + y).isEqualTo(y >= 16 && y < 80 ? 255 : 0);
        }
    }

    @ParameterizedTest(name = "{0} x {1}: {2} columns and {3} rows of content")
    @CsvSource({"100, 25, 8, 2", "100, 31, 8, 2", "100, 32, 8, 3", "16, 3, 8, 2", "1, 500, 1, 8", "5, 5, 8, 8"})
    void letterboxRoundsTheShorterSideHalfUp(int width, int height, int columns, int rows) {
        byte[] white = new byte[width * height];
        Arrays.fill(white, (byte) 255);

        PixelImage boxed = new Step.Letterbox(8, ResizeFilter.BILINEAR).apply(PixelImage.of(width, height, 1, white));

        int lit = 0;
        for (byte sample : boxed.samples()) {
            lit += sample == 0 ? 0 : 1;
        }
        assertThat(lit).isEqualTo(columns * rows);
        assertThat(boxed.sample((8 - columns) / 2, (8 - rows) / 2, 0)).isEqualTo(255);
    }

    @Test
    void writesChannelsOneAfterTheOtherFromTheOffsetOn() {
        var preprocessing = new Preprocessing(List.of(
                new Step.Channels(3),
                new Step.Resize(2, 1, ResizeFilter.BILINEAR),
                new Step.Scale(),
                new Step.Normalize(List.of(0.0, 0.5, 1.0), List.of(1.0, 0.5, 2.0))));
        PixelImage image = PixelImage.of(2, 1, 3, new byte[] {0, 0, 0, (byte) 255, (byte) 255, (byte) 255});
        float[] out = new float[8];
        Arrays.fill(out, -9);

        preprocessing.toTensor(image, out, 1);

        assertThat(out).containsExactly(new float[] {-9, 0, 1, -1, 1, -0.5f, 0, -9}, within(1e-7f));
    }

    @Test
    void factoriesDescribeTheNetworksInput() {
        Preprocessing grey = Preprocessing.letterboxed(64, 1);
        Preprocessing colour = Preprocessing.stretched(96, 3);

        assertThat(grey.tensorLength()).isEqualTo(64 * 64);
        assertThat(grey.steps()).contains(new Step.Normalize(List.of(0.449), List.of(0.226)));
        assertThat(colour.tensorLength()).isEqualTo(3 * 96 * 96);
        assertThat(colour.steps()).contains(new Step.Resize(96, 96, ResizeFilter.BILINEAR));
    }

    @Test
    void colourBecomesGreyBeforeItIsResized() {
        byte[] samples = new byte[30 * 20 * 3];
        new SplittableRandom(5).nextBytes(samples);
        PixelImage colour = PixelImage.of(30, 20, 3, samples);

        assertThat(Preprocessing.stretched(32, 1).toPixels(colour))
                .isEqualTo(colour.withChannels(1).resized(32, 32, ResizeFilter.BILINEAR));
    }

    @Test
    void everySettingChangesTheFingerprint() {
        List<Preprocessing> different = List.of(
                Preprocessing.letterboxed(64, 1),
                Preprocessing.letterboxed(96, 1),
                Preprocessing.letterboxed(64, 3),
                Preprocessing.letterboxed(64, 1).shownBy(new Step.Window(40, 400)),
                Preprocessing.letterboxed(64, 1).shownBy(new Step.Window(40, 401)),
                Preprocessing.letterboxed(64, 1).shownBy(new Step.Window(41, 400)),
                Preprocessing.stretched(64, 1),
                Preprocessing.normalized(1, List.of(new Step.Letterbox(64, ResizeFilter.BICUBIC))),
                Preprocessing.normalized(1, List.of(new Step.Resize(64, 64, ResizeFilter.BICUBIC))),
                Preprocessing.normalized(1, List.of(new Step.CentreCrop(64, 64, ResizeFilter.BILINEAR))),
                Preprocessing.normalized(1, List.of(new Step.CentreCrop(64, 64, ResizeFilter.BICUBIC))),
                Preprocessing.normalized(1, List.of(new Step.CentreCrop(72, 64, ResizeFilter.BILINEAR))),
                Preprocessing.normalized(
                        1, List.of(new Step.Equalize(2, 8), new Step.Letterbox(64, ResizeFilter.BILINEAR))),
                Preprocessing.normalized(
                        1, List.of(new Step.Equalize(3, 8), new Step.Letterbox(64, ResizeFilter.BILINEAR))),
                Preprocessing.normalized(
                        1, List.of(new Step.Equalize(2, 4), new Step.Letterbox(64, ResizeFilter.BILINEAR))),
                new Preprocessing(List.of(
                        new Step.Channels(1), new Step.Letterbox(64, ResizeFilter.BILINEAR), new Step.Scale())));

        assertThat(different.stream().map(Preprocessing::fingerprint)).doesNotHaveDuplicates();
        assertThat(Preprocessing.letterboxed(64, 1).fingerprint())
                .isEqualTo(Preprocessing.letterboxed(64, 1).fingerprint());
    }

    @Test
    void cachedPixelsAreSharedByWhatDiffersInItsSamplesOnly() {
        Preprocessing plain = new Preprocessing(
                List.of(new Step.Channels(1), new Step.Letterbox(64, ResizeFilter.BILINEAR), new Step.Scale()));
        assertThat(plain.pixelFingerprint())
                .isEqualTo(Preprocessing.letterboxed(64, 1).pixelFingerprint())
                .isNotEqualTo(Preprocessing.letterboxed(65, 1).pixelFingerprint())
                .isNotEqualTo(Preprocessing.stretched(64, 1).pixelFingerprint())
                .isNotEqualTo(Preprocessing.letterboxed(64, 3).pixelFingerprint())
                .isNotEqualTo(plain.shownBy(new Step.Window(40, 400)).pixelFingerprint())
                .isNotEqualTo(plain.fingerprint());
    }

    @Test
    void aWindowComesFirstAndOnce() {
        Step.Window window = new Step.Window(-600, 1500);
        Preprocessing plain = Preprocessing.letterboxed(64, 1);
        Preprocessing shown = plain.shownBy(window);

        assertThat(plain.window()).isNull();
        assertThat(shown.window()).isEqualTo(window);
        assertThat(shown.steps().subList(1, shown.steps().size())).isEqualTo(plain.steps());
        assertThatIllegalArgumentException().isThrownBy(() -> shown.shownBy(window));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Preprocessing(List.of(
                        new Step.Channels(1),
                        window,
                        new Step.Letterbox(64, ResizeFilter.BILINEAR),
                        new Step.Scale())));
        assertThatIllegalArgumentException().isThrownBy(() -> new Step.Window(0, 0.5));
        assertThatIllegalArgumentException().isThrownBy(() -> new Step.Window(Double.POSITIVE_INFINITY, 5));
    }

    /** Caches and released models are named by it, so it may change only together with the number in its first line. */
    @Test
    void theFingerprintOfAPreprocessingIsPinned() {
        assertThat(Preprocessing.letterboxed(128, 1).fingerprint().hex())
                .isEqualTo("6fc7cef3574be10c72728eeb384888230d15737a422c161af76d0773c8bc0c87");
        assertThat(Preprocessing.letterboxed(128, 1).pixelFingerprint().hex())
                .isEqualTo("705bb36f5f5e524b84c045bfe8c2ced12e147e88145ba6444e0cc59387f1c47c");
    }

    @Test
    void aCentreCropSeesTheMiddleInItsOwnShape() {
        byte[] samples = new byte[400 * 100];
        for (int y = 0; y < 100; y++) {
            Arrays.fill(samples, y * 400 + 150, y * 400 + 250, (byte) 255);
        }

        PixelImage middle =
                new Step.CentreCrop(50, 50, ResizeFilter.BILINEAR).apply(PixelImage.of(400, 100, 1, samples));

        byte[] white = new byte[50 * 50];
        Arrays.fill(white, (byte) 255);
        assertThat(middle.cropped(1, 0, 48, 50))
                .isEqualTo(PixelImage.of(50, 50, 1, white).cropped(1, 0, 48, 50));
        assertThatIllegalArgumentException().isThrownBy(() -> new Step.CentreCrop(49, 50, ResizeFilter.BILINEAR));
    }

    @Test
    void equalizesImagesOfAnySize() {
        for (int side : new int[] {1, 2, 7, 8, 9}) {
            byte[] samples = new byte[side * 9];
            new SplittableRandom(side).nextBytes(samples);
            PixelImage image = PixelImage.of(side, 9, 1, samples);

            PixelImage equalized = Step.Equalize.DEFAULT.apply(image);

            assertThat(equalized.width()).isEqualTo(side);
            assertThat(equalized.height()).isEqualTo(9);
        }
    }

    @Test
    void refusesStepsWithoutSense() {
        var channels = new Step.Channels(1);
        var box = new Step.Letterbox(8, ResizeFilter.BILINEAR);
        var scale = new Step.Scale();
        var colours = new Step.Normalize(List.of(0.5, 0.5, 0.5), List.of(1.0, 1.0, 1.0));

        assertRefused(List.of());
        assertRefused(List.of(box, scale));
        assertRefused(List.of(channels, scale));
        assertRefused(List.of(channels, box));
        assertRefused(List.of(channels, box, new Step.Resize(8, 8, ResizeFilter.BILINEAR), scale));
        assertRefused(List.of(channels, scale, box));
        assertRefused(List.of(channels, box, scale, colours));
        assertThatIllegalArgumentException().isThrownBy(() -> new Step.Normalize(List.of(0.5), List.of(0.0)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Step.Normalize(List.of(0.5), List.of(1.0, 1.0)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Step.Letterbox(0, ResizeFilter.BILINEAR));
    }

    @Test
    void refusesPixelsOfAnotherShape() {
        Preprocessing preprocessing = Preprocessing.letterboxed(4, 1);
        PixelImage wrong = PixelImage.of(4, 5, 1, new byte[20]);

        assertThatIllegalArgumentException().isThrownBy(() -> preprocessing.toTensor(wrong, new float[99], 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> preprocessing.toTensor(preprocessing.toPixels(wrong), new float[16], 1));
    }

    private static void assertRefused(List<Step> steps) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Preprocessing(steps));
    }
}
