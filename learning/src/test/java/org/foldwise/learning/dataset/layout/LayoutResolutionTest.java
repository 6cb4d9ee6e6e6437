package org.foldwise.learning.dataset.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.FrameSelection;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;

class LayoutResolutionTest {
    private static final DatasetLayout FOLDERS = new DatasetLayout.ClassFolders("(?<patient>person\\d+|IM-\\d+)");
    private static final DatasetLayout MANIFEST =
            new DatasetLayout.Manifest(new DatasetLayout.ManifestColumns("file", "patient", "label", null, null));

    @Test
    void tellsAPatientsImagesWhateverElseIsWrong() {
        List<UploadedImage> images = images("A/person1_1.png", "person1_2.png", "B/person2.png", "B/nobody.png");
        UploadedManifest manifest = new UploadedManifest(
                "table.csv",
                ManifestBytes.of("file,patient,label\nA/person1_1.png,x7,A\nnowhere.png,x7,A\nB/person2.png,,B\n"
                        .getBytes(StandardCharsets.UTF_8)));

        assertThat(new LayoutResolution(FOLDERS, Task.BINARY, null, PatientLabelRule.ANY_POSITIVE)
                        .imagesOf(Set.of(new PatientId("person1")), images, null)
                        .names())
                .containsExactly("A/person1_1.png", "person1_2.png");
        assertThat(new LayoutResolution(MANIFEST, Task.BINARY, null, PatientLabelRule.ANY_POSITIVE)
                        .imagesOf(Set.of(new PatientId("x7")), images, manifest)
                        .names())
                .containsExactly("A/person1_1.png");
    }

    private static PatientImages imagesOf(String patient, byte[] manifest) {
        DatasetLayout dated = new DatasetLayout.Manifest(
                new DatasetLayout.ManifestColumns("file", "patient", "label", "date", "site"));
        return new LayoutResolution(dated, Task.BINARY, null, PatientLabelRule.MAJORITY)
                .imagesOf(
                        Set.of(new PatientId(patient)),
                        images("a.png", "b.png", "c.png"),
                        new UploadedManifest("m.csv", ManifestBytes.of(manifest)));
    }

    private static PatientImages imagesOf(String patient, String header, String... rows) {
        return imagesOf(patient, (header + "\n" + String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** What keeps a row from being one of a cohort does not keep the image from being the patient's. */
    @Test
    void tellsAPatientsImagesFromRowsWithMistakes() {
        String header = "file,patient,label,date,site";
        String other = "b.png,p2,B,2020-02-01,X";
        for (String row : List.of(
                "a.png,p1,A,2020-01-31,X",
                "a.png,p1,A,31.01.2020,X",
                "a.png,p1,,2020-01-31,X",
                "a.png,p1,A,2020-01-31,X,y",
                "a.png,p1",
                "a.png,p1,\"A\nA\",2020-01-31,X")) {
            assertThat(imagesOf("p1", header, row, other))
                    .as(row)
                    .isEqualTo(new PatientImages(new TreeSet<>(Set.of("a.png")), false));
        }
        assertThat(imagesOf("p1", "file,patient,label,date", "a.png,p1,A,2020-01-31")
                        .names())
                .containsExactly("a.png");
        // written with other capitals
        assertThat(imagesOf("p1", "file,patient,label", "A.PNG,p1,A", "b.png,p2,B")
                        .names())
                .containsExactly("a.png");
        assertThat(imagesOf("p1", "sep=;\nfile;patient;label", "a.png;p1;A").names())
                .containsExactly("a.png");
        assertThat(imagesOf("p1\u00a0", header, "a.png,\u00a0p1,A,,").names())
                .as("of a dataset from before such blanks were left out")
                .containsExactly("a.png");
        assertThat(imagesOf("Doe, Jane", header, "a.png,\"Doe, Jane\",A,,").names())
                .containsExactly("a.png");
    }

    /** As spreadsheets save it that are not asked for UTF-8. */
    @Test
    void tellsAPatientsImagesFromManifestsInOtherLetters() {
        String text = "file,patient,label\na.png,M\u00fcller,A\nb.png,p2,B\n";
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16)) {
            for (String patient : List.of("M\u00fcller", "p2")) {
                assertThat(imagesOf(patient, text.getBytes(charset)))
                        .as("%s in %s", patient, charset)
                        .isEqualTo(new PatientImages(
                                new TreeSet<>(Set.of(patient.equals("p2") ? "b.png" : "a.png")), false));
            }
        }
    }

    /** Up to where it cannot be read; behind that it is uncertain for whoever is spoken of, and for nobody else. */
    @Test
    void tellsWhereAManifestSpeaksOfAPatientAndCannotBeRead() {
        String header = "file,patient,label";
        String[] unclosed = {"a.png,p1,A", "b.png,p2,B", "c.png,\"p3,A", "d.png,p1,B"};

        assertThat(imagesOf("p2", header, unclosed))
                .isEqualTo(new PatientImages(new TreeSet<>(Set.of("b.png")), false));
        assertThat(imagesOf("p1", header, unclosed)).isEqualTo(new PatientImages(new TreeSet<>(Set.of("a.png")), true));
        assertThat(imagesOf("p3", header, unclosed)).isEqualTo(new PatientImages(new TreeSet<>(), true));
        assertThat(imagesOf("p", header, unclosed)).isEqualTo(new PatientImages(new TreeSet<>(), false));
        // quotes that do not belong to each other hide a row
        String[] hidden = {"a.png,p1,\"A", "b.png,p2,B", "c.png,p3,\"", "d.png,p4,A"};
        assertThat(imagesOf("p2", header, hidden)).isEqualTo(new PatientImages(new TreeSet<>(), true));
        assertThat(imagesOf("p4", header, hidden).isUncertain()).isFalse();
        // a comma that nobody has quoted
        assertThat(imagesOf("Doe, Jane", header, "a.png,Doe, Jane,A"))
                .isEqualTo(new PatientImages(new TreeSet<>(), true));
        assertThat(imagesOf("Doe", "patient,file,label", "Doe, Jane,a.png,A"))
                .isEqualTo(new PatientImages(new TreeSet<>(), true));
        assertThat(imagesOf("p1", "name,patient,label", "a.png,p1,A"))
                .isEqualTo(new PatientImages(new TreeSet<>(), true));
        assertThat(imagesOf("p2", "name,patient,label", "a.png,p1,A"))
                .isEqualTo(new PatientImages(new TreeSet<>(), false));
    }

    @Test
    void findsACellWhateverTheSeparator() {
        assertThat(ManifestBytes.of("file,patient,label\nz.png,\"Doe, Jane\",A\n".getBytes(StandardCharsets.UTF_8))
                        .hasCell(Set.of("Doe, Jane")))
                .isTrue();
        for (String table : List.of("a;x7;b", "a,\"x7\",b", "a\tx7", "x7\r\n", "a, x7 ,b")) {
            assertThat(ManifestBytes.of(table.getBytes(StandardCharsets.UTF_8)).hasCell(Set.of("no", "x7")))
                    .as(table)
                    .isTrue();
        }
        for (String table : List.of("", "a,x77,b", "a x7,b", "x,7")) {
            assertThat(ManifestBytes.of(table.getBytes(StandardCharsets.UTF_8)).hasCell(Set.of("x7")))
                    .as(table)
                    .isFalse();
        }
        assertThat(ManifestBytes.of("a,\u00a0x7\u200b,b".getBytes(StandardCharsets.UTF_8))
                        .hasCell(Set.of("x7\u00a0")))
                .isTrue();
        byte[] latin = "M\u00fcller,x7".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(ManifestBytes.of(latin).hasCell(Set.of("x7"))).isTrue();
    }

    @Test
    void readsTheClassOffTheFolderAndThePatientOffTheName() throws LayoutException {
        Cohort cohort =
                resolve(FOLDERS, null, "train/PNEUMONIA/person1_bacteria_2.jpeg", "train/NORMAL/IM-0115-0001.jpeg");

        assertThat(cohort.classes()).containsExactly("NORMAL", "PNEUMONIA");
        assertThat(cohort.images())
                .extracting(ImageRecord::patient)
                .containsExactly(new PatientId("IM-0115"), new PatientId("person1"));
    }

    @Test
    void putsThePositiveLabelLastWhateverTheAlphabetSays() throws LayoutException {
        Cohort cohort = new LayoutResolution(FOLDERS, Task.BINARY, "NORMAL", PatientLabelRule.ANY_POSITIVE)
                .resolve(images("NORMAL/IM-1.png", "PNEUMONIA/person1.png"), null);

        assertThat(cohort.positiveClass()).isEqualTo("NORMAL");
    }

    @Test
    void namesEveryMistakeOfClassFoldersAtOnce() {
        assertThat(mistakes(
                        FOLDERS, null, "lonely.png", "NORMAL/nobody.png", "north/A/person1.png", "south/A/person2.png"))
                .extracting(LayoutMistake::subject)
                .containsExactlyInAnyOrder("lonely.png", "NORMAL/nobody.png", "A");
    }

    @Test
    void foldersNamedAfterRolesMayHoldTheSameClasses() throws LayoutException {
        Cohort cohort = resolve(
                FOLDERS,
                null,
                "train/A/person1.png",
                "validation/A/person2.png",
                "test/A/person3.png",
                "test/B/person4.png");

        assertThat(cohort.classes()).containsExactly("A", "B");
        assertThat(cohort.images()).hasSize(4);
    }

    @Test
    void refusesOneClassOnePatientAndNoImages() {
        assertThat(mistakes(FOLDERS, null, "A/person1.png", "A/person2.png"))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.detail()).contains("exactly 2 classes"));
        assertThat(mistakes(FOLDERS, null, "A/person1_1.png", "B/person1_2.png"))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.detail()).contains("one patient"));
        assertThat(mistakes(FOLDERS, null)).isNotEmpty();
    }

    @Test
    void boundsTheStepsOfAHostilePattern() {
        DatasetLayout hostile = new DatasetLayout.ClassFolders("(?<patient>(a|aa)+)\\2c");

        assertThat(mistakes(hostile, null, "A/" + "a".repeat(60) + ".png", "B/" + "a".repeat(61) + ".png"))
                .allSatisfy(mistake -> assertThat(mistake.detail()).contains("too many steps"));
    }

    @Test
    void refusesPatternsThatAreNoneOrNameNoPatient() {
        assertThatThrownBy(() -> new DatasetLayout.ClassFolders("person\\d+")).hasMessageContaining("(?<patient>");
        assertThatThrownBy(() -> new DatasetLayout.ClassFolders("(?<patient>a")).hasMessageContaining("no regular");
    }

    @Test
    void readsManifestsWithByteOrderMarkQuotesAndOtherSeparators() throws LayoutException {
        for (String text : List.of(
                "\uFEFFfile,patient,label\na.png,P1,x\nb.png,P2,y\n",
                "file;patient;label\r\n\"a.png\";P1;x\r\nb.png;P2;y\r\n",
                "label\tpatient\tfile\nx\tP1\ta.png\ny\tP2\tb.png")) {
            assertThat(resolve(MANIFEST, text, "a.png", "b.png").images())
                    .as(text)
                    .extracting(record -> record.patient().value())
                    .containsExactly("P1", "P2");
        }
    }

    @Test
    void readsPathsRelativeToTheManifestAndDatesAndSites() throws LayoutException {
        DatasetLayout layout = new DatasetLayout.Manifest(
                new DatasetLayout.ManifestColumns("file", "patient", "label", "day", "site"));
        String text = "file,patient,label,day,site\nimages/a.png,P1,x,2026-01-31,North\nimages/b.png,P2,y,20260201,\n";
        Cohort cohort = new LayoutResolution(layout, Task.BINARY, null, PatientLabelRule.LATEST)
                .resolve(images("set/images/a.png", "set/images/b.png"), manifest("set/manifest.csv", text));

        assertThat(cohort.images())
                .extracting(ImageRecord::acquiredOn)
                .containsExactly(LocalDate.of(2026, 1, 31), LocalDate.of(2026, 2, 1));
        assertThat(cohort.images()).extracting(ImageRecord::site).containsExactly("North", null);
    }

    @Test
    void namesEveryMistakeOfAManifestByRowAndColumnWithoutItsValues() {
        String text =
                """
                file,patient,label
                a.png,,x
                ../../etc/passwd,Jane Doe,y
                b.png,P2,
                b.png,P3,y
                """;

        assertThat(mistakes(MANIFEST, text, "a.png", "b.png", "c.png"))
                .satisfies(mistakes -> assertThat(mistakes.toString()).doesNotContain("Jane", "passwd", "P3"))
                .extracting(LayoutMistake::subject)
                .containsExactlyInAnyOrder(
                        "row 2, column patient",
                        "row 3, column file",
                        "row 4, column label",
                        "row 5, column file",
                        "c.png");
    }

    @Test
    void refusesManifestsThatAreNotUtf8OrLackColumnsOrRows() {
        UploadedManifest utf16 = new UploadedManifest(
                "m.csv", ManifestBytes.of("file,patient,label\na.png,P1,x".getBytes(StandardCharsets.UTF_16)));
        LayoutException e = catchThrowableOfType(LayoutException.class, () -> new LayoutResolution(
                        MANIFEST, Task.BINARY, null, PatientLabelRule.ANY_POSITIVE)
                .resolve(images("a.png"), utf16));
        assertThat(e.mistakes()).singleElement().satisfies(m -> assertThat(m.detail())
                .contains("UTF-8"));

        assertThat(mistakes(MANIFEST, "file,patient\na.png,P1\n", "a.png"))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.subject()).isEqualTo("column label"));
        assertThat(mistakes(MANIFEST, "file,patient,label,label\na.png,P1,x,x\n", "a.png"))
                .isNotEmpty();
        assertThat(mistakes(MANIFEST, "", "a.png")).isNotEmpty();
        assertThat(mistakes(MANIFEST, "file,patient,label\n\"a.png,P1,x", "a.png"))
                .isNotEmpty();
        assertThat(mistakes(MANIFEST, null, "a.png")).isNotEmpty();
    }

    /** Zeros are UTF-8, so nothing but the missing columns would be told. */
    @Test
    void saysWhatManifestsAreThatAreNoCsv() {
        String text = "file,patient,label\na.png,P1,x\nb.png,P2,y\n";
        byte[] workbook = Arrays.copyOf(new byte[] {'P', 'K', 3, 4}, 100);
        byte[] oldWorkbook = Arrays.copyOf(HexFormat.of().parseHex("d0cf11e0a1b11ae1"), 100);

        for (byte[] bytes : List.of(workbook, oldWorkbook)) {
            assertThat(mistakesOf(bytes)).singleElement().satisfies(mistake -> assertThat(mistake.detail())
                    .contains("workbook"));
        }
        for (Charset charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            assertThat(mistakesOf(text.getBytes(charset)))
                    .singleElement()
                    .satisfies(mistake -> assertThat(mistake.detail()).contains("UTF-16"));
            assertThat(ManifestBytes.of(text.getBytes(charset)).hasCell(Set.of("P2")))
                    .isTrue();
        }
        assertThat(mistakesOf(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    private static List<LayoutMistake> mistakesOf(byte[] manifest) {
        try {
            new LayoutResolution(MANIFEST, Task.BINARY, null, PatientLabelRule.ANY_POSITIVE)
                    .resolve(images("a.png", "b.png"), new UploadedManifest("m.csv", ManifestBytes.of(manifest)));
            return List.of();
        } catch (LayoutException e) {
            return e.mistakes();
        }
    }

    @Test
    void saysHowPathsAreWritten() {
        assertThat(mistakes(
                        MANIFEST,
                        "file,patient,label\ni\\a.png,P1,x\n./i/b.png,P2,y\n.\\i\\c.png,P3,x\nD:\\d.png,P3,x\ne.png,P4,y\n",
                        "i/a.png",
                        "i/b.png",
                        "i/c.png"))
                .extracting(LayoutMistake::detail)
                .startsWith(
                        "names no uploaded image; paths are relative to the manifest, with / between folders in place of \\",
                        "names no uploaded image; paths are relative to the manifest, without ./ in front",
                        "names no uploaded image; paths are relative to the manifest, with / between folders in place of \\"
                                + " and without .\\ in front",
                        "names no uploaded image; paths are relative to the manifest, with / between folders in place of \\",
                        "names no uploaded image; paths are relative to the manifest");
    }

    @Test
    void saysWhatPathsLackWhereExactlyOneImageCanBeMeant() {
        assertThat(mistakes(
                        MANIFEST,
                        "file,patient,label\nim/a.png,P1,x\nb,P2,y\nim\\c,P3,x\nd.png,P3,x\nraw/e.png,P4,y\nng,P4,y\n",
                        "export/im/a.png",
                        "b.png",
                        "export/im/c.nii.gz",
                        "one/d.png",
                        "two/d.png",
                        "e.png"))
                .extracting(LayoutMistake::detail)
                .startsWith(
                        "names no uploaded image; paths are relative to the manifest, with export/ in front: one image is called so"
                                + " then",
                        "names no uploaded image; paths are relative to the manifest, with .png behind: one image is called so then",
                        "names no uploaded image; paths are relative to the manifest, with / between folders in place of \\, with"
                                + " export/ in front and .nii.gz behind: one image is called so then",
                        "names no uploaded image; paths are relative to the manifest",
                        "names no uploaded image; paths are relative to the manifest, without raw/ in front: one image is called so"
                                + " then",
                        "names no uploaded image; paths are relative to the manifest");
    }

    @Test
    void saysThatFoldersOfPatientsAreNotLookedAt() {
        assertThat(mistakes(FOLDERS, "", "x/person1/a.png", "y/b.png"))
                .extracting(LayoutMistake::detail)
                .startsWith(
                        "patientIdPattern does not match the beginning of this file's name; folders in front of it are not looked at,"
                                + " and the last of them is taken for the class: where a folder says whose the image is, as in"
                                + " class/patient/file, list the images in a manifest",
                        "patientIdPattern does not match the beginning of this file's name");
    }

    /** Both look alike on a screen, so that nothing but words tells them apart. */
    @Test
    void saysWhereANameDiffersInCapitalsOrInUnicodesFormAlone() {
        assertThat(mistakes(
                        MANIFEST,
                        "file,patient,label\ni/M\u00fcller.png,P1,x\ni/b.PNG,P2,y\ni\\c.Png,P3,x\ne.png,P4,y\n",
                        "i/Mu\u0308ller.png",
                        "i/b.png",
                        "i/c.png"))
                .extracting(LayoutMistake::detail)
                .startsWith(
                        "names no uploaded image; paths are relative to the manifest, letter for letter: an image is called so, but"
                                + " with its accents in another form of Unicode, as Macs have them; write both names in form NFC, or"
                                + " without accents",
                        "names no uploaded image; paths are relative to the manifest, letter for letter: an image is called so but"
                                + " for capitals",
                        "names no uploaded image; paths are relative to the manifest, with / between folders in place of \\, letter for"
                                + " letter: an image is called so but for capitals",
                        "names no uploaded image; paths are relative to the manifest");
    }

    /** A comma that nobody has quoted moves all cells behind it. */
    @Test
    void refusesRowsWithMoreCellsThanTheHeader() {
        assertThat(mistakes(
                        MANIFEST,
                        "file,patient,label\na.png,Doe, Jane,x\nb.png,P2,y\nc.png,P3,x,\n",
                        "a.png",
                        "b.png",
                        "c.png"))
                .satisfies(mistakes -> assertThat(mistakes.toString()).doesNotContain("Jane"))
                .extracting(LayoutMistake::subject)
                .containsExactly("row 2", "row 4");
    }

    /** Without a label, a day or a site an image would be taken for one that has none. */
    @Test
    void refusesRowsWithFewerCellsThanTheHeader() {
        assertThat(mistakes(
                        MANIFEST,
                        "file,patient,label,note\na.png,P1,x,\nb.png,P2\nc.png,P3,x\n",
                        "a.png",
                        "b.png",
                        "c.png"))
                .extracting(LayoutMistake::subject)
                .containsExactly("row 3", "row 4");
    }

    /** Rows that were emptied, columns that were, a line that names the separator, and lines that end as on old machines. */
    @Test
    void takesManifestsAsSpreadsheetsSaveThem() throws LayoutException {
        for (String text : List.of(
                "file,patient,label,,\na.png,P1,x,,\nb.png,P2,y,,\n,,,,\n,,\n",
                "file,patient,label,,\na.png,P1,x\n\n,,,,\nb.png,P2,y,\n",
                ",,\nfile,patient,label\na.png,P1,x\nb.png,P2,y\n",
                "sep=;\r\nfile;patient;label\r\na.png;P1;x\r\nb.png;P2;y\r\n",
                "\uFEFFSEP=|\nfile|patient|label\na.png|P1|x\nb.png|P2|y\n",
                "\"sep=,\",\nfile,patient,label\na.png,P1,x\nb.png,P2,y\n",
                "\"file\",\"patient\",\"label\",\"of; which; more\"\na.png,P1,x,\nb.png,P2,y,\n",
                "file,patient,label\ra.png,P1,x\rb.png,P2,y\r")) {
            assertThat(resolve(MANIFEST, text, "a.png", "b.png").images())
                    .as(text)
                    .extracting(record -> record.patient().value())
                    .containsExactly("P1", "P2");
        }
    }

    /** Numbers of rows are those that a spreadsheet shows; what stands in no column may have been pushed there. */
    @Test
    void refusesCellsUnderNoName() {
        assertThat(mistakes(
                        MANIFEST,
                        "sep=,\nfile,patient,label,\n\n,,,\na.png,Doe, Jane,x\nb.png,P2,y,\n",
                        "a.png",
                        "b.png"))
                .extracting(LayoutMistake::subject)
                .containsExactly("row 4");
    }

    /** A database takes no text with a NUL, and no table of figures one with a line break. */
    @Test
    void refusesControlCharactersWithTheirRow() {
        DatasetLayout layout = new DatasetLayout.Manifest(new DatasetLayout.ManifestColumns(
                "file", "patient", "label", List.of(), null, "site", List.of("view")));
        String text = "file,patient,label,site,view\n"
                + "a.png,P1,x\0,North,AP\nb.png,P2,\"y\ny\",North,AP\nc.png,P3,x,\"No\rrth\",AP\n"
                + "d.png,P4,x,North,\"A\u0007P\"\ne.png,P\0,x,North,AP\n";

        assertThat(mistakes(layout, text, "a.png", "b.png", "c.png", "d.png", "e.png"))
                .extracting(LayoutMistake::subject)
                .containsExactly(
                        "row 2, column label",
                        "row 3, column label",
                        "row 4, column site",
                        "row 5, column view",
                        "row 6, column patient");
    }

    /** A database has no year 0, and programs write the first or the last day that they know where there is none. */
    @Test
    void refusesDaysOnWhichNobodyWasExamined() throws LayoutException {
        DatasetLayout layout =
                new DatasetLayout.Manifest(new DatasetLayout.ManifestColumns("file", "patient", "label", "day", null));
        String header = "file,patient,label,day\n";

        assertThat(mistakes(
                        layout,
                        header + "a.png,P1,x,0000-01-01\nb.png,P2,y,-0001-01-01\nc.png,P3,x,0001-01-01\n"
                                + "d.png,P4,x,17991231\ne.png,P5,x,9999-12-31\nf.png,P6,x,30000101\n",
                        "a.png",
                        "b.png",
                        "c.png",
                        "d.png",
                        "e.png",
                        "f.png"))
                .allSatisfy(mistake -> assertThat(mistake.detail()).contains("1800 to 2999"))
                .extracting(LayoutMistake::subject)
                .containsExactly(
                        "row 2, column day",
                        "row 3, column day",
                        "row 4, column day",
                        "row 5, column day",
                        "row 6, column day",
                        "row 7, column day");
        // days that de-identification has moved by a century are days
        assertThat(resolve(
                                layout,
                                header + "a.png,P1,x,1800-01-01\nb.png,P2,y,2180-06-30\nc.png,P3,y,29991231\n",
                                "a.png",
                                "b.png",
                                "c.png")
                        .images())
                .extracting(ImageRecord::acquiredOn)
                .containsExactly(LocalDate.of(1800, 1, 1), LocalDate.of(2180, 6, 30), LocalDate.of(2999, 12, 31));
    }

    @Test
    void demandsDatesForTheLatestLabel() {
        LayoutException e = catchThrowableOfType(
                LayoutException.class, () -> new LayoutResolution(FOLDERS, Task.BINARY, null, PatientLabelRule.LATEST)
                        .resolve(images("A/person1.png", "B/person2.png"), null));

        assertThat(e.mistakes()).hasSize(2);
    }

    private static final DatasetLayout WITH_FRAMES = new DatasetLayout.Manifest(new DatasetLayout.ManifestColumns(
            "file", "patient", "label", List.of(), null, null, List.of("view"), "slice"));

    private static Cohort resolve(
            DatasetLayout layout, FrameSelection frames, List<UploadedImage> files, String manifest)
            throws LayoutException {
        return new LayoutResolution(layout, Task.BINARY, null, PatientLabelRule.ANY_POSITIVE, frames)
                .resolve(files, manifest == null ? null : manifest("manifest.csv", manifest));
    }

    private static UploadedImage file(String name, int frames) {
        return new UploadedImage(name, Digest.of(name), null, frames);
    }

    @Test
    void takesTheFileAsOneImageUnlessFramesAreAskedFor() throws LayoutException {
        List<UploadedImage> files = List.of(file("A/person1.nii", 9), file("B/person2.png", 1));

        assertThat(resolve(FOLDERS, null, files, null).images())
                .extracting(ImageRecord::name)
                .containsExactly("A/person1.nii", "B/person2.png");
        assertThat(resolve(FOLDERS, new FrameSelection(4), files, null).images())
                .extracting(ImageRecord::name, ImageRecord::frame)
                .containsExactly(
                        tuple("A/person1.nii#0", 0),
                        tuple("A/person1.nii#4", 4),
                        tuple("A/person1.nii#8", 8),
                        tuple("B/person2.png", null));
        assertThat(resolve(FOLDERS, new FrameSelection(1, 0.5, 1), files, null).images())
                .filteredOn(image -> image.frame() != null)
                .allSatisfy(image -> {
                    assertThat(image.patient()).isEqualTo(new PatientId("person1"));
                    assertThat(image.label()).isEqualTo("A");
                    assertThat(image.file()).isEqualTo("A/person1.nii");
                })
                .extracting(ImageRecord::frame)
                .containsExactly(4, 5, 6, 7, 8);
    }

    @Test
    void refusesMoreFramesThanAFileOrADatasetMayComeTo() {
        LayoutException ofFile = catchThrowableOfType(
                LayoutException.class,
                () -> resolve(
                        FOLDERS,
                        new FrameSelection(2),
                        List.of(file("A/person1.nii", 9_000), file("B/person2.nii", 4_000)),
                        null));
        List<UploadedImage> many = new ArrayList<>();
        for (int i = 0; i < 501; i++) {
            many.add(file((i % 2 == 0 ? "A/person" : "B/person") + i + ".nii", 2_000));
        }
        LayoutException ofDataset =
                catchThrowableOfType(LayoutException.class, () -> resolve(FOLDERS, new FrameSelection(1), many, null));

        assertThat(ofFile.mistakes()).singleElement().satisfies(mistake -> {
            assertThat(mistake.subject()).isEqualTo("A/person1.nii");
            assertThat(mistake.detail()).contains("4500 images", "2000 at most", "frames.every to 6 or more");
        });
        assertThat(ofDataset.mistakes()).singleElement().satisfies(mistake -> {
            assertThat(mistake.subject()).isEqualTo("images");
            assertThat(mistake.detail()).contains("1002000 images", "1000000 at most");
        });
    }

    @Test
    void refusesAFileThatIsCalledAsAFrameOfAnother() {
        LayoutException e = catchThrowableOfType(
                LayoutException.class,
                () -> resolve(
                        FOLDERS,
                        new FrameSelection(1),
                        List.of(file("A/person1", 3), file("A/person1#2", 1), file("B/person2", 1)),
                        null));

        assertThat(e.mistakes()).singleElement().satisfies(mistake -> {
            assertThat(mistake.subject()).isEqualTo("A/person1#2");
            assertThat(mistake.detail()).contains("another file");
        });
    }

    @Test
    void rowsNameFramesWithLabelsOfTheirOwn() throws LayoutException {
        String text =
                "file,patient,label,view,slice\nv.nii,P1,x,low,2\nv.nii,P1,y,high,11\nw.nii,P2,y,all,\nc.png,P3,x,one,0\n";
        List<UploadedImage> files = List.of(file("v.nii", 12), file("w.nii", 3), file("c.png", 1));

        Cohort middle = resolve(WITH_FRAMES, null, files, text);
        Cohort all = resolve(WITH_FRAMES, new FrameSelection(1), files, text);
        ManifestAttributes attributes = ManifestAttributes.of(
                ((DatasetLayout.Manifest) WITH_FRAMES).columns(), all.images(), manifest("manifest.csv", text));

        assertThat(middle.images())
                .extracting(ImageRecord::name, ImageRecord::label)
                .containsExactly(
                        tuple("c.png", "x"), tuple("v.nii#02", "x"), tuple("v.nii#11", "y"), tuple("w.nii", "y"));
        assertThat(all.images())
                .extracting(ImageRecord::name, ImageRecord::label)
                .containsExactly(
                        tuple("c.png", "x"),
                        tuple("v.nii#02", "x"),
                        tuple("v.nii#11", "y"),
                        tuple("w.nii#0", "y"),
                        tuple("w.nii#1", "y"),
                        tuple("w.nii#2", "y"));
        assertThat(attributes.attributes().value("v.nii#02", 0)).contains("low");
        assertThat(attributes.attributes().value("v.nii#11", 0)).contains("high");
        assertThat(attributes.attributes().value("w.nii#1", 0)).contains("all");
        assertThat(attributes.attributes().value("c.png", 0)).contains("one");
        assertThat(attributes.rows()).isEqualTo(4);
    }

    @Test
    void namesEveryMistakeOfFrames() {
        List<UploadedImage> files = List.of(file("v.nii", 12), file("w.nii", 3), file("x.nii", 2), file("c.png", 1));
        String text = "file,patient,label,view,slice\n"
                + "v.nii,P1,x,,12\nv.nii,P1,x,,-1\nv.nii,P1,x,,two\nv.nii,P1,x,,3\nv.nii,P1,y,,3\nv.nii,P9,y,,4\n"
                + "w.nii,P2,y,,\nw.nii,P2,y,,1\nc.png,P3,y,,1\nx.nii,P4,x,,99999999999\n";

        LayoutException e = catchThrowableOfType(LayoutException.class, () -> resolve(WITH_FRAMES, null, files, text));

        assertThat(e.mistakes())
                .extracting(LayoutMistake::subject)
                .containsExactlyInAnyOrder(
                        "row 2, column slice",
                        "row 3, column slice",
                        "row 4, column slice",
                        "row 6, column file",
                        "row 7, column patient",
                        "row 9, column file",
                        "row 10, column slice",
                        "row 11, column slice");
        assertThat(e.mistakes().toString())
                .contains(
                        "from 0 to 11",
                        "same image as row 5",
                        "not that of row 5",
                        "row 8 about the file",
                        "has 1 frame,")
                .doesNotContain("P9", "two", "99999999999");
    }

    private static Cohort resolve(DatasetLayout layout, String manifest, String... names) throws LayoutException {
        return new LayoutResolution(layout, Task.BINARY, null, PatientLabelRule.ANY_POSITIVE)
                .resolve(images(names), manifest == null ? null : manifest("manifest.csv", manifest));
    }

    private static List<LayoutMistake> mistakes(DatasetLayout layout, String manifest, String... names) {
        return catchThrowableOfType(LayoutException.class, () -> resolve(layout, manifest, names))
                .mistakes();
    }

    private static List<UploadedImage> images(String... names) {
        return Arrays.stream(names)
                .map(name -> new UploadedImage(name, Digest.of(name)))
                .toList();
    }

    private static UploadedManifest manifest(String name, String text) {
        return new UploadedManifest(name, ManifestBytes.of(text.getBytes(StandardCharsets.UTF_8)));
    }
}
