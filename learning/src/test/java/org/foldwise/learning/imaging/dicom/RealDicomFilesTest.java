package org.foldwise.learning.imaging.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.foldwise.learning.SharedFolder;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real files of many devices and toolkits against the values that pydicom and GDCM decode. */
@Tag("reference")
class RealDicomFilesTest {
    private static final Path DIRECTORY = SharedFolder.DATA.path().resolve("dicom");

    /** Lossy JPEG 2000 leaves its rounding to the decoder. */
    private static final Set<String> ROUNDED = Set.of(
            "valid/ELSCINT1_JP2vsJ2K.dcm",
            "valid/JPEG2000.dcm",
            "valid/MR2_J2KI.dcm",
            "valid/RG1_J2KI.dcm",
            "valid/RG3_J2KI.dcm",
            "valid/US1_J2KI.dcm");

    /**
     * Where the table's figures ignore the header: bits above the stored ones (or the sign among them), and words of a big
     * endian file. Least, largest and mean are those of pydicom 3.0.2.
     */
    private static final Map<String, double[]> BY_THE_HEADER = Map.of(
            "valid/J2K_pixelrep_mismatch.dcm", new double[] {-2000, 1896, -658.4368},
            "valid/JLSL_16_15_1_1F.dcm", new double[] {-16384, 16383, -4043.6240},
            "valid/mlut_18.dcm", new double[] {-2048, 2047, 25.1118},
            "valid/SC_rgb_small_odd_big_endian.dcm", new double[] {52, 176, 128.7778});

    /** Not in the table: means of pydicom 3.0.2, for the bitmaps those of liver.dcm. */
    private static final Map<String, Double> MEANS = Map.of(
            "valid/liver_deflate.dcm", 0.1362,
            "valid/liver_rle.dcm", 0.1362,
            "no-preamble/JLSL_RGB_ILV1.dcm", 147.0037,
            "no-preamble/JLSN_RGB_ILV0.dcm", 146.8875,
            "no-preamble/OT-PAL-8-face.dcm", 109.3180);

    private static Map<String, CSVRecord> table = Map.of();

    @BeforeAll
    static void read() throws IOException {
        SharedFolder.DATA.require("dicom");
        Map<String, CSVRecord> rows = new TreeMap<>();
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (CSVParser parser = format.parse(Files.newBufferedReader(DIRECTORY.resolve("TABLE.csv")))) {
            parser.forEach(row -> rows.put(row.get("file"), row));
        }
        table = rows;
    }

    private static byte[] bytes(String file) {
        try {
            return Files.readAllBytes(DIRECTORY.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DicomFile open(String file) {
        return DicomFile.open(bytes(file), 64 << 20);
    }

    @Test
    void decodesEveryValidFileToTheValuesOfTheTable() {
        List<String> exact = new ArrayList<>();
        table.forEach((file, row) -> {
            if ((file.startsWith("valid/") || file.startsWith("same-slice/"))
                    && !row.get("pixels_sha256").isEmpty()) {
                Values values = Values.of(
                        open(file),
                        row.get("bits_allocated").equals("32")
                                && row.get("signed").isEmpty());
                if (values.digests().contains(row.get("pixels_sha256"))) {
                    exact.add(file);
                } else if (BY_THE_HEADER.containsKey(file)) {
                    double[] wanted = BY_THE_HEADER.get(file);
                    assertThat(values.least()).as(file).isEqualTo(wanted[0]);
                    assertThat(values.most()).as(file).isEqualTo(wanted[1]);
                    assertThat(values.mean()).as(file).isCloseTo(wanted[2], within(5e-5));
                } else {
                    assertThat(ROUNDED).as("%s is not exact", file).contains(file);
                    assertThat(values.mean()).as(file).isCloseTo(Double.parseDouble(row.get("mean")), within(0.001));
                }
            }
        });

        assertThat(exact).hasSize(109);
    }

    @Test
    void decodesOneSliceAlikeInEveryLosslessSyntax() {
        Map<String, String> digests = new LinkedHashMap<>();
        for (String file : table.keySet()) {
            if (file.startsWith("same-slice/") && !file.contains("near3") && !file.contains("u8_")) {
                digests.put(file, Values.of(open(file), false).digests().get(0));
            }
        }

        assertThat(digests).hasSize(9);
        assertThat(digests.values().stream().distinct()).hasSize(1);
    }

    @Test
    void decodesFilesThatTheTableLeavesOut() {
        MEANS.forEach((file, mean) ->
                assertThat(Values.of(open(file), false).mean()).as(file).isCloseTo(mean, within(5e-5)));
    }

    @Test
    void refusesWhatIsBrokenOrNoImage() {
        Map<String, String> reasons = new TreeMap<>();
        table.keySet().stream()
                .filter(file -> file.startsWith("broken/") || file.startsWith("not-image/"))
                .forEach(file -> reasons.put(file, outcome(file)));

        assertThat(reasons).hasSize(39);
        reasons.forEach((file, reason) -> {
            assertThat(reason).as(file).isNotEqualTo("read");
            assertThat(reason.equals("NO_IMAGE"))
                    .as(file)
                    .isEqualTo(Set.of(
                                            "broken/ExplVR_LitEndNoMeta.dcm",
                                            "broken/no_meta_group_length.dcm",
                                            "broken/no_pixel_data.dcm")
                                    .contains(file)
                            || file.startsWith("not-image/"));
        });
        for (String file : List.of("patient_id_injection", "JPEGLossless_1s_1f_i_16_16_bad", "bad_sequence")) {
            assertThat(reasons).containsEntry("broken/" + file + ".dcm", "CORRUPT");
        }
        assertThat(outcome("valid/HTJ2K_08_RGB.dcm")).isEqualTo("UNSUPPORTED_ENCODING");
    }

    private static String outcome(String file) {
        byte[] bytes = bytes(file);
        if (!DicomFile.isDicom(bytes)) {
            return "OTHER_FORMAT";
        }
        try {
            DicomFile dicom = DicomFile.open(bytes, 64 << 20);
            for (int frame = 0; frame < dicom.frames(); frame++) {
                dicom.shades(frame);
            }
            return "read";
        } catch (UnreadableDicomException e) {
            assertThat(e).hasMessageStartingWith("the ").message().doesNotContain("DROP TABLE");
            return e.reason().name();
        }
    }

    @Test
    void showsTheSameWithoutItsHeader() {
        List<String> compared = new ArrayList<>();
        table.forEach((file, row) -> {
            if (file.startsWith("same-slice/") || file.startsWith("no-preamble/") || file.matches("valid/.*_small.*")) {
                DicomFile whole = open(file);
                byte[] stripped = whole.stripped();
                DicomFile bare = DicomFile.open(stripped, 64 << 20);
                assertThat(bare.shades(0)).as(file).isEqualTo(whole.shades(0));
                assertThat(bare.stripped()).as(file).isEqualTo(stripped);
                assertThat(bare.hasOtherElements()).as(file).isFalse();
                assertThat(bare.hasTrailingData()).as(file).isFalse();
                assertThat(bare.metadata().patientKey()).as(file).isNull();
                assertThat(bare.metadata().modality())
                        .as(file)
                        .isEqualTo(whole.metadata().modality());
                if (!row.get("patient_id").isEmpty()) {
                    assertThat(whole.hasOtherElements()).as(file).isTrue();
                    assertThat(new String(stripped, StandardCharsets.ISO_8859_1))
                            .as(file)
                            .doesNotContain(row.get("patient_id"));
                }
                compared.add(file);
            }
        });

        assertThat(compared).hasSizeGreaterThan(30);
    }

    @Test
    void readsTheAllowedAttributesOnly() {
        DicomMetadata metadata =
                open("valid/ID_0002_AGE_0074_CONTRAST_1_CT.dcm").metadata();

        assertThat(metadata.modality()).isEqualTo("CT");
        assertThat(metadata.patientKey()).isNotNull();
        assertThat(metadata.patientKey().reveal()).isEqualTo("TCGA-60-2695");
        assertThat(metadata.toString()).doesNotContain("TCGA-60-2695");
        assertThat(metadata.transferSyntax()).isEqualTo("1.2.840.10008.1.2.1");
        assertThat(metadata.photometricInterpretation()).isEqualTo("MONOCHROME2");
        assertThat(metadata.rowSpacingMm()).isGreaterThan(0);
    }

    /** All frames of a file, in figures. */
    private record Values(double least, double most, double mean, List<String> digests) {
        static Values of(DicomFile dicom, boolean floating) {
            double least = Double.POSITIVE_INFINITY;
            double most = Double.NEGATIVE_INFINITY;
            double sum = 0;
            long count = 0;
            List<ByteBuffer> little = new ArrayList<>();
            List<ByteBuffer> big = new ArrayList<>();
            for (int frame = 0; frame < dicom.frames(); frame++) {
                StoredFrame stored = dicom.stored(frame);
                for (int i = 0; i < stored.length(); i++) {
                    least = Math.min(least, stored.value(i));
                    most = Math.max(most, stored.value(i));
                    sum += stored.value(i);
                }
                count += stored.length();
                little.add(bytes(stored, dicom.bitsAllocated(), floating, ByteOrder.LITTLE_ENDIAN));
                big.add(bytes(stored, dicom.bitsAllocated(), floating, ByteOrder.BIG_ENDIAN));
            }
            return new Values(least, most, sum / count, List.of(digest(little), digest(big)));
        }

        private static ByteBuffer bytes(StoredFrame stored, int bits, boolean floating, ByteOrder order) {
            int size = Math.max(1, bits / 8);
            ByteBuffer bytes = ByteBuffer.allocate(stored.length() * size).order(order);
            for (int i = 0; i < stored.length(); i++) {
                double value = stored.value(i);
                if (floating) {
                    bytes.putFloat((float) value);
                } else if (size == 1) {
                    bytes.put((byte) (long) value);
                } else if (size == 2) {
                    bytes.putShort((short) (long) value);
                } else {
                    bytes.putInt((int) (long) value);
                }
            }
            return bytes;
        }

        private static String digest(List<ByteBuffer> frames) {
            ByteBuffer all = ByteBuffer.allocate(
                    frames.stream().mapToInt(ByteBuffer::capacity).sum());
            frames.forEach(frame -> all.put(frame.array()));
            return Digest.of(all.array()).hex();
        }
    }
}
