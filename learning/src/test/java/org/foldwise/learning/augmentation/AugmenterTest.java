package org.foldwise.learning.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.AugmentedClasses;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Resampling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all augmentations have in common, and the distributions that each draws from. */
class AugmenterTest {
    private static final AugmentedClasses ALL = AugmentedClasses.ALL;
    private static final int WIDTH = 64;
    private static final int HEIGHT = 48;

    static List<Augmentation> everyKind() {
        return everyKind(1);
    }

    private static List<Augmentation> everyKind(double probability) {
        return List.of(
                new Augmentation.Rotation(10, Resampling.BILINEAR, probability, ALL),
                new Augmentation.Translation(0.1, probability, ALL),
                new Augmentation.Zoom(0.8, 1.2, Resampling.BILINEAR, probability, ALL),
                new Augmentation.Shear(10, Resampling.NEAREST, probability, ALL),
                new Augmentation.Affine(10, 0.1, 0.8, 1.2, 5, Resampling.BILINEAR, probability, ALL),
                new Augmentation.Crop(0.5, 1.3, probability, ALL),
                new Augmentation.HorizontalFlip(probability, ALL),
                new Augmentation.VerticalFlip(probability, ALL),
                new Augmentation.Elastic(30, 5, probability, ALL),
                new Augmentation.Brightness(0.3, probability, ALL),
                new Augmentation.Contrast(0.3, probability, ALL),
                new Augmentation.Gamma(2, probability, ALL),
                new Augmentation.Noise(0.1, probability, ALL),
                new Augmentation.Blur(2, probability, ALL),
                new Augmentation.Cutout(2, 0.3, probability, ALL),
                new Augmentation.Clahe(4, 4, probability, ALL));
    }

    /** Each with numbers that leave nothing to be changed. */
    static Stream<Augmentation> neutral() {
        return Stream.of(
                new Augmentation.Rotation(Double.MIN_VALUE, Resampling.BILINEAR, 1, ALL),
                new Augmentation.Rotation(Double.MIN_VALUE, Resampling.NEAREST, 1, ALL),
                new Augmentation.Translation(1e-3, 1, ALL),
                new Augmentation.Zoom(1, 1, Resampling.NEAREST, 1, ALL),
                new Augmentation.Zoom(1, 1, Resampling.BILINEAR, 1, ALL),
                new Augmentation.Shear(Double.MIN_VALUE, Resampling.BILINEAR, 1, ALL),
                new Augmentation.Affine(0, 0, 1, 1, 0, Resampling.NEAREST, 1, ALL),
                new Augmentation.Affine(0, 0, 1, 1, 0, Resampling.BILINEAR, 1, ALL),
                new Augmentation.Crop(1, 1, 1, ALL),
                new Augmentation.Elastic(1e-6, 5, 1, ALL),
                new Augmentation.Brightness(1e-9, 1, ALL),
                new Augmentation.Contrast(1e-9, 1, ALL),
                new Augmentation.Gamma(1 + 1e-9, 1, ALL),
                new Augmentation.Noise(1e-6, 1, ALL),
                new Augmentation.Blur(0.05, 1, ALL));
    }

    private static SplittableRandom random(long seed) {
        return new SplittableRandom(seed);
    }

    /** A bright cross and some texture: not symmetric, no grey level missing. */
    private static PixelImage film() {
        byte[] samples = new byte[WIDTH * HEIGHT];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int shade = 40 + 2 * x + (x * y) % 13 + (x / 9 == 2 || y / 7 == 3 ? 70 : 0);
                samples[y * WIDTH + x] = (byte) Math.min(250, shade);
            }
        }
        return PixelImage.of(WIDTH, HEIGHT, 1, samples);
    }

    private static PixelImage flat(int width, int height, int level) {
        byte[] samples = new byte[width * height];
        Arrays.fill(samples, (byte) level);
        return PixelImage.of(width, height, 1, samples);
    }

    private static PixelImage applied(Augmentation augmentation, PixelImage image, long seed) {
        return Augmenter.apply(augmentation, image, random(seed));
    }

    @Test
    void everyOptionIsTriedHere() {
        assertThat(everyKind())
                .extracting(Object::getClass)
                .containsExactlyInAnyOrder(Augmentation.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void changesImagesButNotTheirShape(Augmentation augmentation) {
        PixelImage film = film();
        byte[] before = film.samples();

        assertThat(IntStream.range(0, 20).mapToObj(seed -> applied(augmentation, film, seed)))
                .allSatisfy(changed -> {
                    assertThat(changed.width()).isEqualTo(WIDTH);
                    assertThat(changed.height()).isEqualTo(HEIGHT);
                    assertThat(changed.channels()).isEqualTo(1);
                })
                .anySatisfy(changed -> assertThat(changed).isNotEqualTo(film));
        assertThat(film.samples()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void dependsOnImageAndStreamAlone(Augmentation augmentation) {
        PixelImage film = film();

        assertThat(IntStream.range(0, 20).parallel().mapToObj(seed -> applied(augmentation, film, seed)))
                .isEqualTo(IntStream.range(0, 20)
                        .mapToObj(seed -> applied(augmentation, film(), seed))
                        .toList());
    }

    /** Colour images of grey films are treated as the films are. */
    @ParameterizedTest
    @MethodSource("everyKind")
    void treatsAllChannelsAlike(Augmentation augmentation) {
        PixelImage film = film();

        for (int seed = 0; seed < 10; seed++) {
            assertThat(applied(augmentation, film.withChannels(3), seed))
                    .isEqualTo(applied(augmentation, film, seed).withChannels(3));
        }
    }

    @ParameterizedTest
    @MethodSource("neutral")
    void changesNothingWhereItsNumbersAreNeutral(Augmentation augmentation) {
        PixelImage square = film().cropped(0, 0, HEIGHT, HEIGHT);

        for (PixelImage image : List.of(square, square.withChannels(3))) {
            assertThat(applied(augmentation, image, 5)).isEqualTo(image);
        }
    }

    @Test
    void theProbabilityDecidesOnlyWhetherAnImageIsChanged() {
        PixelImage film = film();
        List<Augmentation> always = everyKind(1);
        List<Augmentation> sometimes = everyKind(0.25);

        for (int kind = 0; kind < always.size(); kind++) {
            int changed = 0;
            for (int seed = 0; seed < 400; seed++) {
                PixelImage image = applied(sometimes.get(kind), film, seed);
                if (image != film) {
                    changed++;
                    assertThat(image).isEqualTo(applied(always.get(kind), film, seed));
                }
            }
            // 5 standard deviations of a binomial count
            assertThat(changed).as(sometimes.get(kind).toString()).isCloseTo(100, within(43));
        }
    }

    /** Figures of so many draws: within bounds, near them on both sides, and in the middle on average. */
    private static void assertUniform(double lowest, double highest, ToDoubleFunction<Long> figure) {
        double[] figures = IntStream.range(0, 500)
                .mapToDouble(seed -> figure.applyAsDouble((long) seed))
                .toArray();
        double width = highest - lowest;
        assertThat(DoubleStream.of(figures).min().orElseThrow()).isBetween(lowest, lowest + 0.06 * width);
        assertThat(DoubleStream.of(figures).max().orElseThrow()).isBetween(highest - 0.06 * width, highest);
        // 5 standard errors of the mean
        double error = width / Math.sqrt(12 * figures.length);
        assertThat(DoubleStream.of(figures).average().orElseThrow())
                .isCloseTo((lowest + highest) / 2, within(5 * error));
    }

    /** Column of the brightest pixel. */
    private static int brightestColumn(PixelImage image) {
        byte[] samples = image.samples();
        int brightest = 0;
        for (int i = 0; i < samples.length; i++) {
            if ((samples[i] & 0xFF) > (samples[brightest] & 0xFF)) {
                brightest = i;
            }
        }
        return brightest % image.width();
    }

    private static PixelImage dot(int size, int x, int y) {
        byte[] samples = new byte[size * size];
        samples[y * size + x] = (byte) 255;
        return PixelImage.of(size, size, 1, samples);
    }

    @Test
    void movesUpToItsShareToEitherSide() {
        var translation = new Augmentation.Translation(0.2, 1, ALL);
        PixelImage dot = dot(100, 50, 50);

        assertUniform(-20, 20, seed -> brightestColumn(applied(translation, dot, seed)) - 50);
    }

    @Test
    void rotatesUpToItsAngleToEitherSide() {
        var rotation = new Augmentation.Rotation(30, Resampling.NEAREST, 1, ALL);
        // straight above the centre of 401 pixels, so that a column tells the angle to a fifth of a degree
        byte[] samples = new byte[401 * 401];
        samples[10 * 401 + 200] = (byte) 255;
        PixelImage dot = PixelImage.of(401, 401, 1, spread(samples, 401));

        assertUniform(-30.5, 30.5, seed -> {
            int column = brightestColumn(applied(rotation, dot, seed));
            return Math.toDegrees(Math.asin(Math.max(-1, Math.min(1, (200 - column) / 190.0))));
        });
    }

    /** Makes the one bright pixel a square of three by three, which survives taking the nearest pixel. */
    private static byte[] spread(byte[] samples, int width) {
        byte[] spread = samples.clone();
        for (int i = 0; i < samples.length; i++) {
            if (samples[i] != 0) {
                for (int y = -1; y <= 1; y++) {
                    Arrays.fill(spread, i + y * width - 1, i + y * width + 2, samples[i]);
                }
            }
        }
        return spread;
    }

    @Test
    void multipliesGreyLevelsWithinItsStrength() {
        var brightness = new Augmentation.Brightness(0.5, 1, ALL);

        assertUniform(
                60, 180, seed -> applied(brightness, flat(8, 8, 120), seed).sample(3, 3, 0));
    }

    @Test
    void spreadsContrastWithinItsStrengthAboutTheMean() {
        var contrast = new Augmentation.Contrast(0.5, 1, ALL);
        PixelImage halves = PixelImage.of(2, 1, 1, new byte[] {78, (byte) 178});

        assertUniform(0.49, 1.51, seed -> {
            PixelImage changed = applied(contrast, halves, seed);
            assertThat(changed.sample(0, 0, 0) + changed.sample(1, 0, 0)).isBetween(254, 257);
            return (changed.sample(1, 0, 0) - changed.sample(0, 0, 0)) / 100.0;
        });
    }

    @Test
    void drawsTheLogarithmOfTheExponent() {
        var gamma = new Augmentation.Gamma(2, 1, ALL);

        assertUniform(-1.02, 1.02, seed -> {
            double level = applied(gamma, flat(2, 2, 128), seed).sample(0, 0, 0) + 0.5;
            return Math.log(Math.log(level / 256) / Math.log(128.5 / 256)) / Math.log(2);
        });
    }

    @Test
    void addsNoiseOfMeanZeroAndADeviationUpToItsSigma() {
        var noise = new Augmentation.Noise(0.1, 1, ALL);
        int pixels = 64 * 64;

        assertUniform(0, 26.5, seed -> {
            int[] differences = IntStream.range(0, pixels).toArray();
            byte[] samples = applied(noise, flat(64, 64, 128), seed).samples();
            Arrays.setAll(differences, i -> (samples[i] & 0xFF) - 128);
            double mean = IntStream.of(differences).average().orElseThrow();
            double deviation = Math.sqrt(IntStream.of(differences)
                    .mapToDouble(difference -> difference * difference)
                    .average()
                    .orElseThrow());
            assertThat(mean).isCloseTo(0, within(5 * deviation / Math.sqrt(pixels) + 1e-9));
            return deviation;
        });
    }

    @Test
    void theNoiseIsNormal() {
        int[] numbers = NormalNoise.draw(200_000, 1000, random(3));

        for (double z : new double[] {-2, -1, 0, 1, 2}) {
            double share =
                    IntStream.of(numbers).filter(number -> number <= 1000 * z).count() / 200_000.0;
            double expected = new double[] {0.02275, 0.15866, 0.5, 0.84134, 0.97725}[(int) z + 2];
            // 5 standard errors of a share
            assertThat(share).isCloseTo(expected, within(5 * Math.sqrt(expected * (1 - expected) / 200_000)));
        }
    }

    @Test
    void deformsByTheSizeThatItsNumbersSay() {
        var elastic = new Augmentation.Elastic(50, 5, 1, ALL);
        PixelImage ramp = PixelImage.of(250, 250, 1, ramp(250));
        double squares = 0;
        long count = 0;
        long folded = 0;
        for (int seed = 0; seed < 20; seed++) {
            PixelImage deformed = applied(elastic, ramp, seed);
            for (int y = 20; y < 230; y++) {
                for (int x = 20; x < 230; x++) {
                    double way = deformed.sample(x, y, 0) - x;
                    squares += way * way;
                    count++;
                    folded += deformed.sample(x + 1, y, 0) < deformed.sample(x, y, 0) ? 1 : 0;
                }
            }
        }

        // 0.163 alpha / sigma, and a twelfth of variance from rounding to whole grey levels; some 20 x 100 independent
        // places
        assertThat(Math.sqrt(squares / count)).isCloseTo(Math.sqrt(1.63 * 1.63 + 1 / 12.0), within(0.1));
        assertThat((double) folded / count).isLessThan(1e-3);
    }

    private static byte[] ramp(int size) {
        byte[] samples = new byte[size * size];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (i % size);
        }
        return samples;
    }

    @Test
    void cutsSquaresWhoseCentresMayBeAnywhere() {
        var cutout = new Augmentation.Cutout(1, 0.2, 1, ALL);
        byte[] checks = new byte[100 * 100];
        for (int i = 0; i < checks.length; i++) {
            checks[i] = (byte) ((i + i / 100) % 2 == 0 ? 0 : 200);
        }
        PixelImage image = PixelImage.of(100, 100, 1, checks);

        int whole = 0;
        for (int seed = 0; seed < 1000; seed++) {
            byte[] cut = applied(cutout, image, seed).samples();
            long grey =
                    IntStream.range(0, cut.length).filter(i -> cut[i] == 100).count();
            assertThat(grey).isBetween(100L, 400L);
            whole += grey == 400 ? 1 : 0;
        }

        // 81 of 100 centres across and as many down leave the square inside; 5 standard errors
        assertThat(whole / 1000.0).isCloseTo(0.81 * 0.81, within(0.075));
    }

    /** Once a square covers what is bright, what is left has another mean. */
    @Test
    void paintsEverySquareInTheMeanOfTheWholeImage() {
        var cutout = new Augmentation.Cutout(6, 0.3, 1, ALL);
        byte[] samples = new byte[100 * 100];
        for (int y = 40; y < 60; y++) {
            Arrays.fill(samples, y * 100 + 40, y * 100 + 60, (byte) 200);
        }
        PixelImage bright = PixelImage.of(100, 100, 1, samples);

        for (int seed = 0; seed < 50; seed++) {
            byte[] cut = applied(cutout, bright, seed).samples();
            assertThat(IntStream.range(0, cut.length)
                            .filter(i -> cut[i] != samples[i])
                            .map(i -> cut[i])
                            .distinct())
                    .containsExactly(8);
        }
    }

    @Test
    void cropsPartsWithinItsBounds() {
        var crop = new Augmentation.Crop(0.5, 1, 1, ALL);
        PixelImage ramp = PixelImage.of(200, 200, 1, ramp(200));

        // the grey levels that are left tell the part's width, and it is a square
        assertUniform(0.49, 1.01, seed -> {
            PixelImage part = applied(crop, ramp, seed);
            double width = (part.sample(150, 100, 0) - part.sample(50, 100, 0)) * 2 / 200.0;
            return width * width;
        });
    }

    @Test
    void zoomsWithinItsBounds() {
        var zoom = new Augmentation.Zoom(0.8, 1.25, Resampling.BILINEAR, 1, ALL);
        PixelImage ramp = PixelImage.of(200, 200, 1, ramp(200));

        assertUniform(0.79, 1.27, seed -> {
            PixelImage zoomed = applied(zoom, ramp, seed);
            return 100.0 / (zoomed.sample(150, 100, 0) - zoomed.sample(50, 100, 0));
        });
    }

    @Test
    void flipsLeftToRightOrTopToBottom() {
        PixelImage dot = dot(9, 2, 3);

        assertThat(applied(new Augmentation.HorizontalFlip(1, ALL), dot, 1)).isEqualTo(dot(9, 6, 3));
        assertThat(applied(new Augmentation.VerticalFlip(1, ALL), dot, 1)).isEqualTo(dot(9, 2, 5));
    }

    @Test
    void blursWithoutChangingTheMean() {
        var blur = new Augmentation.Blur(3, 1, ALL);
        Set<Integer> heights = IntStream.range(0, 50)
                .map(seed -> applied(blur, dot(41, 20, 20), seed).sample(20, 20, 0))
                .boxed()
                .collect(Collectors.toSet());

        // from hardly any to 255 / (2 pi 9) = 4.5
        assertThat(heights).anyMatch(height -> height > 200).anyMatch(height -> height <= 7);
        assertThat(applied(blur, flat(20, 20, 77), 3)).isEqualTo(flat(20, 20, 77));
    }
}
