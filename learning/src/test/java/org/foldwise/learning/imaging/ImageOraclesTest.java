package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares with what Pillow, torchvision and OpenCV made of the same drawn images; see {@code src/test/python/image_oracles.py}. */
class ImageOraclesTest {

    record Oracle(String operation, JsonNode arguments, PixelImage image, JsonNode result) {
        double number(int index) {
            return arguments.get(index).asDouble();
        }

        int whole(int index) {
            return arguments.get(index).asInt();
        }

        <E extends Enum<E>> E constant(Class<E> type, int index) {
            return Enum.valueOf(type, arguments.get(index).asString().toUpperCase(Locale.ROOT));
        }

        @Override
        public String toString() {
            return operation + arguments + " of " + image;
        }
    }

    private static List<Oracle> oracles() {
        try (InputStream json = ImageOraclesTest.class.getResourceAsStream("oracles.json")) {
            return JsonMapper.shared()
                    .readTree(Objects.requireNonNull(json))
                    .get("results")
                    .valueStream()
                    .map(result -> new Oracle(
                            result.get("operation").asString(),
                            result.get("arguments"),
                            drawn(
                                    result.get("width").asInt(),
                                    result.get("height").asInt(),
                                    result.get("channels").asInt()),
                            result))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Oracle> exact() {
        return oracles().stream().filter(oracle -> !oracle.result().has("samples"));
    }

    static Stream<Oracle> rounded() {
        return oracles().stream().filter(oracle -> oracle.result().has("samples"));
    }

    /** Rings that grow finer outwards, as the program draws them. */
    static PixelImage drawn(int width, int height, int channels) {
        byte[] samples = new byte[width * height * channels];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < channels; channel++) {
                    samples[(y * width + x) * channels + channel] =
                            (byte) (((3 * x * x + 5 * y * y + 7 * x * y) >> 4) + 41 * channel);
                }
            }
        }
        return PixelImage.of(width, height, channels, samples);
    }

    @ParameterizedTest
    @MethodSource("exact")
    void equalsByteForByte(Oracle oracle) {
        assertThat(Digest.of(result(oracle).samples()).hex())
                .isEqualTo(oracle.result().get("sha256").asString());
    }

    /** Where sums of floats are rounded, a half may go either way: by one grey level, in one sample of a hundred at most. */
    @ParameterizedTest
    @MethodSource("rounded")
    void equalsButForHalves(Oracle oracle) {
        byte[] theirs =
                Base64.getDecoder().decode(oracle.result().get("samples").asString());
        byte[] ours = result(oracle).samples();

        int different = 0;
        assertThat(ours).hasSameSizeAs(theirs);
        for (int i = 0; i < ours.length; i++) {
            int difference = Math.abs((ours[i] & 0xFF) - (theirs[i] & 0xFF));
            assertThat(difference).isLessThanOrEqualTo(1);
            different += difference;
        }
        assertThat(different).isLessThanOrEqualTo(ours.length / 100);
    }

    private static PixelImage result(Oracle oracle) {
        PixelImage image = oracle.image();
        int width = image.width();
        int height = image.height();
        return switch (oracle.operation()) {
            case "resize" -> image.resized(oracle.whole(0), oracle.whole(1), oracle.constant(ResizeFilter.class, 2));
            case "rotate" -> image.rotated(oracle.number(0), oracle.constant(Resampling.class, 1));
            case "affine" ->
                AffineMap.of(
                                width,
                                height,
                                oracle.number(0),
                                oracle.whole(1),
                                oracle.whole(2),
                                oracle.number(3),
                                oracle.number(4))
                        .apply(image, oracle.constant(Resampling.class, 5));
            case "crop" ->
                image.cropped(oracle.whole(0), oracle.whole(1), oracle.whole(2), oracle.whole(3))
                        .resized(width, height, ResizeFilter.BILINEAR);
            case "centreCrop" ->
                new Preprocessing.Step.CentreCrop(
                                oracle.whole(0), oracle.whole(1), oracle.constant(ResizeFilter.class, 2))
                        .apply(image);
            case "brightness" -> ToneCurve.brightness(oracle.number(0)).apply(image);
            case "contrast" -> ToneCurve.contrast(oracle.number(0), image).apply(image);
            case "gamma" -> ToneCurve.gamma(oracle.number(0)).apply(image);
            case "blur" -> GaussianBlur.of(oracle.number(0)).apply(image);
            case "elastic" -> waves(width, height).apply(image);
            case "flip" ->
                oracle.arguments().get(0).asString().equals("horizontal")
                        ? image.mirrored()
                        : image.mirroredUpsideDown();
            case "clahe" -> new Clahe(oracle.number(0), oracle.whole(1)).apply(image);
            default -> throw new IllegalArgumentException(oracle.operation());
        };
    }

    private static Displacement waves(int width, int height) {
        float[] right = new float[width * height];
        float[] down = new float[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                right[y * width + x] = ((5 * x + 2 * y) % 17 - 8) * 0.23f;
                down[y * width + x] = ((3 * x + 5 * y) % 17 - 8) * 0.23f;
            }
        }
        return Displacement.of(width, height, right, down);
    }
}
