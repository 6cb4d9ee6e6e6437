package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.foldwise.learning.imaging.Preprocessing.Step;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares with results of Pillow 9.4 and torchvision 0.14, byte for byte. */
@Tag("reference")
class PillowReferenceTest {
    private JsonNode images;

    @BeforeEach
    void readReference() {
        images = reference();
    }

    private static JsonNode reference() {
        return JsonMapper.shared()
                .readTree(ReferenceFiles.reference("images.json"))
                .get("images");
    }

    static Stream<String> imagesOfEightBits() {
        return images(8);
    }

    static Stream<String> imagesOfSixteenBits() {
        return images(16);
    }

    private static Stream<String> images(int bits) {
        Map<String, Integer> bitsOfKinds = Map.of("gray8", 8, "rgb", 8, "gray16", 16);
        return reference().properties().stream()
                .filter(image -> {
                    String kind = image.getValue().get("kind").asString();
                    assertThat(bitsOfKinds)
                            .as("kinds of images that are compared")
                            .containsKey(kind);
                    return bitsOfKinds.get(kind) == bits;
                })
                .map(Map.Entry::getKey);
    }

    private PixelImage resized(String name, PixelImage image) {
        JsonNode size = images.get(name).get("resize");
        return image.resized(size.get("width").asInt(), size.get("height").asInt(), ResizeFilter.BILINEAR);
    }

    @ParameterizedTest
    @MethodSource("imagesOfEightBits")
    void decodesAsPillow(String name) {
        PixelImage image = decoded(name);

        assertThat(digest(image)).isEqualTo(sha256(name, "decoded"));
        assertThat(digest(image.withChannels(1))).isEqualTo(sha256(name, "convert_L"));
    }

    @ParameterizedTest
    @MethodSource("imagesOfEightBits")
    void resizesAsPillow(String name) {
        PixelImage image = decoded(name);

        PixelImage resized = resized(name, image);

        assertThat(digest(resized.withChannels(3))).isEqualTo(sha256(name, "resize"));
        JsonNode shortSide = images.get(name).get("resize_short_side");
        PixelImage shortSided = image.withChannels(3)
                .resized(shortSide.get("width").asInt(), shortSide.get("height").asInt(), ResizeFilter.BILINEAR);
        assertThat(digest(shortSided)).isEqualTo(sha256(name, "resize_short_side"));
        JsonNode cropped = images.get(name).get("resize_short_center_crop");
        var centreCrop = new Step.CentreCrop(
                cropped.get("size").asInt(), cropped.get("crop").asInt(), ResizeFilter.BILINEAR);
        assertThat(digest(centreCrop.apply(image.withChannels(3)))).isEqualTo(sha256(name, "resize_short_center_crop"));
    }

    @ParameterizedTest
    @MethodSource("imagesOfEightBits")
    void rotatesAsPillow(String name) {
        PixelImage resized = resized(name, decoded(name));

        List<JsonNode> turns = images.get(name)
                .get("rotate")
                .valueStream()
                .filter(turn -> !turn.get("expand").asBoolean())
                .toList();

        assertThat(turns).isNotEmpty().allSatisfy(turn -> {
            PixelImage turned = resized.rotated(turn.get("angle").asDouble(), resampling(turn));
            assertThat(digest(turned.withChannels(3)))
                    .isEqualTo(turn.get("sha256_row_major_interleaved").asString());
        });
    }

    private static Resampling resampling(JsonNode result) {
        return Resampling.valueOf(result.get("interpolation").asString().toUpperCase(Locale.ROOT));
    }

    @ParameterizedTest
    @MethodSource("imagesOfEightBits")
    void mapsAsTorchvision(String name) {
        PixelImage resized = resized(name, decoded(name));

        assertThat(images.get(name).get("affine").valueStream()).isNotEmpty().allSatisfy(result -> {
            AffineMap map = AffineMap.of(
                    resized.width(),
                    resized.height(),
                    result.get("angle").asDouble(),
                    result.get("translate").get(0).asInt(),
                    result.get("translate").get(1).asInt(),
                    result.get("scale").asDouble(),
                    result.get("shear").get(0).asDouble(),
                    result.get("shear").get(1).asDouble());
            assertThat(digest(map.apply(resized, resampling(result)).withChannels(3)))
                    .isEqualTo(result.get("sha256_row_major_interleaved").asString());
        });
    }

    @ParameterizedTest
    @MethodSource("imagesOfEightBits")
    void changesTonesAndSidesAsPillow(String name) {
        PixelImage resized = resized(name, decoded(name)).withChannels(3);

        for (JsonNode result : images.get(name).get("brightness")) {
            ToneCurve curve = ToneCurve.brightness(result.get("factor").asDouble());
            assertThat(digest(curve.apply(resized)))
                    .isEqualTo(result.get("sha256_row_major_interleaved").asString());
        }
        for (JsonNode result : images.get(name).get("contrast")) {
            ToneCurve curve = ToneCurve.contrast(result.get("factor").asDouble(), resized);
            assertThat(digest(curve.apply(resized)))
                    .isEqualTo(result.get("sha256_row_major_interleaved").asString());
        }
        assertThat(digest(resized.mirrored())).isEqualTo(sha256(name, "hflip"));
        assertThat(digest(resized.mirroredUpsideDown())).isEqualTo(sha256(name, "vflip"));
    }

    @ParameterizedTest
    @MethodSource("imagesOfEightBits")
    void writesTheTensorsOfTorchvision(String name) {
        int width = images.get(name).at("/resize/width").asInt();
        int height = images.get(name).at("/resize/height").asInt();
        var resize = new Step.Resize(width, height, ResizeFilter.BILINEAR);
        var scaled = new Preprocessing(List.of(new Step.Channels(3), resize, new Step.Scale()));
        assertThat(width).isEqualTo(height);
        var normalised = Preprocessing.stretched(width, 3);

        assertThat(crc32(scaled, decoded(name)))
                .isEqualTo(images.get(name)
                        .get("resize_to_tensor")
                        .get("crc32_float32")
                        .asString());
        assertThat(crc32(normalised, decoded(name)))
                .isEqualTo(images.get(name)
                        .get("resize_normalised")
                        .get("crc32_float32")
                        .asString());
    }

    /** Pillow has no right way to 8 bits; the file's own samples are asked, of which Pillow reads all 16. */
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("imagesOfSixteenBits")
    void reducesSixteenBitsByDividingBy257(String name) {
        JsonNode sixteen = images.get(name).get("decoded");
        PixelImage image = decoded(name);

        assertThat(image.width()).isEqualTo(sixteen.get("width").asInt());
        assertThat(image.height()).isEqualTo(sixteen.get("height").asInt());
        eachPoint(sixteen.get("grid"), (row, column, stored) -> assertThat(image.sample(column, row, 0))
                .isEqualTo((int) Math.round(stored / 257.0)));
        // the same without rounding, and so a step lower where the rest is more than half
        eachPoint(images.get(name).get("eight_bit_by_division_257").get("grid"), (row, column, truncated) -> assertThat(
                        image.sample(column, row, 0))
                .isBetween(truncated.intValue(), truncated.intValue() + 1));
    }

    /** Resized as floating-point numbers, nothing is rounded; we round to 8 bits, then the rows, then the columns, by half a level each. */
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("imagesOfSixteenBits")
    void isOffByItsRoundingsWhereSixteenBitsAreResized(String name) {
        JsonNode exact = images.get(name).get("float_path").get("tensor_divided_by_65535");
        int size = exact.get("shape").get(1).asInt();
        PixelImage resized = decoded(name).resized(size, size, ResizeFilter.BILINEAR);

        eachPoint(exact.get("grid"), (row, column, value) -> assertThat(resized.sample(column, row, 0) / 255.0)
                .isCloseTo(value, within(1.5 / 255 + 1e-5)));
    }

    private interface Point {
        void check(int row, int column, Double value);
    }

    private static void eachPoint(JsonNode grid, Point point) {
        JsonNode rows = grid.get("rows");
        JsonNode columns = grid.get("columns");
        assertThat(rows.size() * columns.size()).isPositive();
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < columns.size(); column++) {
                point.check(
                        rows.get(row).asInt(),
                        columns.get(column).asInt(),
                        grid.get("values_channel_first")
                                .get(0)
                                .get(row)
                                .get(column)
                                .asDouble());
            }
        }
    }

    private PixelImage decoded(String name) {
        byte[] file = ReferenceFiles.reference(images.get(name).get("file").asString());
        return new ImageDecoder(ImageLimits.DEFAULT).decode(file).pixels();
    }

    private String sha256(String name, String result) {
        return images.get(name).get(result).get("sha256_row_major_interleaved").asString();
    }

    private static String digest(PixelImage image) {
        return Digest.of(image.samples()).hex();
    }

    private static String crc32(Preprocessing preprocessing, PixelImage image) {
        float[] tensor = new float[preprocessing.tensorLength()];
        preprocessing.toTensor(preprocessing.toPixels(image), tensor, 0);
        ByteBuffer bytes = ByteBuffer.allocate(4 * tensor.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor);
        CRC32 crc = new CRC32();
        crc.update(bytes.array());
        return "%08x".formatted(crc.getValue());
    }
}
