package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.foldwise.learning.imaging.ImageFiles.chunk;
import static org.foldwise.learning.imaging.ImageFiles.end;
import static org.foldwise.learning.imaging.ImageFiles.header;
import static org.foldwise.learning.imaging.ImageFiles.imageData;
import static org.foldwise.learning.imaging.ImageFiles.pngOf;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    /** Of the brightness table of ITU-T T.81, K.1, with every step halved and rounded up at a half, as the JDK writes. */
    private static final double STEP_OF_THE_JDK = 1858 / 64.0;

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    private final SplittableRandom random = new SplittableRandom(11);

    @ParameterizedTest(name = "type {0}, interlaced {1}")
    @CsvSource({
        "10, false", // TYPE_BYTE_GRAY
        "10, true",
        "11, false", // TYPE_USHORT_GRAY
        "11, true",
        "5, false", // TYPE_3BYTE_BGR
        "5, true",
        "6, false", // TYPE_4BYTE_ABGR
        "6, true"
    })
    void readsTheWritersPixelsBack(int type, boolean interlaced) {
        for (int width = 1; width <= 19; width += 6) {
            BufferedImage scene = ImageFiles.scene(width, 13, type, random);

            DecodedImage image = decoder.decode(ImageFiles.png(scene, interlaced));

            assertThat(image.pixels()).isEqualTo(expected(scene));
        }
    }

    @ParameterizedTest(name = "{0} bits, interlaced {1}")
    @CsvSource({"1, false", "1, true", "2, false", "4, false", "4, true", "8, false", "8, true"})
    void expandsPalettes(int bits, boolean interlaced) {
        BufferedImage scene = ImageFiles.palette(21, 9, bits, random);

        DecodedImage image = decoder.decode(ImageFiles.png(scene, interlaced));

        assertThat(image.header().channels()).isEqualTo(3);
        assertThat(image.pixels()).isEqualTo(expected(scene));
    }

    /** Sixteen bits are finer shades, and no values: nothing says what one of them is. */
    @ParameterizedTest(name = "type {0}")
    @CsvSource({"10", "11", "5"})
    void showsNoWindowOfImagesWithoutValues(int type) {
        byte[] png = ImageFiles.png(ImageFiles.scene(9, 7, type, random), false);
        Preprocessing preprocessing = Preprocessing.letterboxed(32, 1);

        assertThat(decoder.decode(png, preprocessing)).isEqualTo(decoder.decode(png));
        assertThatExceptionOfType(UnreadableImageException.class)
                .isThrownBy(() -> decoder.decode(png, preprocessing.shownBy(new Preprocessing.Step.Window(40, 400))))
                .withMessageContaining("a PNG image of ")
                .extracting(UnreadableImageException::defect)
                .isEqualTo(ImageDefect.NO_MODALITY_VALUES);
    }

    @Test
    void keepsPalettesOfGreysGrey() {
        byte[] file =
                pngOf(header(2, 1, 8, 3), chunk("PLTE", new byte[] {9, 9, 9, 70, 70, 70}), imageData(0, 1, 0), end());

        assertThat(decoder.decode(file).pixels()).isEqualTo(grey(2, 1, 70, 9));
    }

    @Test
    void spreadsFewBitsOverTheWholeRange() {
        assertThat(decoder.decode(pngOf(header(4, 1, 1, 0), imageData(0, 0b1010_0000), end()))
                        .pixels())
                .isEqualTo(grey(4, 1, 255, 0, 255, 0));
        assertThat(decoder.decode(pngOf(header(4, 1, 2, 0), imageData(0, 0b00_01_10_11), end()))
                        .pixels())
                .isEqualTo(grey(4, 1, 0, 85, 170, 255));
        assertThat(decoder.decode(pngOf(header(3, 1, 4, 0), imageData(0, 0x0F, 0x70), end()))
                        .pixels())
                .isEqualTo(grey(3, 1, 0, 255, 119));
    }

    @Test
    void compositesAlphaOnBlack() {
        byte[] greyAlpha = pngOf(header(3, 1, 8, 4), imageData(0, 200, 255, 200, 128, 200, 0), end());
        byte[] sixteen = pngOf(header(2, 1, 16, 4), imageData(0, 0xFF, 0xFF, 0x80, 0, 0xFF, 0xFF, 0xFF, 0xFF), end());
        byte[] colourKey = pngOf(header(2, 1, 8, 0), chunk("tRNS", new byte[] {0, 50}), imageData(0, 50, 51), end());
        byte[] palette = pngOf(
                header(2, 1, 8, 3),
                chunk("PLTE", new byte[] {100, 100, 100, 60, 60, 60}),
                chunk("tRNS", new byte[] {0}),
                imageData(0, 0, 1),
                end());

        assertThat(decoder.decode(greyAlpha).pixels()).isEqualTo(grey(3, 1, 200, 100, 0));
        assertThat(decoder.decode(sixteen).pixels()).isEqualTo(grey(2, 1, 128, 255));
        assertThat(decoder.decode(colourKey).pixels()).isEqualTo(grey(2, 1, 0, 51));
        assertThat(decoder.decode(palette).pixels()).isEqualTo(grey(2, 1, 0, 60));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsJpegsAsTheirWriterMeantThem(boolean progressive) {
        BufferedImage grey = ImageFiles.scene(45, 31, BufferedImage.TYPE_BYTE_GRAY, random);
        BufferedImage colour = smoothColour(45, 31);

        DecodedImage greyImage = decoder.decode(ImageFiles.jpeg(grey, progressive));
        DecodedImage colourImage = decoder.decode(ImageFiles.jpeg(colour, progressive));

        assertThat(greyImage.header())
                .isEqualTo(new ImageHeader(
                        ImageFormat.JPEG, 45, 31, 1, 8, 1, false, false, 1, STEP_OF_THE_JDK, progressive, 0));
        assertThat(colourImage.header().isProgressive()).isEqualTo(progressive);
        // the JDK stores a colour for two by two pixels
        assertThat(colourImage.header().chromaSubsampling()).isEqualTo(4);
        assertThat(colourImage.header().quantisationStep()).isEqualTo(STEP_OF_THE_JDK);
        assertThat(colourImage.header().channels()).isEqualTo(3);
        assertThat(largestDifference(colourImage.pixels(), expected(colour))).isLessThan(24);
    }

    /** The JDK's own reader takes such a file for RGB; the IJG library, and with it Pillow, takes it for YCbCr. */
    @Test
    void takesUnmarkedJpegsForYcbcr() {
        BufferedImage colour = smoothColour(24, 24);
        byte[] marked = ImageFiles.jpeg(colour, false);
        byte[] unmarked =
                ImageFiles.joined(new byte[] {(byte) 0xFF, (byte) 0xD8}, Arrays.copyOfRange(marked, 20, marked.length));

        assertThat(decoder.decode(unmarked).pixels())
                .isEqualTo(decoder.decode(marked).pixels());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void appliesExifOrientationOfJpegAndPng(int orientation) {
        BufferedImage scene = ImageFiles.scene(20, 12, BufferedImage.TYPE_BYTE_GRAY, random);
        byte[] plainJpeg = ImageFiles.jpeg(scene, false);
        byte[] exif = ImageFiles.exif(orientation);
        byte[] jpegExif = ImageFiles.joined("Exif\0\0".getBytes(StandardCharsets.US_ASCII), exif);
        byte[] plainPng = ImageFiles.png(scene, false);
        byte[] png = ImageFiles.joined(
                Arrays.copyOf(plainPng, 33),
                ImageFiles.joined(chunk("eXIf", exif), Arrays.copyOfRange(plainPng, 33, plainPng.length)));

        DecodedImage fromJpeg = decoder.decode(ImageFiles.withSegment(plainJpeg, 0xE1, jpegExif));
        DecodedImage fromPng = decoder.decode(png);

        assertThat(fromJpeg.pixels())
                .isEqualTo(OrientationTest.uprightByDefinition(
                        orientation, decoder.decode(plainJpeg).pixels()));
        assertThat(fromPng.pixels()).isEqualTo(OrientationTest.uprightByDefinition(orientation, expected(scene)));
        exif[12] = 4; // a number of 32 bits
        assertThat(decoder.decode(ImageFiles.withSegment(
                                plainJpeg,
                                0xE1,
                                ImageFiles.joined("Exif\0\0".getBytes(StandardCharsets.US_ASCII), exif)))
                        .pixels())
                .isEqualTo(fromJpeg.pixels());
        assertThat(fromPng.header().hasTextMetadata()).isFalse();
        assertThat(fromPng.header().width()).isEqualTo(fromPng.pixels().width());
    }

    @Test
    void reportsMetadataThatMayHoldText() {
        byte[] text = "Comment\0a name".getBytes(StandardCharsets.ISO_8859_1);
        byte[] png = pngOf(header(1, 1, 8, 0), imageData(0, 7), chunk("tEXt", text), end());
        byte[] jpeg = ImageFiles.jpeg(ImageFiles.scene(8, 8, BufferedImage.TYPE_BYTE_GRAY, random), false);

        assertThat(decoder.inspect(png).hasTextMetadata()).isTrue();
        assertThat(decoder.inspect(jpeg).hasTextMetadata()).isFalse();
        assertThat(decoder.inspect(ImageFiles.withSegment(jpeg, 0xFE, text)).hasTextMetadata())
                .isTrue();
        assertThat(decoder.inspect(ImageFiles.withSegment(jpeg, 0xED, text)).hasTextMetadata())
                .isTrue();
    }

    /** What no list knows may hold a name, and so may what is called by somebody's word, or holds more than its numbers. */
    @Test
    void reportsPngChunksThatMayHoldText() {
        byte[] profile = ImageFiles.deflated(new byte[128]);
        for (byte[] silent : List.of(
                chunk("gAMA", new byte[4]),
                chunk("pHYs", new byte[9]),
                chunk("tIME", new byte[7]),
                chunk("iCCP", ImageFiles.joined(bytes("ICC Profile\0\0"), profile)))) {
            assertThat(inspected(silent).hasTextMetadata()).isFalse();
        }
        for (byte[] telling : List.of(
                chunk("prVt", bytes("a name")),
                chunk("sPLT", bytes("a name\0\10")),
                chunk("gAMA", bytes("....a name")),
                chunk("iCCP", ImageFiles.joined(bytes("a name\0\0"), profile)))) {
            assertThat(inspected(telling).hasTextMetadata()).isTrue();
        }
    }

    private ImageHeader inspected(byte[] chunk) {
        return decoder.inspect(pngOf(header(1, 1, 8, 0), chunk, imageData(0, 7), end()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void reportsBytesBehindTheImage() {
        byte[] png = pngOf(header(1, 1, 8, 0), imageData(0, 7), end());

        assertThat(decoder.inspect(png).hasTrailingData()).isFalse();
        assertThat(decoder.inspect(ImageFiles.joined(png, new byte[3])).hasTrailingData())
                .isTrue();
    }

    @Test
    void refusesWhatThePngSpecificationForbids() {
        assertRefused(ImageDefect.CORRUPT, pngOf(imageData(0, 1), end()));
        assertRefused(ImageDefect.CORRUPT, pngOf(header(1, 1, 8, 0), end()));
        assertRefused(ImageDefect.CORRUPT, pngOf(header(1, 1, 16, 3), imageData(0, 1), end()));
        assertRefused(ImageDefect.CORRUPT, pngOf(header(1, 1, 8, 3), imageData(0, 0), end()));
        assertRefused(ImageDefect.CORRUPT, pngOf(header(1, 1, 8, 0), header(1, 1, 8, 0), imageData(0, 0), end()));
        assertRefused(ImageDefect.CORRUPT, pngOf(header(1, 1, 8, 0), imageData(5, 0), end()));
        assertRefused(ImageDefect.CORRUPT, pngOf(header(1, 1, 8, 0), imageData(0, 0, 0), end()));
        assertRefused(ImageDefect.TRUNCATED, pngOf(header(1, 2, 8, 0), imageData(0, 0), end()));
        assertRefused(ImageDefect.TRUNCATED, pngOf(header(1, 1, 8, 0), imageData(0, 0)));
        assertRefused(
                ImageDefect.CORRUPT,
                pngOf(header(1, 1, 8, 3), chunk("PLTE", new byte[] {1, 2, 3}), imageData(0, 1), end()));
        assertRefused(
                ImageDefect.UNSUPPORTED_ENCODING,
                pngOf(header(1, 1, 8, 0), chunk("acTL", new byte[8]), imageData(0, 0), end()));
        assertRefused(
                ImageDefect.UNSUPPORTED_ENCODING,
                pngOf(header(1, 1, 8, 0), chunk("CgBI", new byte[4]), imageData(0, 0), end()));
    }

    @Test
    void refusesImagesBeyondTheLimitsByTheirHeaders() throws IOException {
        ImageDecoder strict = new ImageDecoder(new ImageLimits(200, 100, 20, 4));

        assertThat(defectOf(strict, pngOf(header(21, 4, 8, 0)))).isEqualTo(ImageDefect.TOO_LARGE);
        assertThat(defectOf(strict, pngOf(header(11, 10, 8, 0)))).isEqualTo(ImageDefect.TOO_LARGE);
        assertThat(defectOf(strict, pngOf(header(-1, 1, 8, 0)))).isEqualTo(ImageDefect.TOO_LARGE);
        assertThat(defectOf(strict, pngOf(header(3, 10, 8, 0)))).isEqualTo(ImageDefect.TOO_SMALL);
        assertThat(defectOf(strict, pngOf(header(0, 10, 8, 0)))).isEqualTo(ImageDefect.ZERO_SIZE);
        assertThat(defectOf(strict, new byte[201])).isEqualTo(ImageDefect.TOO_LARGE);
        assertThatExceptionOfType(UnreadableImageException.class)
                .isThrownBy(() -> strict.inspect(new ByteArrayInputStream(new byte[100_000])))
                .satisfies(refusal -> assertThat(refusal.defect()).isEqualTo(ImageDefect.TOO_LARGE));
    }

    /** 16384 x 4096 RGB would take 192 MiB; data of 9 bytes cannot hold it. */
    @Test
    void takesNoMemoryForRowsThatCannotBeThere() {
        assertRefused(ImageDefect.TRUNCATED, pngOf(header(16384, 4096, 8, 2), imageData(0), end()));
    }

    @Test
    void refusesJpegsCutAnywhere() {
        byte[] jpeg = ImageFiles.jpeg(ImageFiles.scene(40, 40, BufferedImage.TYPE_BYTE_GRAY, random), true);
        for (int length = 3; length < jpeg.length; length += 7) {
            assertThat(defectOf(decoder, Arrays.copyOf(jpeg, length))).isEqualTo(ImageDefect.TRUNCATED);
        }
    }

    /** The end marker is there, so only the decoder's own complaint tells that blocks are missing. */
    @Test
    void refusesJpegsWithALostMiddle() {
        byte[] jpeg = ImageFiles.jpeg(ImageFiles.scene(64, 64, BufferedImage.TYPE_BYTE_GRAY, random), false);
        byte[] start = Arrays.copyOf(jpeg, jpeg.length - 400);

        assertRefused(ImageDefect.CORRUPT, ImageFiles.joined(start, new byte[] {(byte) 0xFF, (byte) 0xD9}));
    }

    @Test
    void codesOfDefectsNeverChange() {
        assertThat(Arrays.stream(ImageDefect.values()).map(ImageDefect::code))
                .containsExactly(
                        "empty",
                        "unsupportedFormat",
                        "unsupportedEncoding",
                        "truncated",
                        "corrupt",
                        "tooLarge",
                        "tooSmall",
                        "zeroSize",
                        "noImage",
                        "notDeidentified",
                        "noModalityValues");
    }

    private void assertRefused(ImageDefect defect, byte[] file) {
        assertThat(defectOf(decoder, file)).isEqualTo(defect);
    }

    private static ImageDefect defectOf(ImageDecoder decoder, byte[] file) {
        try {
            decoder.decode(file);
        } catch (UnreadableImageException e) {
            return e.defect();
        }
        throw new AssertionError("the file was accepted");
    }

    private static PixelImage grey(int width, int height, int... values) {
        byte[] samples = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            samples[i] = (byte) values[i];
        }
        return PixelImage.of(width, height, 1, samples);
    }

    private static BufferedImage smoothColour(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, (40 + 3 * x) << 16 | (200 - 4 * y) << 8 | (2 * x + 2 * y));
            }
        }
        return image;
    }

    private static int largestDifference(PixelImage one, PixelImage other) {
        byte[] first = one.samples();
        byte[] second = other.samples();
        int largest = 0;
        for (int i = 0; i < first.length; i++) {
            largest = Math.max(largest, Math.abs((first[i] & 0xFF) - (second[i] & 0xFF)));
        }
        return largest;
    }

    /** What the decoder's rules make of a Java image, computed in floating point from its raster. */
    private static PixelImage expected(BufferedImage image) {
        int bands = image.getRaster().getNumBands();
        boolean indexed = image.getColorModel() instanceof IndexColorModel;
        int channels = indexed || bands >= 3 ? 3 : 1;
        double full = image.getSampleModel().getSampleSize(0) == 16 ? 65535 : 255;
        byte[] samples = new byte[image.getWidth() * image.getHeight() * channels];
        int to = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                double alpha = bands == 4 ? image.getRaster().getSample(x, y, 3) / 255.0 : 1;
                for (int channel = 0; channel < channels; channel++) {
                    double value = indexed
                            ? rgb >> (16 - 8 * channel) & 0xFF
                            : image.getRaster().getSample(x, y, channel) * 255.0 / full;
                    samples[to++] = (byte) Math.round(value * alpha);
                }
            }
        }
        return PixelImage.of(image.getWidth(), image.getHeight(), channels, samples);
    }
}
