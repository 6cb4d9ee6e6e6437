package org.foldwise.learning.imaging.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.foldwise.learning.imaging.dicom.UnreadableDicomException.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The header and the grey and colour scales, on files written for it; expectations are computed by hand. */
class DicomFileTest {
    private static final TransferSyntax LITTLE = TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
    private static final int LIMIT = 1 << 20;

    private static DicomFile open(DicomBytes bytes) {
        return DicomFile.open(bytes.file(), LIMIT);
    }

    private static int[] shades(DicomBytes bytes) {
        return unsigned(open(bytes).shades(0));
    }

    private static int[] unsigned(byte[] bytes) {
        int[] values = new int[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes[i] & 0xFF;
        }
        return values;
    }

    private static int[] stored(DicomFile file, int frame) {
        StoredFrame stored = file.stored(frame);
        int[] values = new int[stored.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (int) stored.value(i);
        }
        return values;
    }

    private static void assertRefused(Reason reason, byte[] file) {
        assertThatExceptionOfType(UnreadableDicomException.class)
                .isThrownBy(() -> {
                    DicomFile dicom = DicomFile.open(file, LIMIT);
                    dicom.shades(dicom.frames() - 1);
                })
                .extracting(UnreadableDicomException::reason)
                .isEqualTo(reason);
    }

    @ParameterizedTest
    @EnumSource(
            value = TransferSyntax.class,
            names = {"IMPLICIT_LITTLE_ENDIAN", "EXPLICIT_LITTLE_ENDIAN", "EXPLICIT_BIG_ENDIAN", "DEFLATED"})
    void readsUncompressedPixelsInEverySyntax(TransferSyntax syntax) {
        DicomFile file = open(DicomBytes.grey(syntax, 3, 2, 12, true, -2048, -1, 0, 1, 1000, 2047));

        assertThat(stored(file, 0)).containsExactly(-2048, -1, 0, 1, 1000, 2047);
        assertThat(file.columns()).isEqualTo(3);
        assertThat(file.rows()).isEqualTo(2);
        assertThat(file.metadata().transferSyntax()).isEqualTo(syntax.uid());
    }

    @Test
    void readsRunLengths() {
        byte[] frame = new byte[600];
        for (int i = 0; i < frame.length; i++) {
            frame[i] = (byte) (i % 2 == 0 ? i / 7 : 0);
        }
        DicomBytes bytes = new DicomBytes(TransferSyntax.RLE)
                .shape(20, 15, "MONOCHROME2", 1, 16, 16, false)
                .fragments(DicomBytes.runLengths(frame, 2, 1));

        int[] stored = stored(open(bytes), 0);

        assertThat(stored).hasSize(300);
        for (int i = 0; i < stored.length; i++) {
            assertThat(stored[i])
                    .isEqualTo(ByteBuffer.wrap(frame)
                                    .order(ByteOrder.LITTLE_ENDIAN)
                                    .getShort(2 * i)
                            & 0xFFFF);
        }
    }

    @Test
    void ignoresWhateverLiesAroundTheStoredBits() {
        DicomBytes bytes =
                DicomBytes.grey(LITTLE, 2, 1, 8, false, 0xF123 << 4, 0x0FF0).number(Tag.HIGH_BIT, 11);

        assertThat(stored(open(bytes), 0)).containsExactly(0x23, 0xFF);
    }

    @Test
    void appliesLinearWindowsAsTheStandardDefinesThem() {
        DicomBytes bytes = DicomBytes.grey(LITTLE, 5, 1, 12, false, 0, 100, 150, 200, 4095)
                .text(Tag.WINDOW_CENTER, "DS", "150.5\\40")
                .text(Tag.WINDOW_WIDTH, "DS", "101\\400");

        // (x - 150) / 100 + 0.5: 0 at 100, half at 150, full at 200
        assertThat(shades(bytes)).containsExactly(0, 0, 128, 255, 255);
    }

    @Test
    void appliesExactAndSigmoidWindows() {
        DicomBytes bytes = DicomBytes.grey(LITTLE, 3, 1, 12, false, 100, 150, 200)
                .text(Tag.WINDOW_CENTER, "DS", "150")
                .text(Tag.WINDOW_WIDTH, "DS", "200");

        assertThat(shades(bytes.text(Tag.VOI_FUNCTION, "CS", "LINEAR_EXACT"))).containsExactly(64, 128, 191);
        // 255 / (1 + e^(+-1))
        assertThat(shades(bytes.text(Tag.VOI_FUNCTION, "CS", "SIGMOID"))).containsExactly(69, 128, 186);
        assertRefused(
                Reason.UNSUPPORTED_ENCODING,
                bytes.text(Tag.VOI_FUNCTION, "CS", "OTHER").file());
    }

    @Test
    void rescalesBeforeItWindows() {
        DicomBytes bytes = DicomBytes.grey(LITTLE, 3, 1, 12, false, 0, 1024, 2048)
                .text(Tag.RESCALE_SLOPE, "DS", "1")
                .text(Tag.RESCALE_INTERCEPT, "DS", "-1024")
                .text(Tag.WINDOW_CENTER, "DS", "0.5")
                .text(Tag.WINDOW_WIDTH, "DS", "2049");

        assertThat(open(bytes).modalityValues(0)).containsExactly(-1024, 0, 1024);
        assertThat(shades(bytes)).containsExactly(0, 128, 255);
    }

    /** By hand: centre 40, width 400 as the standard has it is (x - 39.5) / 399 + 0.5 from -160 to 239. */
    @Test
    void showsAnotherWindowThanItsOwn() {
        VoiWindow window = new VoiWindow(40, 400, VoiWindow.Function.LINEAR);
        DicomBytes bytes = DicomBytes.grey(LITTLE, 6, 1, 16, true, -2000, 432, 433, 532, 632, 639)
                .text(Tag.RESCALE_SLOPE, "DS", "2")
                .text(Tag.RESCALE_INTERCEPT, "DS", "-1024")
                .number(Tag.PIXEL_PADDING_VALUE, 632)
                .text(Tag.WINDOW_CENTER, "DS", "-600")
                .text(Tag.WINDOW_WIDTH, "DS", "1500")
                .text(Tag.VOI_FUNCTION, "CS", "SIGMOID")
                .item(Tag.VOI_LUT_SEQUENCE, item -> item.number(Tag.LUT_DESCRIPTOR, 101, 100, 8)
                        .with(Tag.LUT_DATA, "OW", Arrays.copyOf(ramp(101), 102)));

        // values -5024, -160, -158, 40, padding, 254
        assertThat(unsigned(open(bytes).shades(0, window))).containsExactly(0, 0, 1, 128, 0, 255);
        assertThat(unsigned(open(bytes.text(Tag.PHOTOMETRIC_INTERPRETATION, "CS", "MONOCHROME1"))
                        .shades(0, window)))
                .containsExactly(255, 255, 254, 127, 0, 0);
    }

    /** Tables of 101 values from -100, from 41000 and, of Hounsfield units, from -50: of their first values all but the sign is written. */
    @Test
    void readsTheFirstValueOfATableAsOneOfThoseThatThereCanBe() {
        DicomBytes falling = DicomBytes.grey(LITTLE, 4, 1, 12, false, 0, 50, 100, 4095)
                .text(Tag.RESCALE_SLOPE, "DS", "-1")
                .text(Tag.RESCALE_INTERCEPT, "DS", "0");
        DicomBytes high = DicomBytes.grey(LITTLE, 4, 1, 16, false, 0, 41001, 41051, 41101)
                .text(Tag.RESCALE_SLOPE, "DS", "1")
                .text(Tag.RESCALE_INTERCEPT, "DS", "-1");
        DicomBytes units = DicomBytes.grey(LITTLE, 4, 1, 12, false, 0, 974, 1024, 1074)
                .text(Tag.RESCALE_SLOPE, "DS", "1")
                .text(Tag.RESCALE_INTERCEPT, "DS", "-1024");

        assertThat(shades(withTable(falling, 0x10000 - 100))).containsExactly(255, 128, 0, 0);
        assertThat(shades(withTable(high, 41000))).containsExactly(0, 0, 128, 255);
        assertThat(shades(withTable(units, 0x10000 - 50))).containsExactly(0, 0, 128, 255);
        // no value is below 0, and the table goes on behind the greatest
        assertThat(shades(withTable(DicomBytes.grey(LITTLE, 3, 1, 16, false, 0, 65485, 65535), 0x10000 - 51)))
                .containsExactly(0, 0, 128);
    }

    private static DicomBytes withTable(DicomBytes bytes, int first) {
        byte[] table = new byte[202];
        for (int i = 0; i < 101; i++) {
            int entry = Math.round(65535 * i / 100F);
            table[2 * i] = (byte) entry;
            table[2 * i + 1] = (byte) (entry >> 8);
        }
        return bytes.item(Tag.VOI_LUT_SEQUENCE, item -> item.number(Tag.LUT_DESCRIPTOR, 101, first, 16)
                .with(Tag.LUT_DATA, "OW", table));
    }

    @Test
    void showsModalityTablesByAWindow() {
        DicomBytes bytes = DicomBytes.grey(LITTLE, 3, 1, 12, false, 0, 10, 11)
                .item(Tag.MODALITY_LUT_SEQUENCE, item -> item.number(Tag.LUT_DESCRIPTOR, 2, 10, 16)
                        .with(Tag.LUT_DATA, "OW", new byte[] {100, 0, (byte) 200, 0}));

        assertThat(unsigned(open(bytes).shades(0, new VoiWindow(150.5, 101, VoiWindow.Function.LINEAR))))
                .containsExactly(0, 0, 255);
        // of width 1 everything up to half below the centre is black
        assertThat(unsigned(open(bytes).shades(0, new VoiWindow(150.5, 1, VoiWindow.Function.LINEAR))))
                .containsExactly(0, 0, 255);
    }

    @Test
    void coloursHaveNoWindow() {
        DicomFile colours = open(new DicomBytes(LITTLE)
                .shape(2, 1, "RGB", 3, 8, 8, false)
                .with(Tag.PIXEL_DATA, "OB", new byte[] {1, 2, 3, 4, 5, 6}));

        assertThatIllegalStateException()
                .isThrownBy(() -> colours.shades(0, new VoiWindow(40, 400, VoiWindow.Function.LINEAR)));
        assertThatIllegalArgumentException().isThrownBy(() -> new VoiWindow(40, 0.5, VoiWindow.Function.LINEAR));
        assertThatIllegalArgumentException().isThrownBy(() -> new VoiWindow(40, 0, VoiWindow.Function.SIGMOID));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VoiWindow(Double.NaN, 1, VoiWindow.Function.LINEAR_EXACT));
    }

    @Test
    void turnsMonochrome1Round() {
        DicomBytes bytes = new DicomBytes(LITTLE)
                .shape(3, 1, "MONOCHROME1", 1, 8, 8, false)
                .with(Tag.PIXEL_DATA, "OB", new byte[] {0, 55, (byte) 255, 0});

        assertThat(shades(bytes)).containsExactly(255, 200, 0);
    }

    @Test
    void withoutAWindowEightBitsStayAndDeeperSamplesAreSpread() {
        assertThat(shades(DicomBytes.grey(LITTLE, 3, 1, 8, false, 0, 77, 255))).containsExactly(0, 77, 255);
        assertThat(shades(DicomBytes.grey(LITTLE, 3, 1, 12, false, 1000, 1500, 2000)))
                .containsExactly(0, 128, 255);
        assertThat(shades(DicomBytes.grey(LITTLE, 2, 1, 12, false, 7, 7))).containsExactly(0, 0);
    }

    @Test
    void paddingIsBlackAndCountsForNothing() {
        DicomBytes bytes =
                DicomBytes.grey(LITTLE, 4, 1, 16, true, -2000, 0, 50, 100).number(Tag.PIXEL_PADDING_VALUE, -2000);

        assertThat(shades(bytes)).containsExactly(0, 0, 128, 255);
        assertThat(shades(bytes.text(Tag.PHOTOMETRIC_INTERPRETATION, "CS", "MONOCHROME1")))
                .containsExactly(0, 255, 127, 0);
    }

    @Test
    void appliesLookupTables() {
        DicomBytes bytes = DicomBytes.grey(LITTLE, 4, 1, 12, false, 0, 10, 11, 4000)
                .item(Tag.MODALITY_LUT_SEQUENCE, item -> item.number(Tag.LUT_DESCRIPTOR, 2, 10, 16)
                        .with(Tag.LUT_DATA, "OW", new byte[] {100, 0, (byte) 200, 0}))
                .item(Tag.VOI_LUT_SEQUENCE, item -> item.number(Tag.LUT_DESCRIPTOR, 101, 100, 8)
                        .with(Tag.LUT_DATA, "OW", Arrays.copyOf(ramp(101), 102)));

        assertThat(open(bytes).modalityValues(0)).containsExactly(100, 100, 200, 200);
        assertThat(shades(bytes)).containsExactly(5, 5, 105, 105);
        assertThat(shades(bytes.openSequences())).containsExactly(5, 5, 105, 105);
    }

    private static byte[] ramp(int length) {
        byte[] ramp = new byte[length];
        for (int i = 0; i < length; i++) {
            ramp[i] = (byte) (i + 5);
        }
        return ramp;
    }

    @Test
    void takesEachFramesOwnWindow() {
        DicomBytes bytes = DicomBytes.grey(LITTLE, 1, 1, 12, false, 100, 100)
                .text(Tag.NUMBER_OF_FRAMES, "IS", "2")
                .item(
                        Tag.SHARED_GROUPS_SEQUENCE,
                        group -> group.item(Tag.PIXEL_VALUE_SEQUENCE, item -> item.text(Tag.RESCALE_SLOPE, "DS", "2")
                                .text(Tag.RESCALE_INTERCEPT, "DS", "0")))
                .item(Tag.PER_FRAME_GROUPS_SEQUENCE, window("200.5", "101"))
                .item(Tag.PER_FRAME_GROUPS_SEQUENCE, window("1000", "101"));
        DicomFile file = open(bytes);

        assertThat(file.frames()).isEqualTo(2);
        assertThat(unsigned(file.shades(0))).containsExactly(128);
        assertThat(unsigned(file.shades(1))).containsExactly(0);
        assertThat(file.modalityValues(1)).containsExactly(200);
    }

    private static Consumer<DicomBytes> window(String centre, String width) {
        return group -> group.item(Tag.FRAME_VOI_SEQUENCE, item -> item.text(Tag.WINDOW_CENTER, "DS", centre)
                .text(Tag.WINDOW_WIDTH, "DS", width));
    }

    /** As those of a frame that a program took out of its file, when they say nothing of how it is shown. */
    @Test
    void readsGroupsOfOtherFramesThatSayNothing() {
        DicomBytes bytes = DicomBytes.grey(LITTLE, 2, 1, 8, false, 1, 2)
                .item(Tag.PER_FRAME_GROUPS_SEQUENCE, group -> {})
                .item(Tag.PER_FRAME_GROUPS_SEQUENCE, group -> {});

        assertThat(shades(bytes)).containsExactly(1, 2);
    }

    @Test
    void readsColoursInPlanesOrSideBySide() {
        byte[] sideBySide = {1, 2, 3, 4, 5, 6};
        byte[] planes = {1, 4, 2, 5, 3, 6};
        DicomBytes bytes = new DicomBytes(LITTLE).shape(2, 1, "RGB", 3, 8, 8, false);

        assertThat(shades(bytes.with(Tag.PIXEL_DATA, "OB", sideBySide))).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(shades(bytes.with(Tag.PIXEL_DATA, "OB", planes).number(Tag.PLANAR_CONFIGURATION, 1)))
                .containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(open(bytes).channels()).isEqualTo(3);
    }

    @Test
    void turnsLuminanceAndChromaIntoColours() {
        DicomBytes full = new DicomBytes(LITTLE)
                .shape(2, 1, "YBR_FULL", 3, 8, 8, false)
                .with(Tag.PIXEL_DATA, "OB", new byte[] {76, 85, (byte) 255, 100, (byte) 128, (byte) 128});
        DicomBytes halved = new DicomBytes(LITTLE)
                .shape(2, 1, "YBR_FULL_422", 3, 8, 8, false)
                .with(Tag.PIXEL_DATA, "OB", new byte[] {76, 100, 85, (byte) 255});

        // pure red is Y 76, Cb 85, Cr 255
        assertThat(shades(full)).containsExactly(254, 0, 0, 100, 100, 100);
        assertThat(shades(halved)).startsWith(254, 0, 0).hasSize(6);
    }

    @Test
    void expandsPalettes() {
        byte[] words = new byte[8];
        for (int i = 0; i < 4; i++) {
            words[2 * i + 1] = (byte) (60 * i);
        }
        DicomBytes bytes = new DicomBytes(LITTLE)
                .shape(2, 1, "PALETTE COLOR", 1, 8, 8, false)
                .number(Tag.RED_DESCRIPTOR, 4, 0, 16)
                .number(Tag.GREEN_DESCRIPTOR, 4, 0, 16)
                .number(Tag.BLUE_DESCRIPTOR, 4, 0, 16)
                .with(Tag.RED_DATA, "OW", words)
                .with(Tag.GREEN_DATA, "OW", words)
                .with(Tag.BLUE_DATA, "OW", new byte[8])
                .with(Tag.PIXEL_DATA, "OB", new byte[] {1, 9});

        assertThat(shades(bytes)).containsExactly(60, 60, 0, 180, 180, 0);
        assertRefused(
                Reason.UNSUPPORTED_ENCODING,
                bytes.with(Tag.SEGMENTED_RED_DATA, "OW", words).file());
    }

    @Test
    void readsBitmapsWhoseFramesShareBytes() {
        DicomBytes bytes = new DicomBytes(LITTLE)
                .shape(3, 1, "MONOCHROME2", 1, 1, 1, false)
                .text(Tag.NUMBER_OF_FRAMES, "IS", "2")
                .with(Tag.PIXEL_DATA, "OB", new byte[] {0b101001, 0});

        assertThat(unsigned(open(bytes).shades(0))).containsExactly(255, 0, 0);
        assertThat(unsigned(open(bytes).shades(1))).containsExactly(255, 0, 255);
    }

    @Test
    void readsFilesWithoutPreamble() {
        byte[] explicit = DicomBytes.grey(LITTLE, 1, 1, 8, false, 9)
                .text(Tag.CHARACTER_SET, "CS", "ISO_IR 100")
                .bare();
        byte[] implicit = DicomBytes.grey(TransferSyntax.IMPLICIT_LITTLE_ENDIAN, 1, 1, 8, false, 9)
                .text(Tag.CHARACTER_SET, "CS", "ISO_IR 100")
                .bare();

        for (byte[] file : List.of(explicit, implicit)) {
            assertThat(DicomFile.isDicom(file)).isTrue();
            assertThat(unsigned(DicomFile.open(file, LIMIT).shades(0))).containsExactly(9);
        }
        assertThat(DicomFile.isDicom(new byte[300])).isFalse();
    }

    @Test
    void readsAnImplicitDataSetUnderAnExplicitName() {
        byte[] honest = DicomBytes.grey(LITTLE, 1, 1, 8, false, 9).file();
        byte[] data = DicomBytes.grey(TransferSyntax.IMPLICIT_LITTLE_ENDIAN, 1, 1, 8, false, 9)
                .dataSet();
        int header = honest.length - DicomBytes.grey(LITTLE, 1, 1, 8, false, 9).dataSet().length;
        byte[] file = ByteBuffer.allocate(header + data.length)
                .put(honest, 0, header)
                .put(data)
                .array();

        assertThat(unsigned(DicomFile.open(file, LIMIT).shades(0))).containsExactly(9);
    }

    static Stream<DicomBytes> contradictions() {
        Stream<Consumer<DicomBytes>> changes = Stream.of(
                bytes -> bytes.without(Tag.ROWS),
                bytes -> bytes.without(Tag.BITS_ALLOCATED),
                bytes -> bytes.without(Tag.PHOTOMETRIC_INTERPRETATION),
                bytes -> bytes.number(Tag.SAMPLES_PER_PIXEL, 3),
                bytes -> bytes.number(Tag.PIXEL_REPRESENTATION, 2),
                bytes -> bytes.without(Tag.PIXEL_REPRESENTATION),
                bytes -> bytes.without(Tag.SAMPLES_PER_PIXEL),
                bytes -> bytes.shape(16, 1, "MONOCHROME2", 1, 1, 1, true).with(Tag.PIXEL_DATA, "OB", new byte[2]),
                bytes -> bytes.shape(1, 1, "RGB", 3, 8, 8, false)
                        .with(Tag.PIXEL_DATA, "OB", new byte[4])
                        .without(Tag.PLANAR_CONFIGURATION),
                bytes -> bytes.item(
                        Tag.VOI_LUT_SEQUENCE, item -> item.with(Tag.LUT_DATA, "OW", new byte[] {100, 0, 0, 1})),
                bytes -> bytes.item(
                        Tag.MODALITY_LUT_SEQUENCE, item -> item.with(Tag.LUT_DATA, "OW", new byte[] {100, 0, 0, 1})),
                bytes -> bytes.item(Tag.PER_FRAME_GROUPS_SEQUENCE, window("5", "2"))
                        .item(Tag.PER_FRAME_GROUPS_SEQUENCE, window("5", "2")),
                bytes -> bytes.with(Tag.ROWS, "ZZ", new byte[] {1, 0}),
                bytes -> bytes.number(Tag.BITS_STORED, 17),
                bytes -> bytes.number(Tag.HIGH_BIT, 3),
                bytes -> bytes.text(Tag.NUMBER_OF_FRAMES, "IS", "0"),
                bytes -> bytes.text(Tag.NUMBER_OF_FRAMES, "IS", "1A"),
                bytes -> bytes.text(Tag.RESCALE_SLOPE, "DS", "0"),
                bytes -> bytes.text(Tag.RESCALE_SLOPE, "DS", "NaN"),
                bytes -> bytes.text(Tag.RESCALE_SLOPE, "DS", "1e999"),
                bytes -> bytes.text(Tag.WINDOW_CENTER, "DS", "40"),
                bytes -> bytes.text(Tag.WINDOW_CENTER, "DS", "40").text(Tag.WINDOW_WIDTH, "DS", "0"),
                bytes -> bytes.text(Tag.WINDOW_CENTER, "DS", "40\\50").text(Tag.WINDOW_WIDTH, "DS", "10"),
                bytes -> bytes.text(Tag.WINDOW_CENTER, "DS", "")
                        .text(Tag.WINDOW_WIDTH, "DS", "")
                        .text(Tag.RESCALE_SLOPE, "DS", "1"));
        return changes.map(change -> {
            DicomBytes bytes = DicomBytes.grey(LITTLE, 2, 1, 12, false, 1, 2);
            change.accept(bytes);
            return bytes;
        });
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void refusesContradictions(DicomBytes bytes) {
        assertRefused(Reason.CORRUPT, bytes.file());
    }

    /** Nobody knows which of them are the picture. */
    @ParameterizedTest
    @ValueSource(ints = {Tag.PIXEL_DATA, Tag.FLOAT_PIXEL_DATA})
    void refusesPixelsThatOccurTwice(int tag) {
        byte[] first = DicomBytes.grey(LITTLE, 2, 1, 12, false, 1, 2).file();
        byte[] second = new DicomBytes(LITTLE).with(tag, "OW", new byte[4]).dataSet();

        assertThat(DicomFile.open(first, LIMIT).shades(0)).hasSize(2);
        assertRefused(
                Reason.CORRUPT,
                ByteBuffer.allocate(first.length + second.length)
                        .put(first)
                        .put(second)
                        .array());
    }

    @Test
    void stepsOverUnknownKindsOfElementsThatAreNotRead() {
        assertThat(shades(DicomBytes.grey(LITTLE, 2, 1, 8, false, 1, 2).with(0x00091001, "ZZ", new byte[] {3, 4})))
                .containsExactly(1, 2);
    }

    @Test
    void refusesPlanarConfigurationsThatAreNone() {
        DicomBytes bytes = new DicomBytes(LITTLE)
                .shape(2, 1, "RGB", 3, 8, 8, false)
                .with(Tag.PIXEL_DATA, "OB", new byte[] {1, 2, 3, 4, 5, 6})
                .number(Tag.PLANAR_CONFIGURATION, 2);

        assertRefused(Reason.CORRUPT, bytes.file());
    }

    private static int[] shadesOfJpeg(byte[] jpeg, String photometric) {
        return shades(new DicomBytes(TransferSyntax.JPEG_BASELINE)
                .shape(20, 16, photometric, 3, 8, 8, false)
                .fragments(jpeg));
    }

    /** Another segment in place of the first one, which is JFIF's. */
    private static byte[] withFirstSegment(byte[] jpeg, String segment) {
        byte[] first = HexFormat.of().parseHex(segment);
        int behind = 4 + (jpeg[4] & 0xFF) * 256 + (jpeg[5] & 0xFF);
        return ByteBuffer.allocate(2 + first.length + jpeg.length - behind)
                .put(jpeg, 0, 2)
                .put(first)
                .put(jpeg, behind, jpeg.length - behind)
                .array();
    }

    /** With components that are called R, G and B. */
    private static byte[] withIdsOfColours(byte[] jpeg) {
        byte[] renamed = jpeg.clone();
        for (int i = 0; i + 20 < jpeg.length; i++) {
            boolean header = jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) 0xC0;
            boolean scan = jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) 0xDA;
            for (int component = 0; component < 3 && (header || scan); component++) {
                renamed[header ? i + 10 + 3 * component : i + 5 + 2 * component] = (byte) "RGB".charAt(component);
            }
        }
        return renamed;
    }

    /** What headers say of colours is often left behind by recompression; JFIF is luminance and chroma to everybody. */
    @Test
    void believesJpegFramesOfTheirColours() throws IOException {
        byte[] jfif = DicomMutationTest.written("jpeg");
        byte[] bare = withFirstSegment(jfif, "");
        byte[] adobe = withFirstSegment(jfif, "ffee000e41646f626500640000000000");
        BufferedImage elsewhere = ImageIO.read(new ByteArrayInputStream(jfif));
        int[] converted = IntStream.range(0, 20 * 16 * 3)
                .map(i -> elsewhere.getRGB(i / 3 % 20, i / 3 / 20) >> (16 - 8 * (i % 3)) & 0xFF)
                .toArray();
        int[] unchanged = shadesOfJpeg(bare, "RGB");

        assertThat(unchanged).isNotEqualTo(converted);
        assertThat(shadesOfJpeg(bare, "YBR_FULL_422")).isEqualTo(converted);
        assertThat(shadesOfJpeg(jfif, "YBR_FULL_422")).isEqualTo(converted);
        assertThat(shadesOfJpeg(jfif, "RGB")).isEqualTo(converted);
        assertThat(shadesOfJpeg(withIdsOfColours(jfif), "RGB")).isEqualTo(converted);
        assertThat(shadesOfJpeg(adobe, "YBR_FULL_422")).isEqualTo(unchanged);
        assertThat(shadesOfJpeg(withIdsOfColours(bare), "YBR_FULL_422")).isEqualTo(unchanged);
    }

    /** One pixel of 10, 200 and 30, differences from 128. JFIF knows the DCT alone, and chroma would have lost something. */
    @Test
    void losslessJpegIsWhatTheHeaderSaysWhateverItsFirstSegment() {
        byte[] jpeg = HexFormat.of()
                .parseHex(
                        "ffd8" + "ffe000104a46494600010100000100010000" + "ffc3001108000100010301110002110003" + "1100"
                                + "ffc4002400" + "0000000011" + "00".repeat(11) + "000102030405060708090a0b0c0d0e0f10"
                                + "ffda000c03010002000300010000" + "3893c839df" + "ffd9");

        assertThat(shades(new DicomBytes(TransferSyntax.ofUid("1.2.840.10008.1.2.4.70"))
                        .shape(1, 1, "RGB", 3, 8, 8, false)
                        .fragments(jpeg)))
                .containsExactly(10, 200, 30);
    }

    private static byte[] streamOf(byte[] jpeg2000) {
        int start = 0;
        while (jpeg2000[start] != (byte) 0xFF || jpeg2000[start + 1] != 0x4F) {
            start++;
        }
        return Arrays.copyOfRange(jpeg2000, start, jpeg2000.length);
    }

    /** The table of offsets is empty in these files, as the standard allows. */
    @ParameterizedTest
    @CsvSource({"jpeg,1.2.840.10008.1.2.4.50,YBR_FULL_422", "jpeg 2000,1.2.840.10008.1.2.4.90,YBR_RCT"})
    void tellsFramesInSeveralFragmentsApartByTheirMarkers(String format, String syntax, String photometric) {
        byte[] written = DicomMutationTest.written(format);
        // of JPEG 2000 the stream alone, without the boxes of a file around it
        byte[] frame = format.equals("jpeg") ? written : streamOf(written);
        byte[] head = Arrays.copyOf(frame, 100);
        byte[] tail = Arrays.copyOfRange(frame, 100, frame.length);
        DicomBytes bytes = new DicomBytes(TransferSyntax.ofUid(syntax)).shape(20, 16, photometric, 3, 8, 8, false);
        int[] alone = shades(bytes.fragments(frame));

        DicomFile file = open(bytes.text(Tag.NUMBER_OF_FRAMES, "IS", "3").fragments(head, tail, frame, head, tail));

        for (int i = 0; i < 3; i++) {
            assertThat(unsigned(file.shades(i))).as("frame %d", i).isEqualTo(alone);
        }
        assertRefused(
                Reason.CORRUPT,
                bytes.text(Tag.NUMBER_OF_FRAMES, "IS", "2")
                        .fragments(frame, frame, frame)
                        .file());
        assertRefused(
                Reason.UNSUPPORTED_ENCODING,
                bytes.text(Tag.NUMBER_OF_FRAMES, "IS", "2")
                        .fragments(head, frame, tail)
                        .file());
    }

    private static int[] shadesOfDisc(TransferSyntax syntax, String stream) {
        return stored(
                open(new DicomBytes(syntax)
                        .shape(16, 16, "MONOCHROME2", 1, 16, 12, false)
                        .fragments(HexFormat.of().parseHex(stream))),
                0);
    }

    /**
     * A disc of 4080 to 4095 on 300, coded as samples of 16 bits by CharLS (near 5) and OpenJPEG (45 dB), which decode it to 4100 and 4384 at
     * most. Bits above the 12 that are stored mean nothing; cut off, the brightest pixels would be the darkest.
     */
    @Test
    void samplesThatALossyCodecOvershootsStayBright() {
        String jpegLs =
                "ffd8fff7000b100010001001011100fff8000d01ffff0021005c01370040ffda00080101000500005ac0408208210842"
                        + "10888880ff7f60038c140862000005d01020814d7c14040404082b41614363022030404194002bc16188182865021406"
                        + "0302c4281140a010105018864201284103080816228a08305018500cc5120ae81a804022a000e5047fc0ffd9";
        String jpeg2000 =
                "ff4fff5100290000000000100000001000000000000000000000001000000010000000000000000000010f0101ff5200"
                        + "0e010200010001040400008888ff5c000b42882497d397d39762ff640025000143726561746564206279204f70656e4a"
                        + "5045472076657273696f6e20322e352e34ff90000a00000000003e0001ff93cf98b8115054af75e23a922a66dc6ddd44"
                        + "8a051e9f80a2435803c070b01c2c0250405980dc5d25614ac6541e6f428d02ffd9";

        for (int[] values : List.of(
                shadesOfDisc(TransferSyntax.JPEG_LS_NEAR_LOSSLESS, jpegLs),
                shadesOfDisc(TransferSyntax.JPEG_2000, jpeg2000))) {
            for (int i = 0; i < values.length; i++) {
                int fromCentre = (i % 16 - 8) * (i % 16 - 8) + (i / 16 - 8) * (i / 16 - 8);
                assertThat(values[i])
                        .as("pixel %d", i)
                        .isBetween(fromCentre < 25 ? 3600 : 0, fromCentre < 25 ? 4095 : 1200);
            }
            assertThat(values).contains(4095);
        }
    }

    private static int valueOfCoded(int stored, boolean signed, int sample, CodedDepth depth) {
        DicomBytes header = new DicomBytes(LITTLE).shape(1, 1, "MONOCHROME2", 1, 16, stored, signed);
        return PixelFormat.of(JpegLsFrameTest.data(header), Tag.PIXEL_DATA)
                .justified()
                .valueOfCoded(sample, depth);
    }

    /** Stored bits, whether they are signed, coded bits, whether samples have their sign, whether they are exact. */
    @ParameterizedTest
    @CsvSource({
        // whole cells: what lies above counts for nothing
        "12, false, 16, false, true, 0xF123, 0x123",
        "12, true, 16, false, true, 0xFFFF, -1",
        "12, true, 16, false, true, 0x0FFF, -1",
        "12, true, 16, true, true, -5, -5",
        // as many bits as are stored, or fewer
        "12, false, 12, false, false, 4095, 4095",
        "13, true, 13, false, true, 0x1FFF, -1",
        "16, true, 14, true, true, -8192, -8192",
        // more bits than are stored, fewer than allocated
        "10, false, 12, false, true, 1023, 1023",
        "10, true, 12, false, true, 0xFFF, -1",
        "10, true, 12, false, true, 0x3FF, -1",
        // lossy ones
        "12, false, 16, false, false, 5458, 4095",
        "10, false, 12, false, false, 1073, 1023",
        "12, false, 16, true, false, -7, 0",
        "12, true, 16, true, false, 2100, 2047",
        "12, true, 16, false, false, 0xF7F0, -2048",
        "12, true, 16, false, false, 0xFFFB, -5"
    })
    void codedSamplesBecomeStoredValues(
            int stored, boolean signed, int bits, boolean signedSamples, boolean exact, String sample, String value) {
        assertThat(valueOfCoded(stored, signed, Integer.decode(sample), new CodedDepth(bits, signedSamples, exact)))
                .isEqualTo(Integer.decode(value));
    }

    @ParameterizedTest
    @CsvSource({
        "10, false, 12, true, 1024",
        "8, true, 12, true, 0xF00",
        "8, false, 12, false, 512",
        "8, true, 12, false, 0x400"
    })
    void refusesCodedSamplesThatAreFarFromAnyStoredValue(
            int stored, boolean signed, int bits, boolean exact, String sample) {
        assertThatExceptionOfType(UnreadableDicomException.class)
                .isThrownBy(
                        () -> valueOfCoded(stored, signed, Integer.decode(sample), new CodedDepth(bits, false, exact)))
                .withMessageContaining("do not fit into the " + stored + " stored ones");
    }

    /** Frames that nobody declares would be left out in silence. */
    @Test
    void refusesMoreFramesThanAreDeclared() throws IOException {
        byte[][] frames = new byte[4][];
        for (int i = 0; i < 4; i++) {
            frames[i] = DicomBytes.runLengths(new byte[] {(byte) i, 7, 9, 1}, 1, 1);
        }
        byte[] jpeg = DicomMutationTest.written("jpeg");
        DicomBytes lengths = new DicomBytes(TransferSyntax.RLE).shape(2, 2, "MONOCHROME2", 1, 8, 8, false);
        DicomBytes deflated = new DicomBytes(TransferSyntax.DEFLATED_FRAMES).shape(2, 2, "MONOCHROME2", 1, 8, 8, false);
        DicomBytes colours = new DicomBytes(TransferSyntax.JPEG_BASELINE).shape(20, 16, "YBR_FULL_422", 3, 8, 8, false);

        assertRefused(Reason.CORRUPT, colours.fragments(jpeg, jpeg).file());
        assertRefused(
                Reason.CORRUPT,
                colours.fragments(jpeg, jpeg).framesBeginAt(0, 1).file());
        byte[] packed = DicomBytes.deflated(new byte[] {1, 2, 3, 4});
        assertRefused(Reason.CORRUPT, deflated.fragments(packed, packed).file());
        assertRefused(Reason.CORRUPT, lengths.fragments(frames).file());
        for (String declared : List.of("1", "2", "3")) {
            lengths.text(Tag.NUMBER_OF_FRAMES, "IS", declared);
            assertRefused(Reason.CORRUPT, lengths.fragments(frames).file());
            assertThatExceptionOfType(UnreadableDicomException.class)
                    .isThrownBy(() -> open(lengths.framesBeginAt(0, 1, 2, 3)))
                    .withMessageContaining("its table of offsets tells of 4 frames, " + declared)
                    .extracting(UnreadableDicomException::reason)
                    .isEqualTo(Reason.CORRUPT);
        }
        DicomFile four = open(lengths.text(Tag.NUMBER_OF_FRAMES, "IS", "4").framesBeginAt(0, 1, 2, 3));
        for (int i = 0; i < 4; i++) {
            assertThat(unsigned(four.shades(i))).containsExactly(i, 7, 9, 1);
        }
    }

    /** A frame of run lengths begins with a header. */
    @Test
    void tellsFramesOfRunLengthsInSeveralFragmentsApart() {
        byte[] values = new byte[200];
        new java.util.Random(3).nextBytes(values);
        byte[] frame = DicomBytes.runLengths(values, 1, 1);
        byte[] head = Arrays.copyOf(frame, 100);
        byte[] middle = Arrays.copyOfRange(frame, 100, 200);
        byte[] tail = Arrays.copyOfRange(frame, 200, frame.length);
        DicomBytes bytes = new DicomBytes(TransferSyntax.RLE).shape(20, 10, "MONOCHROME2", 1, 8, 8, false);

        assertThat(open(bytes.fragments(head, middle, tail)).shades(0)).isEqualTo(values);
        DicomFile two = open(bytes.text(Tag.NUMBER_OF_FRAMES, "IS", "2").fragments(head, middle, tail, frame));
        assertThat(two.shades(0)).isEqualTo(values);
        assertThat(two.shades(1)).isEqualTo(values);
    }

    /** Whatever declares fewer pixels than there are shows them scrambled, or some of them only. */
    @Test
    void refusesMorePixelsThanAreDeclared() {
        byte[] full = {76, 85, (byte) 255, 100, (byte) 128, (byte) 128};
        DicomBytes mislabelled = new DicomBytes(LITTLE)
                .shape(2, 1, "YBR_FULL_422", 3, 8, 8, false)
                .with(Tag.PIXEL_DATA, "OB", full);
        DicomBytes odd = new DicomBytes(LITTLE).shape(3, 1, "MONOCHROME2", 1, 8, 8, false);

        assertRefused(Reason.CORRUPT, mislabelled.file());
        assertRefused(
                Reason.CORRUPT,
                DicomBytes.grey(LITTLE, 2, 2, 12, false, 1, 2, 3, 4)
                        .number(Tag.ROWS, 1)
                        .file());
        assertRefused(
                Reason.CORRUPT,
                odd.with(Tag.PIXEL_DATA, "OB", new byte[] {1, 2, 3, 0, 4, 0}).file());
        assertRefused(
                Reason.CORRUPT,
                odd.with(Tag.PIXEL_DATA, "OB", Arrays.copyOf(new byte[] {1, 2, 3}, 132))
                        .file());
        for (byte[] padded : List.of(new byte[] {1, 2, 3, 9}, Arrays.copyOf(new byte[] {1, 2, 3}, 130))) {
            assertThat(shades(odd.with(Tag.PIXEL_DATA, "OB", padded))).containsExactly(1, 2, 3);
        }
    }

    private static DicomBytes floats(float... values) {
        ByteBuffer pixels = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            pixels.putFloat(value);
        }
        return new DicomBytes(LITTLE)
                .shape(values.length, 1, "MONOCHROME2", 1, 32, 32, false)
                .with(Tag.FLOAT_PIXEL_DATA, "OF", pixels.array());
    }

    /** As padding is; of the others the least is black and the largest white. */
    @Test
    void whatIsNoNumberIsBlackAndCountsForNothing() {
        DicomBytes bytes = floats(Float.NaN, -1, 0, 1);

        assertThat(shades(bytes)).containsExactly(0, 0, 128, 255);
        assertThat(shades(bytes.text(Tag.PHOTOMETRIC_INTERPRETATION, "CS", "MONOCHROME1")))
                .containsExactly(0, 255, 127, 0);
        assertRefused(Reason.CORRUPT, floats(1, Float.POSITIVE_INFINITY).file());
        assertRefused(Reason.CORRUPT, floats(1, Float.NEGATIVE_INFINITY).file());
        assertRefused(Reason.CORRUPT, floats(Float.NaN, Float.NaN).file());
    }

    /** Background of maps has a number of its own there, beside which all else would be one shade. */
    @Test
    void paddingOfFloatingPointPixelsIsBlackAndCountsForNothing() {
        ByteBuffer number = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        DicomBytes floats = floats(-9999, -1, 0, 1, -9990)
                .with(
                        Tag.FLOAT_PADDING_VALUE,
                        "FL",
                        number.putFloat(0, -9999).array().clone());
        assertThat(shades(floats.with(
                        Tag.FLOAT_PADDING_LIMIT, "FL", number.putFloat(0, -9990).array())))
                .containsExactly(0, 0, 128, 255, 0);

        ByteBuffer pixels = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        pixels.putDouble(1e-3).putDouble(-1).putDouble(0).putDouble(1);
        DicomBytes doubles = new DicomBytes(LITTLE)
                .shape(4, 1, "MONOCHROME2", 1, 64, 64, false)
                .with(Tag.DOUBLE_PIXEL_DATA, "OD", pixels.array())
                .with(Tag.DOUBLE_PADDING_VALUE, "FD", Arrays.copyOf(pixels.array(), 8));
        assertThat(shades(doubles)).containsExactly(0, 0, 128, 255);
        DicomFile stripped = DicomFile.open(open(doubles).stripped(), LIMIT);
        assertThat(unsigned(stripped.shades(0))).containsExactly(0, 0, 128, 255);
    }

    @Test
    void refusesBombsByTheirHeader() {
        DicomBytes bytes = DicomBytes.grey(LITTLE, 1, 1, 12, false, 1);

        assertRefused(
                Reason.TOO_LARGE,
                bytes.number(Tag.ROWS, 50_000).number(Tag.COLUMNS, 50_000).file());
        assertRefused(
                Reason.TRUNCATED,
                bytes.number(Tag.ROWS, 5000).number(Tag.COLUMNS, 5000).file());
        assertRefused(Reason.ZERO_SIZE, bytes.number(Tag.ROWS, 0).file());
        assertRefused(
                Reason.TRUNCATED,
                DicomBytes.grey(LITTLE, 1, 1, 12, false, 1)
                        .text(Tag.NUMBER_OF_FRAMES, "IS", "999999999")
                        .file());
        assertRefused(
                Reason.TOO_LARGE,
                DicomBytes.grey(TransferSyntax.DEFLATED, 1, 1, 12, false, 1)
                        .with(0x00091001, "OB", new byte[2 * LIMIT])
                        .file());
        for (TransferSyntax syntax : List.of(TransferSyntax.RLE, TransferSyntax.DEFLATED_FRAMES)) {
            assertRefused(
                    Reason.TRUNCATED,
                    new DicomBytes(syntax)
                            .shape(8000, 8000, "MONOCHROME2", 1, 8, 8, false)
                            .fragments(Arrays.copyOf(new byte[] {1, 0, 0, 0, 64}, 100))
                            .file());
        }
    }

    @Test
    void refusesSequencesThatNestWithoutEnd() {
        byte[] item = {(byte) 0xFE, (byte) 0xFF, 0, (byte) 0xE0, -1, -1, -1, -1};
        byte[] sequence = {9, 0, 1, 16, 'S', 'Q', 0, 0, -1, -1, -1, -1};
        byte[] start = DicomBytes.grey(LITTLE, 1, 1, 8, false, 1)
                .without(Tag.PIXEL_DATA)
                .file();
        ByteBuffer bytes = ByteBuffer.allocate(start.length + 10_000 * 20).put(start);
        for (int i = 0; i < 10_000; i++) {
            bytes.put(sequence).put(item);
        }

        assertRefused(Reason.CORRUPT, bytes.array());
    }

    @Test
    void refusesOtherKindsOfFilesInThePreamble() {
        DicomBytes bytes = DicomBytes.grey(LITTLE, 1, 1, 8, false, 1);

        assertThat(shades(bytes.preamble("49492a00"))).containsExactly(1);
        for (String start : List.of("4d5a9000", "7f454c46", "2321", "504b0304", "cafebabe")) {
            assertRefused(Reason.CORRUPT, bytes.preamble(start).file());
        }
    }

    @Test
    void tellsObjectsWithoutImages() {
        assertRefused(
                Reason.NO_IMAGE,
                DicomBytes.grey(LITTLE, 1, 1, 8, false, 1)
                        .without(Tag.PIXEL_DATA)
                        .file());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.102", "1.2.3"})
    void refusesSyntaxesItDoesNotRead(String uid) {
        assertThatExceptionOfType(UnreadableDicomException.class)
                .isThrownBy(() -> TransferSyntax.ofUid(uid))
                .extracting(UnreadableDicomException::reason)
                .isEqualTo(Reason.UNSUPPORTED_ENCODING);
    }

    @Test
    void readsTheAllowListAndNothingElse() {
        DicomBytes bytes = DicomBytes.grey(LITTLE, 1, 1, 8, false, 1)
                .text(Tag.PATIENT_ID, "LO", "MRN 4711")
                .text(0x00100010, "PN", "Doe^Jane")
                .text(Tag.STUDY_DATE, "DA", "20240229")
                .text(Tag.PATIENT_SEX, "CS", "F")
                .text(Tag.PATIENT_AGE, "AS", "058Y")
                .text(0x00080080, "LO", "St. Elsewhere")
                .text(Tag.MODALITY, "CS", "DX")
                .text(Tag.BODY_PART, "CS", "CHEST")
                .text(Tag.VIEW_POSITION, "CS", "PA")
                .text(Tag.LATERALITY, "CS", "R")
                .text(Tag.MANUFACTURER, "LO", "Maker")
                .text(Tag.STATION_NAME, "SH", "ROOM1")
                .text(Tag.IMAGER_PIXEL_SPACING, "DS", "0.139\\0.14")
                .text(Tag.BURNED_IN_ANNOTATION, "CS", "YES")
                .text(Tag.PATIENT_IDENTITY_REMOVED, "CS", "NO");

        DicomMetadata metadata = open(bytes).metadata();

        assertThat(metadata.toString())
                .isEqualTo(
                        "DicomMetadata[patientKey=Confidential[withheld], instanceKey=null, studyDate=2024-02-29, sex=F, ageYears=58, modality=DX,"
                                + " bodyPart=CHEST, viewPosition=PA, laterality=R, manufacturer=Maker, station=ROOM1,"
                                + " rowSpacingMm=0.139, columnSpacingMm=0.14, burnedInAnnotation=true,"
                                + " patientIdentityRemoved=false, transferSyntax=1.2.840.10008.1.2.1,"
                                + " photometricInterpretation=MONOCHROME2]");
        assertThat(metadata.patientKey()).isNotNull();
        assertThat(metadata.patientKey().reveal()).isEqualTo("MRN 4711");
        assertThat(open(bytes.text(Tag.STUDY_DATE, "DA", "20230229")).metadata().studyDate())
                .isNull();
    }

    /** Nothing but NO says that the pixels hold no text. */
    @ParameterizedTest
    @CsvSource({"NO,false", "YES,true", "yes,true", "Y,true", "YES\\NO,true", "NO\\YES,true", "'',"})
    void whateverIsNotNoIsBurnedIn(String said, @Nullable Boolean burnedIn) {
        assertThat(open(DicomBytes.grey(LITTLE, 1, 1, 8, false, 1).text(Tag.BURNED_IN_ANNOTATION, "CS", said))
                        .metadata()
                        .burnedInAnnotation())
                .isEqualTo(burnedIn);
    }

    /** A Patient ID is a line of text and no path; quotes, points and slashes of all other sorts are somebody's numbering. */
    @ParameterizedTest
    @CsvSource({
        "../../etc/x,true",
        "x/../y,true",
        "..\\..\\x,true",
        "MRN\t12,true",
        "MRN\u0007x,true",
        "MRN\u007Fx,true",
        "\u001B(B12,false",
        "M\u00C3\u009Cller,false",
        "O'Brien; 12--,false",
        "2024/12/0003,false",
        "12..7,false",
        "A.B.,false"
    })
    void refusesPatientIdsThatArePathsOrHoldControlCharacters(String id, boolean refused) {
        byte[] file = DicomBytes.grey(LITTLE, 1, 1, 8, false, 1)
                .text(Tag.PATIENT_ID, "LO", id)
                .file();
        if (refused) {
            assertThatExceptionOfType(UnreadableDicomException.class)
                    .isThrownBy(() -> DicomFile.open(file, 1 << 20))
                    .withMessageContaining("its Patient ID")
                    .withMessageNotContaining("etc")
                    .extracting(UnreadableDicomException::reason)
                    .isEqualTo(Reason.CORRUPT);
        } else {
            assertThat(DicomFile.open(file, 1 << 20).metadata().patientKey()).isNotNull();
        }
    }

    /** A slice with values below and above 0, coded by the standard and by a coder that halves signed differences. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void refusesLosslessStreamsThatWerePredictedBySignedNumbers(int predictor) {
        int[] values = new int[64 * 64];
        for (int i = 0; i < values.length; i++) {
            values[i] = (int) (900 * Math.sin(i % 64 / 9.0) * Math.cos(i / 64 / 7.0)) + i * 7 % 40 - 400;
        }

        assertThat(losslessJpeg(values, predictor, false)).isEqualTo(values);
        if (predictor < 5) {
            assertThat(losslessJpeg(values, predictor, true)).isEqualTo(values);
        } else {
            assertThatExceptionOfType(UnreadableDicomException.class)
                    .isThrownBy(() -> losslessJpeg(values, predictor, true))
                    .withMessageContaining("predicted by signed numbers")
                    .extracting(UnreadableDicomException::reason)
                    .isEqualTo(Reason.CORRUPT);
        }
    }

    /** Codes 64 x 64 signed values of 16 bits, by a table in which all categories have 5 bits, and decodes them. */
    private static int[] losslessJpeg(int[] values, int predictor, boolean bySignedNumbers) {
        StringBuilder bits = new StringBuilder();
        int[] seen = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            int sample = bySignedNumbers ? values[i] : values[i] & 0xFFFF;
            seen[i] = sample;
            int x = i % 64;
            int left = x > 0 ? seen[i - 1] : 0;
            int above = i >= 64 ? seen[i - 64] : 0;
            int diagonal = x > 0 && i >= 64 ? seen[i - 65] : 0;
            int predicted;
            if (i == 0) {
                predicted = bySignedNumbers ? Short.MIN_VALUE : 1 << 15;
            } else if (i < 64) {
                predicted = left;
            } else if (x == 0) {
                predicted = above;
            } else {
                predicted = switch (predictor) {
                    case 1 -> left;
                    case 2 -> above;
                    case 3 -> diagonal;
                    case 4 -> left + above - diagonal;
                    case 5 -> left + ((above - diagonal) >> 1);
                    case 6 -> above + ((left - diagonal) >> 1);
                    default -> (left + above) >> 1;
                };
            }
            int difference = (short) (sample - predicted);
            int category = 32 - Integer.numberOfLeadingZeros(Math.abs(difference));
            bits.append(fixed(category, 5));
            if (category > 0 && category < 16) {
                bits.append(fixed(difference > 0 ? difference : difference + (1 << category) - 1, category));
            }
        }
        while (bits.length() % 8 != 0) {
            bits.append('1');
        }
        java.io.ByteArrayOutputStream jpeg = new java.io.ByteArrayOutputStream();
        jpeg.writeBytes(java.util.HexFormat.of()
                .parseHex("ffd8ffc3000b10004000400100" + "1100" + "ffc4002400" + "0000000011" + "00".repeat(11)
                        + "000102030405060708090a0b0c0d0e0f10" + "ffda00080100000" + predictor + "0000"));
        for (int i = 0; i < bits.length(); i += 8) {
            int value = Integer.parseInt(bits.substring(i, i + 8), 2);
            jpeg.write(value);
            if (value == 0xFF) {
                jpeg.write(0);
            }
        }
        jpeg.writeBytes(java.util.HexFormat.of().parseHex("ffd9"));
        StoredFrame stored = open(new DicomBytes(TransferSyntax.ofUid("1.2.840.10008.1.2.4.57"))
                        .shape(64, 64, "MONOCHROME2", 1, 16, 16, true)
                        .fragments(
                                jpeg.size() % 2 == 0
                                        ? jpeg.toByteArray()
                                        : Arrays.copyOf(jpeg.toByteArray(), jpeg.size() + 1)))
                .stored(0);
        int[] decoded = new int[stored.length()];
        for (int i = 0; i < decoded.length; i++) {
            decoded[i] = (int) stored.value(i);
        }
        return decoded;
    }

    private static String fixed(int value, int length) {
        String binary = Integer.toBinaryString(value);
        return "0".repeat(length - binary.length()) + binary;
    }

    /** A hash instead of a UID, letters, one sign too many; the rest is read as it stands, padding and all. */
    @ParameterizedTest
    @CsvSource({
        "1.2.826.0.1,true",
        "2.25.329800735698586629295641978511506172918,true",
        "1.02.3,true",
        "dccc9599087131742838cc1162a630fea87ba9bf61ac09bfda90d4adfa5ddaed,false",
        "1.2.840.X,false",
        "1.2 3,false",
        "12345678901234567890123456789012345678901234567890123456789012345,false"
    })
    void refusesAnInstanceWithoutAUid(String instance, boolean isRead) {
        byte[] file = DicomBytes.grey(LITTLE, 1, 1, 8, false, 1)
                .text(Tag.SOP_INSTANCE, "UI", instance)
                .file();

        if (isRead) {
            assertThat(DicomFile.open(file, LIMIT).metadata().instanceKey()).isEqualTo(new Confidential(instance));
        } else {
            assertThatExceptionOfType(UnreadableDicomException.class)
                    .isThrownBy(() -> DicomFile.open(file, LIMIT))
                    .withMessageContaining("SOP Instance UID is no UID")
                    .withMessageNotContaining(instance);
        }
    }

    /** Years are completed, nobody is older than 89, and what is no age is not said. */
    @ParameterizedTest
    @CsvSource({
        "023M,1", "024M,2", "003W,0", "800D,2", "089Y,89", "090Y,89", "104Y,89", "131Y,", "58,", "ADULT,", "000Y,0"
    })
    void readsAgesInYears(String age, @Nullable Integer years) {
        assertThat(open(DicomBytes.grey(LITTLE, 1, 1, 8, false, 1).text(Tag.PATIENT_AGE, "AS", age))
                        .metadata()
                        .ageYears())
                .isEqualTo(years);
    }

    @Test
    void readsNoSexThatTheStandardDoesNotName() {
        assertThat(open(DicomBytes.grey(LITTLE, 1, 1, 8, false, 1).text(Tag.PATIENT_SEX, "CS", "UNKNOWN"))
                        .metadata()
                        .sex())
                .isNull();
    }

    /** Names, dates and comments everywhere that a header has room for them. */
    @Test
    void keepsNothingOfThePatientInAStrippedFile() {
        for (TransferSyntax syntax : List.of(
                TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
                TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
                TransferSyntax.EXPLICIT_BIG_ENDIAN,
                TransferSyntax.DEFLATED)) {
            DicomBytes planted = DicomBytes.grey(syntax, 2, 1, 12, false, 100, 2000)
                    .text(Tag.PATIENT_ID, "LO", "PLANTED-1")
                    .text(Tag.SOP_INSTANCE, "UI", "1.2.826.111111")
                    .text(Tag.STUDY_DATE, "DA", "PLANTED-3")
                    .text(Tag.STATION_NAME, "SH", "PLANTED-4")
                    .text(0x00100010, "PN", "PLANTED-5")
                    .text(Tag.PATIENT_SEX, "CS", "PLANTED-A")
                    .text(Tag.PATIENT_AGE, "AS", "PLANTED-B")
                    .text(0x00080080, "LO", "PLANTED-6")
                    .text(0x00204000, "LT", "PLANTED-7")
                    .text(0x00091010, "LO", "PLANTED-8")
                    .text(Tag.MODALITY, "CS", "CT")
                    .item(Tag.SHARED_GROUPS_SEQUENCE, item -> item.text(0x00204000, "LT", "PLANTED-9"))
                    .text(0x7FE10010, "LO", "PLANTED-0");
            DicomFile whole = DicomFile.open(planted.file(), LIMIT);

            byte[] stripped = whole.stripped();

            assertThat(new String(stripped, StandardCharsets.ISO_8859_1)).doesNotContain("PLANTED", "111111");
            DicomFile bare = DicomFile.open(stripped, LIMIT);
            assertThat(bare.shades(0)).isEqualTo(whole.shades(0));
            assertThat(bare.metadata().modality()).isEqualTo("CT");
            assertThat(whole.hasOtherElements()).isTrue();
            assertThat(bare.hasOtherElements()).isFalse();
            assertThat(bare.stripped()).isEqualTo(stripped);
        }
    }
}
