package org.foldwise.learning.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NiftiFileTest {
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    /** Digests of nibabel 5.4.2: first volume, turned to RAS, middle slice, front on top, right on the left, by the same rule. */
    @ParameterizedTest
    @Tag("reference")
    @CsvSource({
        "anatomical.nii, 33, 41, 25, 4f978a6814f1674bb7b8aa07711dc84848837f66b8d59fe59be8f804711d52b5",
        "example4d.nii.gz, 128, 96, 24, 109b953dc2faed096943aec354d2059c58a8bb64d360aa1fbf808a61d42329a6",
        "example_nifti2.nii.gz, 32, 20, 12, be2df89eef0501872d6337c0e763c0eaa95722abee26e1570798ad98d63c408e",
        "functional.nii, 17, 21, 3, d111ce7749c024c45a5c1a01086475fa4ce938c5075be0c3c9c3c6f8633006e4",
        "reoriented_anat_moved.nii, 21, 26, 22, dbc8feed80859581d748a33ae934726b4dbde1ad97bf532a96de772bfd028381",
        "standard.nii.gz, 4, 5, 7, b2bb1d91f9f822d95269c7366231a13b59c8edec2a292bd9944ad23abdb2daf5"
    })
    void showsTheMiddleSliceAsNibabelDoes(String file, int width, int height, int slices, String digest) {
        DecodedImage image = decoder.decode(ReferenceFiles.data("nifti/" + file));

        assertThat(image.header().format()).isEqualTo(ImageFormat.NIFTI);
        assertThat(image.header().width()).isEqualTo(width);
        assertThat(image.header().height()).isEqualTo(height);
        assertThat(image.header().frames()).isEqualTo(slices);
        assertThat(Digest.of(image.pixels().samples()).hex()).isEqualTo(digest);
    }

    @ParameterizedTest
    @Tag("reference")
    @CsvSource({
        "nifti1.hdr, UNSUPPORTED_ENCODING",
        "nifti2.hdr, UNSUPPORTED_ENCODING",
        "analyze.hdr, UNSUPPORTED_FORMAT"
    })
    void refusesHeadersWithoutVoxels(String file, ImageDefect defect) {
        assertRefused(defect, ReferenceFiles.data("nifti/" + file));
    }

    /** 2 x 3 x 2 voxels of 16 bits, 0 to 11 in file order, identity orientation: first axis to the right, second to the front. */
    private static ByteBuffer volume(boolean second, ByteOrder order) {
        int offset = second ? 544 : 352;
        ByteBuffer file = ByteBuffer.allocate(offset + 24).order(order);
        byte[] magic = (second ? "n+2" : "n+1").getBytes(StandardCharsets.US_ASCII);
        file.putInt(0, second ? 540 : 348).put(second ? 4 : 344, magic);
        long[] dimensions = {3, 2, 3, 2};
        for (int i = 0; i < 4; i++) {
            if (second) {
                file.putLong(16 + 8 * i, dimensions[i]);
            } else {
                file.putShort(40 + 2 * i, (short) dimensions[i]);
            }
        }
        file.putShort(second ? 12 : 70, (short) 4);
        if (second) {
            file.putLong(168, offset);
        } else {
            file.putFloat(108, offset);
        }
        for (int i = 0; i < 12; i++) {
            file.putShort(offset + 2 * i, (short) i);
        }
        return file;
    }

    private static byte[] gzipped(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void readsBothVersionsInBothByteOrders(boolean second, boolean big) {
        byte[] file = volume(second, big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
                .array();

        for (byte[] bytes : new byte[][] {file, gzipped(file)}) {
            PixelImage upper = decoder.decode(bytes).pixels();

            // values 6 to 11 by column and row from the lower left, the patient's right shown on the left
            assertThat(upper)
                    .isEqualTo(PixelImage.of(2, 3, 1, new byte[] {(byte) 255, (byte) 204, (byte) 153, 102, 51, 0}));
            assertThat(decoder.decode(bytes, 0).pixels()).isEqualTo(upper);
        }
    }

    /** By hand: values 0 to 22 by twos, shown from 3 to 13: (x - 8) / 10 + 0.5. */
    @Test
    void showsAWindowOfItsValues() {
        ByteBuffer file = volume(false, ByteOrder.LITTLE_ENDIAN);
        file.putFloat(112, 2).putFloat(124, 11).putFloat(128, 6);
        Preprocessing shown = Preprocessing.letterboxed(32, 1).shownBy(new Preprocessing.Step.Window(8.5, 11));

        // values 12 to 22 by column and row from the lower left
        assertThat(decoder.decode(file.array(), shown).pixels())
                .isEqualTo(PixelImage.of(
                        2, 3, 1, new byte[] {(byte) 255, (byte) 255, (byte) 255, (byte) 255, (byte) 255, (byte) 230}));
    }

    @Test
    void followsTheSform() {
        ByteBuffer file = volume(false, ByteOrder.LITTLE_ENDIAN);
        file.putShort(254, (short) 1);
        // first axis to the feet, second to the left, third to the back
        file.putFloat(280 + 4, -1).putFloat(296 + 8, -1).putFloat(312, -1);

        DecodedImage image = decoder.decode(file.array(), 0);

        // the lowest slice has x = 1: columns y = 0 to 2 run to the left, rows z = 0 to 1 to the back
        assertThat(image.header().frames()).isEqualTo(2);
        assertThat(image.pixels())
                .isEqualTo(PixelImage.of(3, 2, 1, new byte[] {0, 51, 102, (byte) 153, (byte) 204, (byte) 255}));
    }

    @Test
    void rescalesAndWindowsByTheHeader() {
        ByteBuffer file = volume(false, ByteOrder.LITTLE_ENDIAN);
        file.putFloat(112, 2).putFloat(116, 10).putFloat(124, 30).putFloat(128, 20);

        // 2 v + 10 for v = 6 to 11 is 22 to 32; shown from 20 to 30
        assertThat(decoder.decode(file.array()).pixels())
                .isEqualTo(
                        PixelImage.of(2, 3, 1, new byte[] {(byte) 255, (byte) 255, (byte) 204, (byte) 153, 102, 51}));
    }

    /** Fields for words, by the offsets of the two headers; anything between header and voxels; words of the gzip header. */
    @Test
    void reportsWhatMayHoldANameOfThePatient() {
        for (boolean second : new boolean[] {false, true}) {
            ByteBuffer silent = volume(second, ByteOrder.LITTLE_ENDIAN);
            assertThat(decoder.inspect(silent.array()).hasTextMetadata()).isFalse();
            assertThat(decoder.inspect(gzipped(silent.array())).hasTextMetadata())
                    .isFalse();
            for (int at :
                    second ? new int[] {240, 343, 508, 523, 525, 539} : new int[] {4, 14, 31, 148, 251, 328, 343}) {
                byte[] telling = volume(second, ByteOrder.LITTLE_ENDIAN).array();
                telling[at] = 'x';
                assertThat(decoder.inspect(telling).hasTextMetadata())
                        .as("version %d, byte %d", second ? 2 : 1, at)
                        .isTrue();
            }
            byte[] extended = withExtension(second);
            assertThat(decoder.inspect(extended).hasTextMetadata()).isTrue();
            assertThat(decoder.inspect(gzipped(extended)).hasTextMetadata()).isTrue();
            assertThat(decoder.decode(extended).pixels())
                    .isEqualTo(decoder.decode(silent.array()).pixels());
            extended[second ? 559 : 367] = 0;
            assertThat(decoder.inspect(extended).hasTextMetadata()).isFalse();
        }
        byte[] packed = gzipped(volume(false, ByteOrder.LITTLE_ENDIAN).array());
        byte[] name = "patient.nii\0".getBytes(StandardCharsets.ISO_8859_1);
        for (int flag : new int[] {8, 16}) {
            byte[] named = ImageFiles.joined(
                    ImageFiles.joined(Arrays.copyOf(packed, 10), name), Arrays.copyOfRange(packed, 10, packed.length));
            named[3] = (byte) flag;
            assertThat(decoder.inspect(named).hasTextMetadata()).isTrue();
        }
    }

    @Test
    @Tag("reference")
    void reportsTheExtensionsOfAPublishedFile() {
        assertThat(decoder.inspect(ReferenceFiles.data("nifti/example4d.nii.gz"))
                        .hasTextMetadata())
                .isTrue();
    }

    /** With 16 bytes between header and voxels, the last of them not zero. */
    private static byte[] withExtension(boolean second) {
        byte[] plain = volume(second, ByteOrder.LITTLE_ENDIAN).array();
        int offset = second ? 544 : 352;
        ByteBuffer extended = ByteBuffer.allocate(plain.length + 16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(plain, 0, offset)
                .put(new byte[15])
                .put((byte) 'x')
                .put(plain, offset, plain.length - offset);
        if (second) {
            extended.putLong(168, offset + 16);
        } else {
            extended.putFloat(108, offset + 16);
        }
        return extended.array();
    }

    /** The values of {@link #volume} as floating-point numbers, but for those that are given. */
    private static byte[] floats(float... upper) {
        byte[] plain = volume(false, ByteOrder.LITTLE_ENDIAN).array();
        ByteBuffer file = ByteBuffer.allocate(352 + 48).order(ByteOrder.LITTLE_ENDIAN);
        file.put(plain, 0, 352).putShort(70, (short) 16);
        for (int i = 0; i < 12; i++) {
            file.putFloat(352 + 4 * i, i < 6 ? i : upper[i - 6]);
        }
        return file.array();
    }

    /** By hand: of 6 to 10, without the NaN, 6 is black and 10 is white; windowed from 3 to 13 they are (x - 3) / 10. */
    @Test
    void showsNothingWhereAVoxelIsNoNumber() {
        byte[] file = floats(6, 7, 8, 9, 10, Float.NaN);
        Preprocessing windowed = Preprocessing.letterboxed(32, 1).shownBy(new Preprocessing.Step.Window(8.5, 11));

        assertThat(decoder.decode(file).pixels())
                .isEqualTo(PixelImage.of(2, 3, 1, new byte[] {0, (byte) 255, (byte) 191, (byte) 128, 64, 0}));
        assertThat(decoder.decode(file, windowed).pixels())
                .isEqualTo(PixelImage.of(2, 3, 1, new byte[] {0, (byte) 179, (byte) 153, (byte) 128, 102, 77}));
        for (float infinite : new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            assertRefused(ImageDefect.CORRUPT, floats(6, 7, 8, 9, 10, infinite));
        }
        float none = Float.NaN;
        assertRefused(ImageDefect.CORRUPT, floats(none, none, none, none, none, none));
    }

    @Test
    void refusesEveryTruncation() {
        byte[] file = volume(false, ByteOrder.LITTLE_ENDIAN).array();
        byte[] packed = gzipped(file);
        for (int length = 348; length < file.length; length++) {
            assertRefused(ImageDefect.TRUNCATED, Arrays.copyOf(file, length));
        }
        for (int length = 0; length < packed.length; length++) {
            byte[] cut = Arrays.copyOf(packed, length);
            assertThatExceptionOfType(UnreadableImageException.class).isThrownBy(() -> decoder.decode(cut));
        }
    }

    /** Behind the header four bytes say whether extensions follow. */
    @Test
    void refusesVoxelsThatBeginBeforeTheHeaderEnds() {
        assertRefused(
                ImageDefect.CORRUPT,
                volume(false, ByteOrder.LITTLE_ENDIAN).putFloat(108, 351).array());
        assertRefused(
                ImageDefect.CORRUPT,
                volume(true, ByteOrder.LITTLE_ENDIAN).putLong(168, 543).array());
    }

    @Test
    void findsDamagedChecksums() {
        byte[] packed = gzipped(volume(false, ByteOrder.LITTLE_ENDIAN).array());
        packed[packed.length - 6] ^= 1;

        assertRefused(ImageDefect.CORRUPT, packed);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, -3})
    void refusesImpossibleDimensions(int count) {
        assertRefused(
                ImageDefect.CORRUPT,
                volume(false, ByteOrder.LITTLE_ENDIAN)
                        .putShort(40, (short) count)
                        .array());
    }

    @Test
    void refusesBombsByTheirHeader() {
        ByteBuffer large = volume(false, ByteOrder.LITTLE_ENDIAN)
                .putShort(42, (short) 32767)
                .putShort(44, (short) 32767)
                .putShort(46, (short) 32767);
        ByteBuffer wide = volume(false, ByteOrder.LITTLE_ENDIAN).putShort(42, (short) 30000);

        assertRefused(ImageDefect.TOO_LARGE, large.array());
        assertRefused(ImageDefect.TRUNCATED, wide.array());
        assertRefused(
                ImageDefect.CORRUPT,
                volume(true, ByteOrder.LITTLE_ENDIAN)
                        .putLong(24, Long.MAX_VALUE / 2)
                        .array());
        assertRefused(
                ImageDefect.ZERO_SIZE,
                volume(false, ByteOrder.LITTLE_ENDIAN).putShort(44, (short) 0).array());
        assertRefused(
                ImageDefect.UNSUPPORTED_ENCODING,
                volume(false, ByteOrder.LITTLE_ENDIAN).putShort(70, (short) 32).array());
    }

    /** 5 x 4 x 3 voxels; the axes of the file lie along those of the body in every order and direction. */
    @ParameterizedTest
    @CsvSource({"0,1,2", "0,2,1", "1,0,2", "1,2,0", "2,0,1", "2,1,0"})
    void readsSeveralSlicesAtOnceAsItReadsEach(int x, int y, int z) {
        for (int signs = 0; signs < 8; signs++) {
            ByteBuffer file = ByteBuffer.allocate(352 + 120).order(ByteOrder.LITTLE_ENDIAN);
            System.arraycopy(volume(false, ByteOrder.LITTLE_ENDIAN).array(), 0, file.array(), 0, 352);
            file.putShort(42, (short) 5).putShort(44, (short) 4).putShort(46, (short) 3);
            file.putShort(254, (short) 1);
            int[] axes = {x, y, z};
            for (int row = 0; row < 3; row++) {
                file.putFloat(280 + 16 * row + 4 * axes[row], (signs >> row & 1) == 0 ? 1 : -1);
            }
            for (int i = 0; i < 60; i++) {
                file.putShort(352 + 2 * i, (short) (i * i));
            }
            byte[] packed = gzipped(file.array());
            int slices = decoder.inspect(packed).frames();
            assertThat(slices).isEqualTo(new int[] {5, 4, 3}[z]);
            List<Integer> wanted =
                    IntStream.range(0, slices).filter(i -> i != 1).boxed().toList();
            Map<Integer, PixelImage> read = new TreeMap<>();

            decoder.decode(packed, wanted, null, reader(read, new TreeMap<>()));

            assertThat(read.keySet()).containsExactlyElementsOf(wanted);
            read.forEach((slice, pixels) -> assertThat(pixels)
                    .isEqualTo(decoder.decode(file.array(), slice).pixels()));

            Preprocessing shown = Preprocessing.letterboxed(32, 1).shownBy(new Preprocessing.Step.Window(900, 1000));
            read.clear();
            decoder.decode(packed, wanted, shown, reader(read, new TreeMap<>()));
            assertThat(read.keySet()).containsExactlyElementsOf(wanted);
            read.forEach((slice, pixels) -> assertThat(pixels)
                    .isEqualTo(decoder.decode(file.array(), shown, slice).pixels())
                    .isNotEqualTo(decoder.decode(file.array(), slice).pixels()));
        }
    }

    private static ImageDecoder.FrameReader reader(
            Map<Integer, PixelImage> read, Map<Integer, ImageDefect> unreadable) {
        return new ImageDecoder.FrameReader() {
            @Override
            public void decoded(int frame, DecodedImage image) {
                read.put(frame, image.pixels());
            }

            @Override
            public void unreadable(int frame, UnreadableImageException defect) {
                unreadable.put(frame, defect.defect());
            }
        };
    }

    @Test
    void goesOnAfterASliceThatIsBroken() {
        ByteBuffer file = ByteBuffer.allocate(352 + 48).order(ByteOrder.LITTLE_ENDIAN);
        System.arraycopy(volume(false, ByteOrder.LITTLE_ENDIAN).array(), 0, file.array(), 0, 352);
        file.putShort(70, (short) 16);
        file.putFloat(352, Float.POSITIVE_INFINITY);
        Map<Integer, PixelImage> read = new TreeMap<>();
        Map<Integer, ImageDefect> unreadable = new TreeMap<>();

        decoder.decode(file.array(), List.of(0, 1), null, reader(read, unreadable));

        assertThat(unreadable).containsExactly(Map.entry(0, ImageDefect.CORRUPT));
        assertThat(read).containsOnlyKeys(1);
    }

    @Test
    void hasNoFramesButItsOwn() {
        byte[] file = volume(false, ByteOrder.LITTLE_ENDIAN).array();
        Preprocessing plain = Preprocessing.letterboxed(32, 1);

        for (int frame : new int[] {-1, 2}) {
            assertThatExceptionOfType(NoSuchFrameException.class)
                    .isThrownBy(() -> decoder.decode(file, frame))
                    .withMessage("frame must be 0 to 1, was " + frame + ": the file has 2 frames");
            assertThatExceptionOfType(NoSuchFrameException.class).isThrownBy(() -> decoder.decode(file, plain, frame));
            assertThatExceptionOfType(NoSuchFrameException.class)
                    .isThrownBy(() -> decoder.decode(file, List.of(0, frame), null, reader(Map.of(), Map.of())));
        }
    }

    private void assertRefused(ImageDefect defect, byte[] file) {
        assertThatExceptionOfType(UnreadableImageException.class)
                .isThrownBy(() -> decoder.decode(file))
                .extracting(UnreadableImageException::defect)
                .isEqualTo(defect);
    }
}
