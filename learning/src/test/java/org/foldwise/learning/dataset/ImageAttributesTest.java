package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImageAttributesTest {
    private static ImageMetadata file(@Nullable String view, @Nullable String manufacturer) {
        return new ImageMetadata(
                "pseudonym",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                view,
                null,
                manufacturer,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static ImageMetadata pixels(double rows, double columns, String encoding, String meaning) {
        return new ImageMetadata(
                "pseudonym",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                rows,
                columns,
                null,
                null,
                encoding,
                meaning);
    }

    /** Scanners of different resolution or encoding tell hospitals apart, and with them often the label. */
    @Test
    void ofFilesTellHowPixelsAreSpacedAndEncoded() {
        ImageAttributes attributes = ImageAttributes.ofFiles(Map.of(
                "a.dcm", pixels(0.143, 0.143, "1.2.840.10008.1.2.1", "MONOCHROME1"),
                "b.dcm", pixels(0.18681319, 0.1868132, "1.2.840.10008.1.2.4.70", "MONOCHROME2"),
                "c.dcm", pixels(0.00025, 2, "1.2.840.10008.1.2.1", "RGB"),
                "d.dcm", file(null, null)));

        assertThat(attributes.names()).containsExactly("pixelSpacingMm", "transferSyntax", "photometricInterpretation");
        assertThat(attributes.valuesByImage())
                .containsEntry("a.dcm", List.of("0.143", "1.2.840.10008.1.2.1", "MONOCHROME1"))
                .containsEntry("b.dcm", List.of("0.1868", "1.2.840.10008.1.2.4.70", "MONOCHROME2"))
                .containsEntry("c.dcm", List.of("0.00025 x 2", "1.2.840.10008.1.2.1", "RGB"))
                .containsEntry("d.dcm", List.of("", "", ""));
    }

    @Test
    void ofFilesAreThoseThatAnyFileStatesAndNobodysIdentity() {
        ImageAttributes attributes =
                ImageAttributes.ofFiles(Map.of("a.dcm", file("AP", null), "b.dcm", file(null, "X")));

        assertThat(attributes.names()).containsExactly("viewPosition", "manufacturer");
        assertThat(attributes.value("a.dcm", 0)).contains("AP");
        assertThat(attributes.value("a.dcm", 1)).isEmpty();
        assertThat(attributes.value("b.dcm", 1)).contains("X");
        assertThat(attributes.value("c.png", 0)).isEmpty();
    }

    @Test
    void whatAManifestSaysComesBeforeWhatFilesSay() {
        ImageAttributes manifest =
                new ImageAttributes(List.of("sex", "manufacturer"), new TreeMap<>(Map.of("a.dcm", List.of("F", "Y"))));

        ImageAttributes both =
                manifest.and(ImageAttributes.ofFiles(Map.of("a.dcm", file("AP", "X"), "b.dcm", file("PA", "X"))));

        assertThat(both.names()).containsExactly("sex", "manufacturer", "viewPosition");
        assertThat(both.valuesByImage())
                .containsEntry("a.dcm", List.of("F", "Y", "AP"))
                .containsEntry("b.dcm", List.of("", "", "PA"));
        assertThat(manifest.and(ImageAttributes.NONE)).isEqualTo(manifest);
        assertThat(ImageAttributes.NONE.and(manifest)).isEqualTo(manifest);
    }

    /** Images 000, 001 and so on with one value each. */
    private static ImageAttributes column(String name, List<String> values) {
        TreeMap<String, List<String>> byImage = new TreeMap<>();
        for (int i = 0; i < values.size(); i++) {
            byImage.put("%03d".formatted(i), List.of(values.get(i)));
        }
        return new ImageAttributes(List.of(name), byImage);
    }

    private static Map<String, String> groups(String name, List<String> values) {
        ImageGroups groups = column(name, values).groups();
        assertThat(groups.leftOut()).isEmpty();
        return Objects.requireNonNull(groups.byAttribute().get(name));
    }

    @Test
    void groupsAreValuesOrBandsOfNumbersAndNeverSingleImages() {
        TreeMap<String, List<String>> values = new TreeMap<>();
        for (int i = 0; i < 40; i++) {
            values.put("%02d.png".formatted(i), List.of(i % 2 == 0 ? "F" : "M", Integer.toString(20 + i), "id " + i));
        }
        values.put("unknown.png", List.of("", "", ""));

        ImageGroups groups = new ImageAttributes(List.of("sex", "dose", "accession"), values).groups();

        assertThat(groups.byAttribute().keySet()).containsExactly("sex", "dose");
        assertThat(groups.leftOut())
                .containsExactly(
                        new ImageGroups.LeftOut(
                                "accession",
                                "has 40 different values that are not all numbers; more than 20 name single images rather than groups"));
        assertThat(groups.byAttribute().get("sex"))
                .hasSize(40)
                .containsEntry("00.png", "F")
                .containsEntry("01.png", "M");
        assertThat(groups.byAttribute().get("dose"))
                .hasSize(40)
                .containsEntry("00.png", "20 to 29")
                .containsEntry("09.png", "20 to 29")
                .containsEntry("10.png", "30 to 39")
                .containsEntry("39.png", "50 to 59");
    }

    @Test
    void bandsOfManyEqualNumbersAreFewer() {
        List<String> values = IntStream.range(0, 100)
                .mapToObj(i -> Integer.toString(i < 75 ? 50 : i))
                .toList();

        Map<String, String> dose = groups("dose", values);

        assertThat(dose.values()).containsOnly("50", "75 to 99");
        assertThat(dose.values().stream().filter("75 to 99"::equals)).hasSize(25);
    }

    @Test
    void fewNumbersAreCodesAndMoreThanSixAQuantity() {
        assertThat(groups("reader", List.of("1", "2", "3", "4", "5", "6")).values())
                .containsOnly("1", "2", "3", "4", "5", "6");
        assertThat(groups("thickness", List.of("0.5", "1", "1.0", "2", "3", "4", "5", "7.5"))
                        .values())
                .containsOnly("0.5 to 1", "2", "3 to 4", "5 to 7.5")
                .hasSize(8);
    }

    /** Whatever ages there are, however few, and however they are written. */
    @Test
    void agesAreInTheSameBandsEverywhere() {
        List<String> written =
                List.of("058Y", "023M", "24M", "3W", "010D", "17", "17.9", "18", "39", "64", "65", "79", "80");

        Map<String, String> bands = groups("PatientAge", written);

        assertThat(List.copyOf(new TreeMap<>(bands).values()))
                .containsExactly(
                        "40 to 64",
                        "0 to 1",
                        "2 to 11",
                        "0 to 1",
                        "0 to 1",
                        "12 to 17",
                        "12 to 17",
                        "18 to 39",
                        "18 to 39",
                        "40 to 64",
                        "65 to 79",
                        "65 to 79",
                        "80 or older");
        assertThat(groups("patient_age", List.of("9", "31", "31")).values()).containsOnly("2 to 11", "18 to 39");
        assertThat(groups("ageInMonths", List.of("23", "24", "300")).values())
                .containsOnly("0 to 1", "2 to 11", "18 to 39");
        assertThat(groups("PA(0010,1010)", List.of("031Y", "009M", "?")).values())
                .containsOnly("18 to 39", "0 to 1");
    }

    @Test
    void whatIsNoAgeAmongAgesIsUnknownAndKeepsNothingFromBeingBanded() {
        List<String> values = new ArrayList<>(
                IntStream.range(20, 80).mapToObj(Integer::toString).toList());
        values.addAll(List.of("N/A", "adult", "-4", "411", "58 years"));

        Map<String, String> bands = groups("age", values);

        assertThat(bands).hasSize(60).doesNotContainKey("060").doesNotContainKey("064");
        assertThat(bands.values()).containsOnly("18 to 39", "40 to 64", "65 to 79");
    }

    @Test
    void wordsThatOnlyHoldAnAgeAreNone() {
        assertThat(groups("stage", List.of("1", "2", "3")).values()).containsOnly("1", "2", "3");
        assertThat(groups("age group", List.of("1", "2", "3")).values()).containsOnly("1", "2", "3");
        assertThat(groups("age", List.of("child", "adult", "adult")).values()).containsOnly("child", "adult");
    }

    @Test
    void agesAndSexOfFilesAreAttributes() {
        ImageAttributes attributes = ImageAttributes.ofFiles(Map.of(
                "a.dcm",
                new ImageMetadata(
                        "p", null, null, null, "F", 89, "DX", null, null, null, null, null, null, null, null, null,
                        null, null)));

        assertThat(attributes.names()).containsExactly("sex", "age", "modality");
        assertThat(attributes.groups().byAttribute().get("age")).containsEntry("a.dcm", "80 or older");
    }
}
