package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    @Test
    void groupsAreValuesOrBandsOfNumbersAndNeverSingleImages() {
        TreeMap<String, List<String>> values = new TreeMap<>();
        for (int i = 0; i < 40; i++) {
            values.put("%02d.png".formatted(i), List.of(i % 2 == 0 ? "F" : "M", Integer.toString(20 + i), "id " + i));
        }
        values.put("unknown.png", List.of("", "", ""));

        Map<String, Map<String, String>> groups =
                new ImageAttributes(List.of("sex", "age", "accession"), values).groups();

        assertThat(groups.keySet()).containsExactly("sex", "age");
        assertThat(groups.get("sex")).hasSize(40).containsEntry("00.png", "F").containsEntry("01.png", "M");
        assertThat(groups.get("age"))
                .hasSize(40)
                .containsEntry("00.png", "20 to 29")
                .containsEntry("09.png", "20 to 29")
                .containsEntry("10.png", "30 to 39")
                .containsEntry("39.png", "50 to 59");
    }

    @Test
    void bandsOfManyEqualNumbersAreFewer() {
        TreeMap<String, List<String>> values = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            values.put("%02d.png".formatted(i), List.of(Integer.toString(i < 75 ? 50 : i)));
        }

        Map<String, String> age =
                new ImageAttributes(List.of("age"), values).groups().get("age");

        assertThat(age.values()).containsOnly("50", "75 to 99");
        assertThat(age.values().stream().filter("75 to 99"::equals)).hasSize(25);
    }
}
