package org.foldwise.learning.imaging.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import com.github.jaiimageio.jpeg2000.J2KImageWriteParam;
import com.github.jaiimageio.jpeg2000.impl.J2KImageReader;
import com.github.jaiimageio.jpeg2000.impl.J2KImageReaderSpi;
import com.github.jaiimageio.jpeg2000.impl.J2KImageWriter;
import com.github.jaiimageio.jpeg2000.impl.J2KImageWriterSpi;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageWriteParam;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.foldwise.learning.imaging.dicom.UnreadableDicomException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** JPEG 2000 streams that JJ2000 writes, whole and damaged; JJ2000's own decoder is the oracle of lossy ones. */
class Jpeg2000FrameTest {
    private static final List<String> PROGRESSIONS = List.of("layer", "res", "res-pos", "pos-comp", "comp-pos");
    private static final int CODING_DEFAULTS = 0xFF52;
    private static final int MUTATIONS = 800;

    /** A picture with edges, gradients and noise. */
    private static BufferedImage picture(int width, int height, int channels, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        BufferedImage image = new BufferedImage(
                width, height, channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < channels; channel++) {
                    int value = x * 2 + y * (channel + 1) + (x * y % 97 > 60 ? 90 : 0) + random.nextInt(12);
                    image.getRaster().setSample(x, y, channel, Math.min(255, value));
                }
            }
        }
        return image;
    }

    private static byte[] written(BufferedImage image, ImageWriteParam parameters) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var output = new MemoryCacheImageOutputStream(bytes)) {
            J2KImageWriter writer = new J2KImageWriter(new J2KImageWriterSpi());
            writer.setOutput(output);
            writer.write(null, new IIOImage(image, null, null), parameters);
            writer.dispose();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static J2KImageWriteParam parameters(SplittableRandom random) {
        J2KImageWriteParam parameters = new J2KImageWriteParam();
        parameters.setProgressionType(PROGRESSIONS.get(random.nextInt(PROGRESSIONS.size())));
        parameters.setCodeBlockSize(new int[] {1 << random.nextInt(4, 7), 1 << random.nextInt(4, 7)});
        parameters.setNumDecompositionLevels(random.nextInt(7));
        parameters.setSOP(random.nextBoolean());
        parameters.setEPH(random.nextBoolean());
        if (random.nextBoolean()) {
            parameters.setTilingMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setTiling(random.nextInt(20, 90), random.nextInt(20, 90), 0, 0);
        }
        return parameters;
    }

    private static PixelFormat format(int width, int height, int channels) {
        byte[] header = new DicomBytes(TransferSyntax.EXPLICIT_LITTLE_ENDIAN)
                .shape(width, height, channels == 1 ? "MONOCHROME2" : "RGB", channels, 8, 8, false)
                .bare();
        return PixelFormat.of(
                DataSetParser.parse(header, 0, TransferSyntax.EXPLICIT_LITTLE_ENDIAN)
                        .data(),
                Tag.PIXEL_DATA);
    }

    private static int[] samples(Raster raster) {
        return raster.getPixels(0, 0, raster.getWidth(), raster.getHeight(), (int[]) null);
    }

    static LongStream seeds() {
        String replayed = System.getProperty("tests.seed", "");
        return replayed.isEmpty() ? LongStream.rangeClosed(1, 16) : LongStream.of(Long.parseLong(replayed));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void givesLosslessPicturesBackAsTheyWere(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int width = random.nextInt(1, 150);
        int height = random.nextInt(1, 150);
        int channels = random.nextBoolean() ? 1 : 3;
        BufferedImage picture = picture(width, height, channels, seed);
        J2KImageWriteParam parameters = parameters(random);
        parameters.setLossless(true);
        parameters.setFilter(J2KImageWriteParam.FILTER_53);
        byte[] stream = written(picture, parameters);

        PixelFormat format = format(width, height, channels);

        assertThat(Jpeg2000Frame.decode(stream, format).requireShape(format)).isEqualTo(samples(picture.getRaster()));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithAnotherDecoderOnLossyPictures(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        int width = random.nextInt(30, 150);
        int height = random.nextInt(30, 150);
        int channels = random.nextBoolean() ? 1 : 3;
        J2KImageWriteParam parameters = parameters(random);
        parameters.setLossless(false);
        parameters.setFilter(J2KImageWriteParam.FILTER_97);
        parameters.setEncodingRate(random.nextDouble(1, 6));
        byte[] stream = written(picture(width, height, channels, seed), parameters);
        J2KImageReader reader = new J2KImageReader(new J2KImageReaderSpi());
        int[] theirs;
        try (var input = new MemoryCacheImageInputStream(new ByteArrayInputStream(stream))) {
            reader.setInput(input, true, true);
            theirs = samples(reader.readRaster(0, null));
        }

        PixelFormat format = format(width, height, channels);
        int[] ours = Jpeg2000Frame.decode(stream, format).requireShape(format);

        int[] differences = IntStream.range(0, ours.length)
                .map(i -> Math.abs(ours[i] - theirs[i]))
                .toArray();
        assertThat(Arrays.stream(differences).max().orElseThrow()).isLessThanOrEqualTo(2);
        assertThat(Arrays.stream(differences).average().orElseThrow()).isCloseTo(0, within(0.6));
    }

    private static byte[] sound(int width, int height, int channels) {
        J2KImageWriteParam parameters = new J2KImageWriteParam();
        parameters.setLossless(true);
        parameters.setFilter(J2KImageWriteParam.FILTER_53);
        parameters.setWriteCodeStreamOnly(true);
        return written(picture(width, height, channels, 5), parameters);
    }

    private static int coding(byte[] stream) {
        return IntStream.range(0, stream.length)
                .filter(i -> Short.toUnsignedInt(ByteBuffer.wrap(stream).getShort(i)) == CODING_DEFAULTS)
                .findFirst()
                .orElseThrow();
    }

    private static void assertRefused(Reason reason, byte[] stream) {
        assertThatExceptionOfType(UnreadableDicomException.class)
                .isThrownBy(() -> Jpeg2000Frame.decode(stream, format(40, 30, 1)))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void refusesStreamsCutAnywhere() {
        byte[] stream = sound(40, 30, 1);
        PixelFormat format = format(40, 30, 1);
        for (int length = 0; length < stream.length; length++) {
            byte[] cut = Arrays.copyOf(stream, length);
            assertThatExceptionOfType(UnreadableDicomException.class)
                    .as("%d of %d bytes", length, stream.length)
                    .isThrownBy(() -> Jpeg2000Frame.decode(cut, format));
        }
    }

    @Test
    void refusesBytesBetweenPacketsAndTheirTilesEnd() {
        byte[] stream = sound(40, 30, 1);
        byte[] longer = Arrays.copyOf(stream, stream.length + 4);
        System.arraycopy(stream, stream.length - 2, longer, longer.length - 2, 2);
        int tile = IntStream.range(0, stream.length)
                .filter(i -> Short.toUnsignedInt(ByteBuffer.wrap(stream).getShort(i)) == 0xFF90)
                .findFirst()
                .orElseThrow();
        ByteBuffer.wrap(longer)
                .putInt(tile + 6, ByteBuffer.wrap(stream).getInt(tile + 6) + 4)
                .putShort(stream.length - 2, (short) 0);

        assertRefused(Reason.CORRUPT, longer);
    }

    @Test
    void refusesCodingsThatItDoesNotKnow() {
        byte[] highThroughput = sound(40, 30, 1);
        highThroughput[coding(highThroughput) + 12] = 64;
        assertRefused(Reason.UNSUPPORTED_ENCODING, highThroughput);

        byte[] layers = sound(40, 30, 1);
        ByteBuffer.wrap(layers).putShort(coding(layers) + 6, (short) -1);
        assertRefused(Reason.UNSUPPORTED_ENCODING, layers);

        byte[] blocks = sound(40, 30, 1);
        blocks[coding(blocks) + 10] = 0;
        blocks[coding(blocks) + 11] = 0;
        assertRefused(Reason.UNSUPPORTED_ENCODING, blocks);

        byte[] tiles = sound(40, 30, 1);
        ByteBuffer.wrap(tiles).putInt(24, 1).putInt(28, 1);
        assertRefused(Reason.UNSUPPORTED_ENCODING, tiles);
    }

    /** 2048 x 2048 pixels in few bytes, each block of which claims all the passes that it may have. */
    @Test
    @Timeout(60)
    void refusesFewBytesThatPromiseMuchWork() {
        ByteBuffer stream = ByteBuffer.allocate(1 << 14);
        stream.putInt(0xFF4FFF51).putShort((short) 41).putShort((short) 0);
        stream.putInt(2048)
                .putInt(2048)
                .putInt(0)
                .putInt(0)
                .putInt(2048)
                .putInt(2048)
                .putInt(0)
                .putInt(0);
        stream.putShort((short) 1).put((byte) 7).put((byte) 1).put((byte) 1);
        stream.putShort((short) CODING_DEFAULTS).putShort((short) 12).put((byte) 0);
        stream.put((byte) 0).putShort((short) 1).put((byte) 0);
        stream.put((byte) 0).put((byte) 4).put((byte) 4).put((byte) 0).put((byte) 1);
        stream.putShort((short) 0xFF5C).putShort((short) 4).put((byte) 0x40).put((byte) (28 << 3));
        int tile = stream.position();
        stream.putShort((short) 0xFF90)
                .putShort((short) 10)
                .putShort((short) 0)
                .putInt(0)
                .putShort((short) 1);
        stream.putShort((short) 0xFF93);
        Bits header = new Bits();
        header.put("1");
        for (int block = 0; block < 32 * 32; block++) {
            // the tag trees are all zero, so that every node not told yet is told by a one
            int nodes = 1 + Integer.numberOfTrailingZeros(Integer.lowestOneBit((block % 32) | (block / 32) | 32));
            header.put("1".repeat(nodes)).put("1".repeat(nodes));
            header.put("111111111").put("0101110"); // 37 + 46 passes
            header.put("0").put("0".repeat(3 + 6));
        }
        header.writeTo(stream);
        int length = stream.position() - tile;
        stream.putInt(tile + 6, length).putShort((short) 0xFFD9);
        byte[] bytes = Arrays.copyOf(stream.array(), stream.position());

        assertThatExceptionOfType(UnreadableDicomException.class)
                .isThrownBy(() -> Jpeg2000Frame.decode(bytes, format(2048, 2048, 1)))
                .withMessageContaining("promises more than its bytes can hold");
    }

    /** Bits of a packet header, stuffed behind bytes of ones. */
    private static final class Bits {
        private final StringBuilder bits = new StringBuilder();

        Bits put(String more) {
            bits.append(more);
            return this;
        }

        void writeTo(ByteBuffer bytes) {
            int at = 0;
            int last = 0;
            while (at < bits.length()) {
                int size = last == 0xFF ? 7 : 8;
                StringBuilder next = new StringBuilder(bits.substring(at, Math.min(bits.length(), at + size)));
                while (next.length() < size) {
                    next.append('0');
                }
                last = Integer.parseInt(next.toString(), 2);
                bytes.put((byte) last);
                at += size;
            }
        }
    }

    static LongStream mutationSeeds() {
        return seeds().limit(2);
    }

    /** Every mutant ends in samples or a refusal, soon. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("mutationSeeds")
    @Timeout(60)
    void anyDamageEndsSoon(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] sound = sound(60, 50, seed % 2 == 0 ? 3 : 1);
        PixelFormat format = format(60, 50, seed % 2 == 0 ? 3 : 1);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutant = sound.clone();
            // most of the damage hits the headers, which promise the work
            int reach = random.nextInt(4) == 0 ? mutant.length : 220;
            for (int step = random.nextInt(1, 4); step > 0; step--) {
                mutant[random.nextInt(reach)] = (byte) (random.nextBoolean() ? random.nextInt(256) : -1);
            }
            try {
                Jpeg2000Frame.decode(mutant, format);
            } catch (UnreadableDicomException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                fail("mutation " + i + " of seed " + seed + " caused " + e, e);
            }
        }

        assertThat(refused).isGreaterThan(MUTATIONS / 2);
    }
}
