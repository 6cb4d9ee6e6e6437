package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Decides on every image of a collection of hostile and odd files; file names play no part in it. */
@Tag("reference")
class MalformedFilesTest {
    private static final String ACCEPTED = "accepted";
    private static Map<String, byte[]> files = Map.of();

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    @BeforeAll
    static void unpack() {
        files = untar(ReferenceFiles.data("malformed.tar.gz"));
    }

    @Test
    void refusesEveryDamagedFileForItsReason() {
        assertThat(outcomes())
                .contains(
                        entry("zero_bytes.jpg", "empty"),
                        entry("one_byte.png", "unsupportedFormat"),
                        entry("text_renamed.jpg", "unsupportedFormat"),
                        entry("html_renamed.png", "unsupportedFormat"),
                        entry("svg_external_entity.svg", "unsupportedFormat"),
                        entry("truncated_half.jpg", "truncated"),
                        entry("truncated_header.jpg", "truncated"),
                        entry("wrong_crc_ihdr.png", "corrupt"),
                        entry("truncated.png", "truncated"),
                        entry("wrong_crc_idat.png", "corrupt"),
                        entry("short_idat.png", "truncated"),
                        entry("zero_width.png", "zeroSize"),
                        entry("bomb_50000x50000_1bit.png", "tooLarge"),
                        entry("bomb_declared_60000x60000.png", "tooLarge"),
                        entry("bomb_declared_65500x65500.jpg", "tooLarge"));
    }

    /** The collection leaves these open; here is what Foldwise decided. */
    @Test
    void decidesOnFilesThatCouldGoEitherWay() {
        assertThat(outcomes())
                .contains(
                        entry("no_eoi.jpg", "truncated"),
                        entry("corrupt_scan.jpg", "corrupt"),
                        entry("tall_1x20000.png", "tooLarge"),
                        entry("one_pixel.png", ACCEPTED),
                        entry("cmyk.jpg", ACCEPTED),
                        entry("no_extension", ACCEPTED),
                        entry("animated.gif", "unsupportedFormat"),
                        entry("lossy.webp", ACCEPTED),
                        entry("lossless.webp", ACCEPTED),
                        entry("uncompressed.tiff", ACCEPTED),
                        entry("lzw.tiff", ACCEPTED),
                        entry("float32.tiff", "unsupportedEncoding"),
                        entry("multipage.tiff", ACCEPTED),
                        entry("bmp.bmp", "unsupportedFormat"));
    }

    /** double.extension.jpg.exe is refused for its name by the upload, which knows names; its bytes are a sound JPEG. */
    @Test
    void acceptsAndRefusesAsTheCollectionExpects() {
        Map<String, String> outcomes = outcomes();
        Map<String, String> wrong = new TreeMap<>();
        expectations().forEach((name, expected) -> {
            boolean accepted = ACCEPTED.equals(outcomes.get(name));
            if ((expected.equals("accept") && !accepted) || (expected.equals("reject") && accepted)) {
                wrong.put(name, expected);
            }
        });

        assertThat(outcomes).hasSizeGreaterThan(50);
        assertThat(wrong).containsOnlyKeys("double.extension.jpg.exe");
    }

    @Test
    void tellsUnreadableFormatsByName() {
        Map.of("animated.gif", "GIF", "bmp.bmp", "BMP")
                .forEach((name, format) -> assertThatExceptionOfType(UnreadableImageException.class)
                        .isThrownBy(() -> decoder.decode(file(name)))
                        .withMessageEndingWith("this file is " + format));
    }

    @Test
    void turnsEveryOrientationUpright() {
        PixelImage stored = decoder.decode(file("exif_orientation_1.jpg")).pixels();
        for (int value = 1; value <= 8; value++) {
            DecodedImage image = decoder.decode(file("exif_orientation_" + value + ".jpg"));

            assertThat(image.header().exifOrientation()).isEqualTo(value);
            assertThat(image.pixels()).isEqualTo(OrientationTest.uprightByDefinition(value, stored));
            assertThat(image.header().width()).isEqualTo(image.pixels().width());
        }
    }

    @Test
    void reportsTextAndWhatFollowsTheImage() {
        assertThat(decoder.inspect(file("exif_with_patient_name.jpg")).hasTextMetadata())
                .isTrue();
        assertThat(decoder.inspect(file("good_small.png")).hasTextMetadata()).isFalse();
        assertThat(decoder.inspect(file("polyglot_jpeg_zip.jpg")).hasTrailingData())
                .isTrue();
        assertThat(decoder.inspect(file("trailing_garbage.jpg")).hasTrailingData())
                .isTrue();
        assertThat(decoder.inspect(file("extension_upper.JPG")).hasTrailingData())
                .isFalse();
    }

    @Test
    void sixteenAndEightBitsOfOneImageAgree() {
        DecodedImage sixteen = decoder.decode(file("grey_16bit.png"));

        assertThat(sixteen.header().bitsPerSample()).isEqualTo(16);
        assertThat(sixteen.pixels().channels()).isEqualTo(1);
        assertThat(decoder.decode(file("grey_alpha.png")).pixels().channels()).isEqualTo(1);
    }

    private Map<String, String> outcomes() {
        Map<String, String> outcomes = new TreeMap<>();
        files.forEach((name, bytes) -> {
            if (!name.endsWith(".zip") && !name.endsWith(".csv")) {
                outcomes.put(name, outcome(bytes));
            }
        });
        return outcomes;
    }

    private String outcome(byte[] bytes) {
        try {
            ImageHeader inspected = decoder.inspect(new ByteArrayInputStream(bytes));
            DecodedImage image = decoder.decode(bytes);
            assertThat(image.header()).isEqualTo(inspected);
            return ACCEPTED;
        } catch (UnreadableImageException e) {
            return e.defect().code();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] file(String name) {
        byte[] bytes = files.get(name);
        assertThat(bytes).as(name).isNotNull();
        return bytes;
    }

    /** Expectations by file name, for names without commas and quotes. */
    private static Map<String, String> expectations() {
        Map<String, String> expectations = new LinkedHashMap<>();
        String table = new String(ReferenceFiles.data("malformed-EXPECTED.csv"), StandardCharsets.UTF_8);
        for (String line : table.lines().skip(1).toList()) {
            List<String> cells = List.of(line.split(",", -1));
            if (!line.startsWith("\"") && files.containsKey(cells.get(0)) && !isContainer(cells.get(0))) {
                expectations.put(cells.get(0), cells.get(2));
            }
        }
        return expectations;
    }

    private static boolean isContainer(String name) {
        return name.endsWith(".zip") || name.endsWith(".csv");
    }

    /** Files of a GNU tar archive by their base names, kept in memory: file systems and locales need not know the names. */
    private static Map<String, byte[]> untar(byte[] archive) {
        Map<String, byte[]> unpacked = new LinkedHashMap<>();
        try (InputStream tar = new GZIPInputStream(new ByteArrayInputStream(archive))) {
            String longName = "";
            for (byte[] header = tar.readNBytes(512);
                    header.length == 512 && header[0] != 0;
                    header = tar.readNBytes(512)) {
                int size = Integer.parseInt(text(header, 124, 11), 8);
                byte[] content = tar.readNBytes(size);
                tar.skipNBytes((512 - size % 512) % 512);
                String name = longName.isEmpty() ? text(header, 0, 100) : longName;
                longName = header[156] == 'L' ? text(content, 0, size) : "";
                if (header[156] == '0') {
                    unpacked.put(name.substring(name.lastIndexOf('/') + 1), content);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return unpacked;
    }

    private static String text(byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return (end < 0 ? text : text.substring(0, end)).strip();
    }
}
