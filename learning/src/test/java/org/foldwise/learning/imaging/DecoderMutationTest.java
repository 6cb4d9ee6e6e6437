package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damages sound files at random: whatever comes out is an image within the limits or a refusal, never anything else. */
class DecoderMutationTest {
    private static final int MUTATIONS = 1500;
    private static final Duration SLOWEST = Duration.ofSeconds(1);
    private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 20, 4096, 1);

    private final ImageDecoder decoder = new ImageDecoder(LIMITS);

    static LongStream seeds() {
        String replayed = System.getProperty("tests.seed", "");
        return replayed.isEmpty() ? LongStream.of(1, 2) : LongStream.of(Long.parseLong(replayed));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @Timeout(120)
    void anyDamageEndsInAnImageOrARefusal(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> sound = List.of(
                ImageFiles.png(ImageFiles.scene(40, 30, BufferedImage.TYPE_BYTE_GRAY, random), false),
                ImageFiles.png(ImageFiles.scene(40, 30, BufferedImage.TYPE_4BYTE_ABGR, random), true),
                ImageFiles.png(ImageFiles.palette(40, 30, 4, random), false),
                ImageFiles.jpeg(ImageFiles.scene(40, 30, BufferedImage.TYPE_BYTE_GRAY, random), false),
                ImageFiles.jpeg(ImageFiles.scene(40, 30, BufferedImage.TYPE_3BYTE_BGR, random), false),
                ImageFiles.jpeg(ImageFiles.scene(40, 30, BufferedImage.TYPE_3BYTE_BGR, random), true));
        Map<ImageDefect, Integer> refusals = new EnumMap<>(ImageDefect.class);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] original = sound.get(random.nextInt(sound.size()));
            byte[] mutant = mutated(original, random);
            if (random.nextBoolean()) {
                repairChecksums(mutant);
            }
            decodeOrRefuse(mutant, refusals, i);
        }

        assertThat(refusals).containsKeys(ImageDefect.CORRUPT, ImageDefect.TRUNCATED, ImageDefect.UNSUPPORTED_FORMAT);
    }

    private void decodeOrRefuse(byte[] mutant, Map<ImageDefect, Integer> refusals, int index) {
        long start = System.nanoTime();
        try {
            PixelImage image = decoder.decode(mutant).pixels();
            assertThat((long) image.width() * image.height()).isLessThanOrEqualTo(LIMITS.maximumPixels());
        } catch (UnreadableImageException refusal) {
            refusals.merge(refusal.defect(), 1, Integer::sum);
        } catch (RuntimeException | Error e) {
            fail("mutation " + index + " caused " + e, e);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SLOWEST);
    }

    private static byte[] mutated(byte[] original, SplittableRandom random) {
        byte[] mutant = original.clone();
        int steps = random.nextInt(1, 5);
        for (int step = 0; step < steps && mutant.length > 0; step++) {
            int at = random.nextInt(mutant.length);
            mutant = switch (random.nextInt(6)) {
                case 0 -> flipped(mutant, at, (byte) (1 << random.nextInt(8)));
                case 1 -> flipped(mutant, at, (byte) random.nextInt(1, 256));
                case 2 -> Arrays.copyOf(mutant, at);
                case 3 -> spliced(mutant, at, 0, randomBytes(random));
                case 4 -> spliced(mutant, at, Math.min(mutant.length - at, random.nextInt(1, 40)), new byte[0]);
                default -> headerReplaced(mutant, random);
            };
        }
        return mutant;
    }

    private static byte[] flipped(byte[] file, int at, byte mask) {
        file[at] ^= mask;
        return file;
    }

    private static byte[] randomBytes(SplittableRandom random) {
        byte[] inserted = new byte[random.nextInt(1, 20)];
        random.nextBytes(inserted);
        return inserted;
    }

    private static byte[] spliced(byte[] file, int at, int removed, byte[] inserted) {
        return ByteBuffer.allocate(file.length - removed + inserted.length)
                .put(file, 0, at)
                .put(inserted)
                .put(file, at + removed, file.length - at - removed)
                .array();
    }

    /** Most of what matters to a decoder stands in the first 40 bytes of a PNG and the first 200 of a JPEG. */
    private static byte[] headerReplaced(byte[] file, SplittableRandom random) {
        file[random.nextInt(Math.min(file.length, 200))] = (byte) random.nextInt(256);
        return file;
    }

    /** Makes checksums of PNG chunks right again, so that damage gets past the first check. */
    private static void repairChecksums(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        int position = ImageFiles.PNG_SIGNATURE.length;
        while (file.length - position >= 12) {
            int length = bytes.getInt(position);
            if (length < 0 || length > file.length - position - 12) {
                return;
            }
            CRC32 crc = new CRC32();
            crc.update(file, position + 4, 4 + length);
            bytes.putInt(position + 8 + length, (int) crc.getValue());
            position += 12 + length;
        }
    }
}
