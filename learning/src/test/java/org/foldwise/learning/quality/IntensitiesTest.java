package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IntensitiesTest {
    @Test
    void everyImageWeighsTheSameWhateverItsSize() {
        Intensities intensities = new Intensities();
        intensities.add(uniform(1, 1, 0));
        intensities.add(uniform(100, 100, 255));

        Intensities.Summary summary = intensities.summary();

        assertThat(summary.mean()).isEqualTo(127.5, within(1e-9));
        assertThat(summary.standardDeviation()).isEqualTo(127.5, within(1e-9));
        assertThat(summary.histogram()).hasSize(32);
        assertThat(summary.histogram().get(0)).isEqualTo(0.5, within(1e-9));
        assertThat(summary.histogram().get(31)).isEqualTo(0.5, within(1e-9));
    }

    /** The grey values 0 to 99, one pixel each: a share of p lies at or below 100 p - 1. */
    @Test
    void quantilesAreThoseOfTheCounts() {
        byte[] ramp = new byte[100];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = (byte) i;
        }
        Intensities intensities = new Intensities();
        intensities.add(new GreyHistogram(ramp));

        assertThat(intensities.summary().quantiles())
                .containsExactly(
                        new Intensities.Quantile(0.01, 0),
                        new Intensities.Quantile(0.05, 4),
                        new Intensities.Quantile(0.25, 24),
                        new Intensities.Quantile(0.5, 49),
                        new Intensities.Quantile(0.75, 74),
                        new Intensities.Quantile(0.95, 94),
                        new Intensities.Quantile(0.99, 98));
    }

    @Test
    void theOrderOfImagesChangesNothing() {
        List<GreyHistogram> images = new ArrayList<>();
        Random random = new Random(5);
        for (int i = 0; i < 50; i++) {
            byte[] samples = new byte[3 + random.nextInt(50)];
            random.nextBytes(samples);
            images.add(new GreyHistogram(samples));
        }
        Intensities inOrder = new Intensities();
        images.forEach(inOrder::add);
        Collections.shuffle(images, random);
        Intensities shuffled = new Intensities();
        images.forEach(shuffled::add);

        assertThat(shuffled.summary()).isEqualTo(inOrder.summary());
        assertThat(inOrder.summary().histogram().stream()
                        .mapToDouble(share -> share)
                        .sum())
                .isEqualTo(1, within(1e-9));
    }

    @Test
    void hasNothingToSayAboutNoImages() {
        assertThatThrownBy(() -> new Intensities().summary()).isInstanceOf(IllegalStateException.class);
    }

    private static GreyHistogram uniform(int width, int height, int value) {
        byte[] samples = new byte[width * height];
        Arrays.fill(samples, (byte) value);
        return new GreyHistogram(samples);
    }
}
