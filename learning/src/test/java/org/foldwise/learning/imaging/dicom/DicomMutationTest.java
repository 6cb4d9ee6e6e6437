package org.foldwise.learning.imaging.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.github.jaiimageio.jpeg2000.impl.J2KImageWriter;
import com.github.jaiimageio.jpeg2000.impl.J2KImageWriterSpi;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.foldwise.learning.imaging.dicom.UnreadableDicomException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cuts and damages sound files of every coding: what comes out are shades or a refusal, never anything else. */
class DicomMutationTest {
    private static final int MUTATIONS = 1500;
    private static final int LIMIT = 1 << 20;

    private static List<byte[]> sound() {
        List<byte[]> files = new ArrayList<>();
        int[] values = new int[20 * 16];
        Arrays.setAll(values, i -> i * 37 % 4096);
        files.add(DicomBytes.grey(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, 20, 16, 12, false, values)
                .text(Tag.WINDOW_CENTER, "DS", "2000")
                .text(Tag.WINDOW_WIDTH, "DS", "3000")
                .item(Tag.VOI_LUT_SEQUENCE, item -> item.number(Tag.LUT_DESCRIPTOR, 2, 0, 8)
                        .with(Tag.LUT_DATA, "OW", new byte[] {0, 1}))
                .openSequences()
                .file());
        files.add(DicomBytes.grey(TransferSyntax.DEFLATED, 20, 16, 12, true, values)
                .file());
        byte[] frame = new byte[20 * 16 * 3];
        new SplittableRandom(5).nextBytes(frame);
        files.add(colours(TransferSyntax.RLE, "RGB")
                .fragments(DicomBytes.runLengths(frame, 1, 3))
                .file());
        files.add(colours(TransferSyntax.DEFLATED_FRAMES, "RGB")
                .fragments(DicomBytes.deflated(frame))
                .file());
        files.add(colours(TransferSyntax.JPEG_BASELINE, "YBR_FULL_422")
                .fragments(written("jpeg"))
                .file());
        files.add(colours(TransferSyntax.JPEG_2000_LOSSLESS, "YBR_RCT")
                .fragments(written("jpeg 2000"))
                .file());
        try {
            JpegLsFrameTest.streams()
                    .filter(stream -> stream.bits() == 12 && stream.near() == 0)
                    .forEach(stream -> files.add(new DicomBytes(TransferSyntax.JPEG_LS_LOSSLESS)
                            .shape(
                                    23,
                                    17,
                                    stream.components() == 1 ? "MONOCHROME2" : "RGB",
                                    stream.components(),
                                    16,
                                    12,
                                    false)
                            .fragments(stream.stream())
                            .file()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return files;
    }

    private static DicomBytes colours(TransferSyntax syntax, String photometric) {
        return new DicomBytes(syntax).shape(20, 16, photometric, 3, 8, 8, false);
    }

    /** A picture of 20 x 16 pixels. */
    static byte[] written(String format) {
        BufferedImage image = new BufferedImage(20, 16, BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 20; x++) {
                image.setRGB(x, y, x * 12 << 16 | y * 15 << 8 | (x * y & 0xFF));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var output = new MemoryCacheImageOutputStream(bytes)) {
            if (format.equals("jpeg")) {
                ImageIO.write(image, format, output);
            } else {
                J2KImageWriter writer = new J2KImageWriter(new J2KImageWriterSpi());
                writer.setOutput(output);
                writer.write(image);
                writer.dispose();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void decode(byte[] file) {
        DicomFile dicom = DicomFile.open(file, LIMIT);
        if (dicom.columns() <= 1024 && dicom.rows() <= 1024) {
            dicom.shades(dicom.frames() - 1);
        }
        dicom.metadata();
        byte[] stripped = dicom.stripped();
        assertThat(DicomFile.open(stripped, LIMIT).stripped()).isEqualTo(stripped);
    }

    @Test
    void soundFilesAreSound() {
        assertThat(sound()).hasSize(10).allSatisfy(DicomMutationTest::decode);
    }

    @Test
    @Timeout(120)
    void refusesFilesCutAnywhere() {
        for (byte[] file : sound()) {
            int step = Math.max(1, file.length / 600);
            for (int length = 0; length < file.length; length += step) {
                byte[] cut = Arrays.copyOf(file, length);
                try {
                    decode(cut);
                    fail("%d of %d bytes were taken for an image", length, file.length);
                } catch (UnreadableDicomException e) {
                    assertThat(e.reason()).isNotEqualTo(Reason.TOO_LARGE);
                }
            }
        }
    }

    static LongStream seeds() {
        String replayed = System.getProperty("tests.seed", "");
        return replayed.isEmpty() ? LongStream.of(1, 2) : LongStream.of(Long.parseLong(replayed));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @Timeout(180)
    void anyDamageEndsInShadesOrARefusal(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> sound = sound();
        Map<Reason, Integer> refusals = new EnumMap<>(Reason.class);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutant = mutated(sound.get(random.nextInt(sound.size())), random);
            try {
                decode(mutant);
            } catch (UnreadableDicomException refusal) {
                refusals.merge(refusal.reason(), 1, Integer::sum);
            } catch (RuntimeException | Error e) {
                fail("mutation " + i + " of seed " + seed + " caused " + e, e);
            }
        }

        assertThat(refusals).containsKeys(Reason.CORRUPT, Reason.TRUNCATED, Reason.UNSUPPORTED_ENCODING);
    }

    /** The header proper begins behind preamble and magic. */
    private static byte[] mutated(byte[] original, SplittableRandom random) {
        byte[] mutant = original.clone();
        int steps = random.nextInt(1, 5);
        for (int step = 0; step < steps; step++) {
            int at = random.nextInt(132, mutant.length);
            switch (random.nextInt(4)) {
                case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> mutant[at] = (byte) random.nextInt(256);
                case 2 -> mutant = spliced(mutant, at, random.nextInt(1, 20), random);
                default -> ByteBuffer.wrap(mutant).putShort(Math.min(at, mutant.length - 2), (short) -1);
            }
            if (mutant.length < 140) {
                return mutant;
            }
        }
        return mutant;
    }

    private static byte[] spliced(byte[] file, int at, int length, SplittableRandom random) {
        if (random.nextBoolean()) {
            int removed = Math.min(length, file.length - at);
            byte[] shorter = Arrays.copyOf(file, file.length - removed);
            System.arraycopy(file, at + removed, shorter, at, file.length - at - removed);
            return shorter;
        }
        byte[] longer = Arrays.copyOf(file, file.length + length);
        System.arraycopy(file, at, longer, at + length, file.length - at);
        return longer;
    }
}
