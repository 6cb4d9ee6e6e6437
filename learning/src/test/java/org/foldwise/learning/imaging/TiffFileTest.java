package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What directories of TIFF may not say. Files that others write are in {@link FormatFixturesTest}. */
class TiffFileTest {
    private static final int BYTE = 1;
    private static final int SHORT = 3;
    private static final int LONG = 4;

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    /** An entry whose value, or the place of whose values, is given. */
    private record Entry(int tag, int type, int count, int value) {}

    /** A grey page of 2 x 2 pixels, in one strip. */
    private static List<Entry> page(int stripOffset) {
        return new ArrayList<>(List.of(
                new Entry(TiffDirectory.IMAGE_WIDTH, SHORT, 1, 2),
                new Entry(TiffDirectory.IMAGE_LENGTH, SHORT, 1, 2),
                new Entry(TiffDirectory.BITS_PER_SAMPLE, SHORT, 1, 8),
                new Entry(TiffDirectory.PHOTOMETRIC_INTERPRETATION, SHORT, 1, 1),
                new Entry(TiffDirectory.STRIP_OFFSETS, LONG, 1, stripOffset),
                new Entry(TiffDirectory.STRIP_BYTE_COUNTS, LONG, 1, 4)));
    }

    private static List<Entry> with(List<Entry> page, Entry... others) {
        List<Entry> changed = new ArrayList<>(page);
        for (Entry other : others) {
            changed.removeIf(entry -> entry.tag() == other.tag());
            changed.add(other);
        }
        return changed;
    }

    /** The pages' directories one behind the other from byte 8 on, then the data. */
    @SafeVarargs
    private static byte[] file(byte[] data, List<Entry>... pages) {
        ByteBuffer file = ByteBuffer.allocate(startOfData(pages) + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0x002A4949).putInt(8);
        for (int i = 0; i < pages.length; i++) {
            file.putShort((short) pages[i].size());
            for (Entry entry : pages[i]) {
                file.putShort((short) entry.tag())
                        .putShort((short) entry.type())
                        .putInt(entry.count());
                file.putInt(entry.value());
            }
            file.putInt(i == pages.length - 1 ? 0 : file.position() + 4);
        }
        return file.put(data).array();
    }

    @SafeVarargs
    private static int startOfData(List<Entry>... pages) {
        return 8 + Arrays.stream(pages).mapToInt(page -> 6 + 12 * page.size()).sum();
    }

    private static byte[] pixels() {
        return new byte[] {10, 20, 30, 40};
    }

    private void assertRefused(ImageDefect defect, byte[] file, String why) {
        assertThatExceptionOfType(UnreadableImageException.class)
                .isThrownBy(() -> decoder.inspect(file))
                .withMessageContaining(why)
                .satisfies(refusal -> assertThat(refusal.defect()).isEqualTo(defect));
    }

    @Test
    void readsTheLeastThatAPageNeeds() {
        byte[] file = file(pixels(), page(startOfData(page(0))));

        DecodedImage image = decoder.decode(file);

        assertThat(image.pixels()).isEqualTo(PixelImage.of(2, 2, 1, pixels()));
        assertThat(image.header()).isEqualTo(new ImageHeader(ImageFormat.TIFF, 2, 2, 1, 8, 1, false, false, 1));
    }

    /** Detectors and microscopes write 12 bits without gaps; rows begin with a byte. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    void readsGreyOfAnyNumberOfBits(int bits) {
        int full = (1 << bits) - 1;
        int[] values = {0, full, full / 3, full / 2, full - full / 5, 1, full, 0, full / 7, full / 2};
        StringBuilder packed = new StringBuilder();
        byte[] shades = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            String binary = Integer.toBinaryString(values[i]);
            packed.append("0".repeat(bits - binary.length())).append(binary);
            if (i % 5 == 4) {
                packed.append("0".repeat((8 - packed.length() % 8) % 8));
            }
            shades[i] = (byte) Math.round(values[i] * 255.0 / full);
        }
        byte[] data = new byte[packed.length() / 8];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) Integer.parseInt(packed.substring(8 * i, 8 * i + 8), 2);
        }
        List<Entry> page = with(
                page(startOfData(page(0))),
                new Entry(TiffDirectory.IMAGE_WIDTH, SHORT, 1, 5),
                new Entry(TiffDirectory.BITS_PER_SAMPLE, SHORT, 1, bits),
                new Entry(TiffDirectory.STRIP_BYTE_COUNTS, LONG, 1, data.length));

        DecodedImage image = decoder.decode(file(data, page));

        assertThat(image.pixels()).isEqualTo(PixelImage.of(5, 2, 1, shades));
        assertThat(image.header().bitsPerSample()).isEqualTo(bits);
    }

    @Test
    void refusesDirectoriesThatComeToNoEnd() {
        byte[] file = file(pixels(), page(startOfData(page(0))));
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(startOfData(page(0)) - 4, 8);

        assertRefused(ImageDefect.CORRUPT, file, "do not come to an end");
    }

    @Test
    void refusesContradictions() {
        List<Entry> page = page(startOfData(page(0)));
        List<Entry> twice = new ArrayList<>(page(startOfData(page) + 12));
        twice.add(new Entry(TiffDirectory.IMAGE_WIDTH, SHORT, 1, 2));

        assertRefused(ImageDefect.CORRUPT, file(pixels(), twice), "tag 256 twice");
        assertRefused(
                ImageDefect.CORRUPT,
                file(pixels(), with(page, new Entry(TiffDirectory.STRIP_OFFSETS, LONG, 1, 4))),
                "lies at byte 4");
        assertRefused(
                ImageDefect.TRUNCATED,
                file(pixels(), with(page, new Entry(TiffDirectory.STRIP_OFFSETS, LONG, 1, -8))),
                "ends before");
        assertRefused(
                ImageDefect.CORRUPT,
                file(pixels(), with(page, new Entry(TiffDirectory.IMAGE_WIDTH, 2, 1, 2))),
                "no whole numbers");
        assertRefused(
                ImageDefect.CORRUPT,
                file(pixels(), with(page, new Entry(TiffDirectory.IMAGE_WIDTH, 99, 1, 2))),
                "unknown type 99");
        page.removeIf(entry -> entry.tag() == TiffDirectory.STRIP_BYTE_COUNTS);
        assertRefused(ImageDefect.CORRUPT, file(pixels(), page), "lacks tag 279");
    }

    @Test
    void refusesTilesOfOtherSidesThanTheFormatHas() {
        List<Entry> tiled = with(
                page(0),
                new Entry(TiffDirectory.TILE_WIDTH, SHORT, 1, 8),
                new Entry(TiffDirectory.TILE_LENGTH, SHORT, 1, 16));

        assertRefused(ImageDefect.CORRUPT, file(pixels(), tiled), "tiles have 8 x 16 pixels");
    }

    @Test
    void refusesPagesThatShareTheirPixels() {
        int start = startOfData(page(0), page(0));

        assertRefused(ImageDefect.CORRUPT, file(new byte[8], page(start), page(start + 3)), "lie on each other");
        assertThat(decoder.inspect(file(new byte[8], page(start), page(start + 4)))
                        .frames())
                .isEqualTo(2);
    }

    @Test
    void passesOverSmallerVersionsOfAPage() {
        List<Entry> page = page(0);
        List<Entry> smaller = with(
                page,
                new Entry(TiffDirectory.NEW_SUBFILE_TYPE, LONG, 1, 1),
                new Entry(TiffDirectory.IMAGE_WIDTH, SHORT, 1, 1),
                new Entry(TiffDirectory.IMAGE_LENGTH, SHORT, 1, 1),
                new Entry(TiffDirectory.STRIP_BYTE_COUNTS, LONG, 1, 1));
        int start = startOfData(page, smaller);
        byte[] file = file(
                new byte[] {10, 20, 30, 40, 99},
                with(page, new Entry(TiffDirectory.STRIP_OFFSETS, LONG, 1, start)),
                with(smaller, new Entry(TiffDirectory.STRIP_OFFSETS, LONG, 1, start + 4)));

        assertThat(decoder.inspect(file).frames()).isEqualTo(1);
        assertThat(decoder.decode(file).pixels()).isEqualTo(PixelImage.of(2, 2, 1, pixels()));
    }

    @Test
    void saysWhatFollowsTheImageAndWhatMayHoldText() {
        List<Entry> page = with(page(0), new Entry(0x9C9C, BYTE, 4, 0x64636261));
        int start = startOfData(page);
        byte[] data = Arrays.copyOf(pixels(), 40);

        ImageHeader header =
                decoder.inspect(file(data, with(page, new Entry(TiffDirectory.STRIP_OFFSETS, LONG, 1, start))));

        assertThat(header.hasTextMetadata()).isTrue();
        assertThat(header.hasTrailingData()).isTrue();
    }
}
