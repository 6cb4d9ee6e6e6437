package org.foldwise.learning.imaging.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import org.foldwise.learning.imaging.dicom.UnreadableDicomException.Reason;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Decodes streams written by CharLS (pyjpegls 1.5.1) of a made-up image, 23 x 17, with gradients, noise, flat bands and a last
 * row of extremes; the digests are those of CharLS's own decoding, 16-bit little endian, samples of a pixel side by side.
 */
class JpegLsFrameTest {
    record Stream23x17(int bits, int near, int components, int interleave, String digest, byte[] stream) {
        PixelFormat format() {
            return PixelFormat.of(
                    data(new DicomBytes(TransferSyntax.EXPLICIT_LITTLE_ENDIAN)
                            .shape(
                                    23,
                                    17,
                                    components == 1 ? "MONOCHROME2" : "RGB",
                                    components,
                                    bits > 8 ? 16 : 8,
                                    bits,
                                    false)),
                    Tag.PIXEL_DATA);
        }

        @Override
        public String toString() {
            return bits + " bits, near " + near + ", " + components + " components, interleave " + interleave;
        }
    }

    static DataSet data(DicomBytes bytes) {
        return DataSetParser.parse(bytes.dataSet(), 0, TransferSyntax.EXPLICIT_LITTLE_ENDIAN)
                .data();
    }

    static Stream<Stream23x17> streams() throws IOException {
        try (InputStream table = Objects.requireNonNull(JpegLsFrameTest.class.getResourceAsStream("charls.csv"))) {
            return new String(table.readAllBytes(), StandardCharsets.US_ASCII)
                            .lines()
                            .skip(1)
                            .map(line -> {
                                String[] cells = line.split(",");
                                return new Stream23x17(
                                        Integer.parseInt(cells[0]),
                                        Integer.parseInt(cells[1]),
                                        Integer.parseInt(cells[2]),
                                        Integer.parseInt(cells[3]),
                                        cells[5],
                                        HexFormat.of().parseHex(cells[6]));
                            })
                            .toList()
                            .stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void decodesAsCharLsDoes(Stream23x17 coded) {
        int[] samples = JpegLsFrame.decode(coded.stream(), coded.format()).requireShape(coded.format());

        ByteBuffer bytes = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(samples).forEach(sample -> bytes.putShort((short) sample));
        assertThat(Digest.of(bytes.array()).hex()).isEqualTo(coded.digest());
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        Stream23x17 coded =
                streams().filter(one -> one.bits() == 12).findFirst().orElseThrow();
        for (int length = 0; length < coded.stream().length; length++) {
            byte[] cut = Arrays.copyOf(coded.stream(), length);

            assertThatExceptionOfType(UnreadableDicomException.class)
                    .as("%d bytes", length)
                    .isThrownBy(() -> JpegLsFrame.decode(cut, coded.format()))
                    .extracting(UnreadableDicomException::reason)
                    .isIn(Reason.TRUNCATED, Reason.CORRUPT);
        }
    }
}
