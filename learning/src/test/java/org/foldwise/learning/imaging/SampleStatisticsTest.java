package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SampleStatisticsTest {
    private static Preprocessing.Step.Normalize of(int channels, List<PixelImage> images) {
        SampleStatistics statistics = new SampleStatistics(channels);
        images.forEach(statistics::add);
        return statistics.normalisation();
    }

    private static List<PixelImage> noise(int channels, int images, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<PixelImage> noise = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            byte[] samples = new byte[(4 + i) * 5 * channels];
            random.nextBytes(samples);
            noise.add(PixelImage.of(4 + i, 5, channels, samples));
        }
        return noise;
    }

    /** 0, 255, 255, 0 and 51 twice: mean 102, squared distances 102^2 + 153^2 + 153^2 + 102^2 + 51^2 + 51^2. */
    @Test
    void isTheMeanAndTheRootOfTheMeanSquaredDistanceByHand() {
        PixelImage first = PixelImage.of(2, 2, 1, new byte[] {0, (byte) 255, (byte) 255, 0});
        PixelImage second = PixelImage.of(2, 1, 1, new byte[] {51, 51});

        Preprocessing.Step.Normalize found = of(1, List.of(first, second));

        assertThat(found.mean().get(0)).isCloseTo(0.4, within(1e-15));
        double variance = (2 * 102.0 * 102 + 2 * 153.0 * 153 + 2 * 51.0 * 51) / 6 / (255.0 * 255);
        assertThat(found.std().get(0)).isCloseTo(Math.sqrt(variance), within(1e-15));
    }

    @Test
    void leavesSamplesOfMeanNothingAndDeviationOneInEveryChannel() {
        List<PixelImage> images = noise(3, 6, 1);
        Preprocessing.Step.Normalize found = of(3, images);
        for (int channel = 0; channel < 3; channel++) {
            double sum = 0;
            double squares = 0;
            int count = 0;
            for (PixelImage image : images) {
                for (int i = channel; i < image.samples().length; i += 3) {
                    double value =
                            ((image.samples()[i] & 0xFF) / 255.0 - found.mean().get(channel))
                                    / found.std().get(channel);
                    sum += value;
                    squares += value * value;
                    count++;
                }
            }
            assertThat(sum / count).isCloseTo(0, within(1e-12));
            assertThat(squares / count).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void doesNotDependOnTheOrderOfImages() {
        List<PixelImage> images = noise(1, 9, 2);
        List<PixelImage> reversed = new ArrayList<>(images);
        Collections.reverse(reversed);
        assertThat(of(1, reversed)).isEqualTo(of(1, images));
    }

    @Test
    void refusesWhatHasNoSpread() {
        PixelImage grey = PixelImage.of(2, 2, 1, new byte[] {7, 7, 7, 7});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(1, List.of(grey, grey)))
                .withMessageContaining("all equal");
        assertThatIllegalArgumentException().isThrownBy(() -> of(1, List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(3, List.of(grey)))
                .withMessageContaining("3 channels");
    }
}
