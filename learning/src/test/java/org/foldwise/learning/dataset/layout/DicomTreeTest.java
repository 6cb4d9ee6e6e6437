package org.foldwise.learning.dataset.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageAttributes;
import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DicomTreeTest {
    private static final UnaryOperator<String> PSEUDONYM = key -> "p" + key.hashCode();

    private static UploadedImage image(String name, String patient, String instance) {
        return image(name, patient, instance, LocalDate.of(2026, 1, 31));
    }

    private static UploadedImage image(String name, @Nullable String patient, String instance, LocalDate studyDate) {
        return new UploadedImage(
                name,
                Digest.of(name),
                new ImageMetadata(
                        patient == null ? null : PSEUDONYM.apply(patient),
                        null,
                        PSEUDONYM.apply(instance),
                        studyDate,
                        null,
                        null,
                        "DX",
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
                        null));
    }

    private static final List<UploadedImage> IMAGES = List.of(
            image("study/a/IM1", "MRN1", "1.2.1"),
            image("study/a/IM2", "MRN1", "1.2.2"),
            image("study/b/IM1", "MRN2", "1.2.3"));

    private static Cohort resolve(DatasetLayout.Dicom layout, String table) throws LayoutException {
        return resolve(IMAGES, layout, table);
    }

    private static Cohort resolve(List<UploadedImage> images, DatasetLayout.Dicom layout, String table)
            throws LayoutException {
        byte[] kept = LabelTable.pseudonymized(table.getBytes(StandardCharsets.UTF_8), layout, Task.BINARY, PSEUDONYM);
        return new LayoutResolution(layout, Task.BINARY, "ill", PatientLabelRule.ANY_POSITIVE)
                .resolve(images, new UploadedManifest("study/labels.csv", ManifestBytes.of(kept)));
    }

    @Test
    void findsLabelsByPatient() throws LayoutException {
        Cohort cohort = resolve(
                new DatasetLayout.Dicom(LabelKey.PATIENT, "PatientID", "finding"),
                "name,PatientID,finding\nDoe,MRN1,ill\nRoe,MRN2,well\n");

        assertThat(cohort.images()).extracting(ImageRecord::label).containsExactly("ill", "ill", "well");
        assertThat(cohort.imagesByPatient())
                .containsOnlyKeys(new PatientId(PSEUDONYM.apply("MRN1")), new PatientId(PSEUDONYM.apply("MRN2")));
        assertThat(cohort.images().get(0).acquiredOn()).isEqualTo(LocalDate.of(2026, 1, 31));
    }

    @Test
    void findsLabelsByImage() throws LayoutException {
        assertThat(resolve(
                                new DatasetLayout.Dicom(LabelKey.INSTANCE, "uid", "label"),
                                "uid;label\r\n1.2.1;well\r\n1.2.2;ill\r\n1.2.3;well\r\n")
                        .images())
                .extracting(ImageRecord::label)
                .containsExactly("well", "ill", "well");
        assertThat(resolve(
                                new DatasetLayout.Dicom(LabelKey.FILE, "file", "label"),
                                "file,label\na/IM1,well\nstudy/a/IM2,ill\nb/IM1,well\n")
                        .images())
                .extracting(ImageRecord::label)
                .containsExactly("well", "ill", "well");
    }

    @Test
    void saysWhereARowIsCalledLikeAFileButForCapitals() {
        DatasetLayout.Dicom byFile = new DatasetLayout.Dicom(LabelKey.FILE, "file", "label");

        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(() -> resolve(byFile, "file,label\na/im1,well\nSTUDY/a/IM2,ill\nb/IM2,well\n"))
                .satisfies(refusal -> assertThat(refusal.mistakes())
                        .extracting(LayoutMistake::detail)
                        .startsWith(
                                "has no row in the table, letter for letter: a row is called so but for capitals; add the row or"
                                        + " leave the image out",
                                "has no row in the table, letter for letter: a row is called so but for capitals; add the row or"
                                        + " leave the image out",
                                "has no row in the table; add the row or leave the image out"));
    }

    /** The commonest slip of a table by patient: a spreadsheet made numbers of the ids. */
    @Test
    void asksForLeadingZerosWhereIdsMeetNobody() {
        List<UploadedImage> numbered =
                List.of(image("a", "0001234", "1.2.1"), image("b", "0001235", "1.2.2"), image("c", "0001236", "1.2.3"));

        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(() -> resolve(
                        numbered,
                        new DatasetLayout.Dicom(LabelKey.PATIENT, "id", "label"),
                        "id,label\n1234,well\n1235,ill\n0001236,ill\n"))
                .satisfies(refusal -> assertThat(refusal.mistakes())
                        .extracting(LayoutMistake::detail)
                        .last()
                        .isEqualTo(
                                "has 2 keys that no uploaded image has; upload the images or leave the rows out. Patient IDs are"
                                        + " compared as they are written: see whether a program took leading zeros away, or wrote"
                                        + " capitals for small letters"));
    }

    /** What is amiss is the file, and not its row. */
    @Test
    void aRowOfAnImageWithoutAPatientIsFound() {
        List<UploadedImage> images = List.of(
                image("a", "MRN1", "1.2.1"),
                image("b", "MRN2", "1.2.2"),
                image("c", null, "1.2.3", LocalDate.of(2026, 1, 31)));

        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(() -> resolve(
                        images,
                        new DatasetLayout.Dicom(LabelKey.FILE, "file", "label"),
                        "file,label\na,well\nb,ill\nc,ill\n"))
                .satisfies(refusal -> assertThat(refusal.mistakes())
                        .extracting(LayoutMistake::detail)
                        .containsExactly("does not say its patient (Patient ID)"));
    }

    /** A row by instance cannot say which of them it is about; copies of one file it is about alike. */
    @Test
    void refusesAnInstanceOfSeveralImages() throws LayoutException {
        DatasetLayout.Dicom layout = new DatasetLayout.Dicom(LabelKey.INSTANCE, "uid", "label");
        byte[] kept = LabelTable.pseudonymized(
                "uid,label\n1.2.1,ill\n1.2.2,well\n1.2.3,ill\n".getBytes(StandardCharsets.UTF_8),
                layout,
                Task.BINARY,
                PSEUDONYM);
        LayoutResolution resolution = new LayoutResolution(layout, Task.BINARY, "ill", PatientLabelRule.ANY_POSITIVE);
        UploadedManifest table = new UploadedManifest("labels.csv", ManifestBytes.of(kept));
        UploadedImage first = image("a", "MRN1", "1.2.1");
        UploadedImage copy = new UploadedImage("b", first.content(), first.metadata());
        List<UploadedImage> others = List.of(image("d", "MRN2", "1.2.2"), image("e", "MRN3", "1.2.3"));

        assertThat(resolution.resolve(joined(others, first, copy), table).images())
                .hasSize(4);
        for (UploadedImage other : List.of(
                image("c", "MRN1", "1.2.1"),
                image("c", "MRN4", "1.2.1"),
                new UploadedImage(
                        "c", first.content(), image("c", "MRN4", "1.2.1").metadata()))) {
            assertThatExceptionOfType(LayoutException.class)
                    .isThrownBy(() -> resolution.resolve(joined(others, first, other), table))
                    .satisfies(refusal -> assertThat(refusal.mistakes())
                            .extracting(LayoutMistake::subject)
                            .containsExactly("a", "c"));
        }
    }

    private static List<UploadedImage> joined(List<UploadedImage> images, UploadedImage... more) {
        List<UploadedImage> all = new ArrayList<>(images);
        all.addAll(List.of(more));
        return all;
    }

    @Test
    void keepsNothingOfTheTableButPseudonymsAndLabels() throws LayoutException {
        byte[] kept = LabelTable.pseudonymized(
                "name,PatientID,finding\nDoe,MRN1,ill\n".getBytes(StandardCharsets.UTF_8),
                new DatasetLayout.Dicom(LabelKey.PATIENT, "PatientID", "finding"),
                Task.BINARY,
                PSEUDONYM);

        assertThat(new String(kept, StandardCharsets.UTF_8))
                .isEqualTo("key,label\r\n" + PSEUDONYM.apply("MRN1") + ",ill\r\n");
    }

    @Test
    void findsSitesAndAttributesInTheNamedColumns() throws LayoutException {
        DatasetLayout.Dicom layout =
                new DatasetLayout.Dicom(LabelKey.PATIENT, "PatientID", "finding", "hospital", List.of("ward", "key"));
        byte[] kept = LabelTable.pseudonymized(
                "hospital,name,finding,ward,PatientID,key\nNorth,Doe,ill,A,MRN1,7\n,Roe,well,,MRN2,\"8, 9\"\n"
                        .getBytes(StandardCharsets.UTF_8),
                layout,
                Task.BINARY,
                PSEUDONYM);
        UploadedManifest table = new UploadedManifest("study/labels.csv", ManifestBytes.of(kept));

        Cohort cohort =
                new LayoutResolution(layout, Task.BINARY, "ill", PatientLabelRule.ANY_POSITIVE).resolve(IMAGES, table);
        ManifestAttributes read = ManifestAttributes.of(
                layout,
                Task.BINARY,
                cohort.images(),
                IMAGES.stream()
                        .collect(Collectors.toMap(
                                UploadedImage::name, image -> Objects.requireNonNull(image.metadata()))),
                table);
        ImageAttributes attributes = read.attributes();

        assertThat(read.rows()).isEqualTo(2);
        assertThat(new String(kept, StandardCharsets.UTF_8))
                .startsWith("key,label,site,ward,key\r\n")
                .doesNotContain("Doe")
                .doesNotContain("MRN");
        assertThat(cohort.images()).extracting(ImageRecord::site).containsExactly("North", "North", null);
        assertThat(attributes.names()).containsExactly("ward", "key");
        assertThat(attributes.valuesByImage())
                .containsEntry("study/a/IM1", List.of("A", "7"))
                .containsEntry("study/a/IM2", List.of("A", "7"))
                .containsEntry("study/b/IM1", List.of("", "8, 9"));
    }

    private static Cohort several(DatasetLayout.Dicom layout, String table) throws LayoutException {
        byte[] kept =
                LabelTable.pseudonymized(table.getBytes(StandardCharsets.UTF_8), layout, Task.MULTILABEL, PSEUDONYM);
        assertThat(new String(kept, StandardCharsets.UTF_8)).doesNotContain("MRN");
        return new LayoutResolution(layout, Task.MULTILABEL, null, PatientLabelRule.ANY_POSITIVE)
                .resolve(IMAGES, new UploadedManifest("study/labels.csv", ManifestBytes.of(kept)));
    }

    @Test
    void findsSeveralLabelsInACellOrInColumns() throws LayoutException {
        Cohort byWord = several(
                new DatasetLayout.Dicom(
                        LabelKey.INSTANCE, "uid", "findings", List.of(), ";", "none", "site", List.of("ward")),
                "uid,findings,site,ward\n1.2.1,Mass; Effusion,N,A\n1.2.2,none,N,B\n1.2.3,Effusion,S,A\n");
        assertThat(byWord.images())
                .extracting(ImageRecord::labels)
                .containsExactly(List.of("Effusion", "Mass"), List.of(), List.of("Effusion"));
        assertThat(byWord.images()).extracting(ImageRecord::site).containsExactly("N", "N", "S");

        DatasetLayout.Dicom columns = new DatasetLayout.Dicom(
                LabelKey.PATIENT, "PatientID", null, List.of("Mass", "Effusion"), null, null, "site", List.of("ward"));
        Cohort byColumn =
                several(columns, "ward,Effusion,PatientID,Mass,site\nA,1.0,MRN1,1,N\nB,0,MRN2,0,S\nA,1,MRN1,1,N\n");
        assertThat(byColumn.classes()).containsExactly("Effusion", "Mass");
        assertThat(byColumn.images())
                .extracting(ImageRecord::labels)
                .containsExactly(List.of("Effusion", "Mass"), List.of("Effusion", "Mass"), List.of());
        assertThat(byColumn.images()).extracting(ImageRecord::site).containsExactly("N", "N", "S");
        // exclusive classes may have columns as well: one 1 in each row
        byte[] kept = LabelTable.pseudonymized(
                "PatientID,Mass,Effusion,site,ward\nMRN1,1,0,N,A\nMRN2,0,1,S,B\n".getBytes(StandardCharsets.UTF_8),
                columns,
                Task.BINARY,
                PSEUDONYM);
        assertThat(new LayoutResolution(columns, Task.BINARY, "Mass", PatientLabelRule.ANY_POSITIVE)
                        .resolve(IMAGES, new UploadedManifest("labels.csv", ManifestBytes.of(kept)))
                        .images())
                .extracting(ImageRecord::label)
                .containsExactly("Mass", "Mass", "Effusion");
    }

    @Test
    void tellsMistakesAmongSeveralLabels() {
        DatasetLayout.Dicom byWord =
                new DatasetLayout.Dicom(LabelKey.PATIENT, "id", "findings", List.of(), null, "none", null, List.of());
        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(() -> several(byWord, "id,findings\nMRN1,Mass||Effusion\nMRN2,\nMRN1,none|Mass\n,Mass\n"))
                .satisfies(e -> assertThat(e.mistakes())
                        .extracting(LayoutMistake::subject)
                        .containsExactly(
                                "row 2, column findings",
                                "row 3, column findings",
                                "row 4, column findings",
                                "row 5, column id"));
        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(() -> several(byWord, "id,findings\nMRN1,Mass|Effusion\nMRN1,Mass\nMRN2,Mass\n"))
                .satisfies(e -> assertThat(e.mistakes())
                        .extracting(LayoutMistake::detail)
                        .containsExactly("has another label than an earlier row with the same key; keep one of them"));
        DatasetLayout.Dicom byColumn = new DatasetLayout.Dicom(
                LabelKey.PATIENT, "id", null, List.of("Mass", "Hernia"), null, null, null, List.of());
        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(() -> several(byColumn, "id,Mass,Hernia\nMRN1,1,u\nMRN2,1,0\n"))
                .satisfies(e -> assertThat(e.mistakes())
                        .extracting(LayoutMistake::subject)
                        .containsExactly("row 2, column Hernia"));
        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(() -> several(byColumn, "id,Mass,Hernia\nMRN1,1,0\nMRN2,0,0\n"))
                .satisfies(e -> assertThat(e.mistakes())
                        .extracting(LayoutMistake::subject, LayoutMistake::detail)
                        .contains(tuple(
                                "column Hernia", "holds no 1: no image has this label; leave it out of labelColumns")));
        assertThatThrownBy(() ->
                        new DatasetLayout.Dicom(LabelKey.FILE, "x", null, List.of("y"), "|", null, null, List.of()))
                .hasMessageContaining("belong to labelColumn, not to labelColumns");
        assertThatThrownBy(() -> new LayoutResolution(byWord, Task.BINARY, null, PatientLabelRule.ANY_POSITIVE))
                .hasMessageContaining("belong to a multi-label task");
    }

    /** The folder says the class, the name the patient, and the file the day. */
    @Test
    void filesInClassFoldersHaveTheDayThatTheySay() throws LayoutException {
        List<UploadedImage> images = List.of(
                image("ill/p1_a.dcm", "MRN1", "1.2.1"),
                image("well/p2_a.dcm", "MRN2", "1.2.2"),
                new UploadedImage("well/p3_a.png", Digest.of("png")),
                image("well/p4_a.dcm", "MRN4", "1.2.4", LocalDate.of(0, 1, 1)));

        Cohort cohort = new LayoutResolution(
                        new DatasetLayout.ClassFolders("(?<patient>p\\d+)_"),
                        Task.BINARY,
                        "ill",
                        PatientLabelRule.ANY_POSITIVE)
                .resolve(images, null);

        assertThat(cohort.images())
                .extracting(ImageRecord::acquiredOn)
                .containsExactly(LocalDate.of(2026, 1, 31), LocalDate.of(2026, 1, 31), null, null);
    }

    @Test
    void refusesAKeyWithTwoSitesAndColumnsThatAreNotThere() {
        DatasetLayout.Dicom layout =
                new DatasetLayout.Dicom(LabelKey.PATIENT, "id", "finding", "hospital", List.of("ward"));

        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(
                        () -> resolve(layout, "id,finding,hospital,ward\nMRN1,ill,N,A\nMRN1,ill,S,A\nMRN2,well,S,A\n"))
                .satisfies(e -> assertThat(e.mistakes())
                        .extracting(LayoutMistake::subject)
                        .containsExactly("row 3, column id"));
        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(() -> resolve(layout, "id,finding\nMRN1,ill\nMRN2,well\n"))
                .satisfies(e -> assertThat(e.mistakes())
                        .extracting(LayoutMistake::subject)
                        .containsExactly("column hospital", "column ward"));
        assertThatThrownBy(() -> new DatasetLayout.Dicom(LabelKey.FILE, "x", "y", "x", List.of()))
                .hasMessageContaining("siteColumn must differ");
        assertThatThrownBy(() -> new DatasetLayout.Dicom(LabelKey.FILE, "x", "y", null, List.of("y")))
                .hasMessageContaining("attributes must not name the column of the key or of the label");
    }

    @Test
    void tellsAllMistakesWithoutWhatStandsInTheCells() {
        DatasetLayout.Dicom byPatient = new DatasetLayout.Dicom(LabelKey.PATIENT, "PatientID", "finding");

        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(() -> resolve(byPatient, "PatientID,finding\nMRN1,ill\nMRN1,well\n,ill\nMRN2,\n"))
                .satisfies(e -> assertThat(e.mistakes())
                        .extracting(LayoutMistake::subject)
                        .containsExactly("row 3, column PatientID", "row 4, column PatientID", "row 5, column finding"))
                .satisfies(e -> assertThat(e.mistakes().toString()).doesNotContain("MRN"));
        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(() -> resolve(byPatient, "patient,label\nMRN1,ill\n"))
                .satisfies(e -> assertThat(e.mistakes()).hasSize(2));
        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(() -> resolve(byPatient, "PatientID,finding\nMRN1,ill, left\nMRN2,well\n"))
                .satisfies(e -> assertThat(e.mistakes())
                        .extracting(LayoutMistake::subject)
                        .containsExactly("row 2"));
        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(() -> resolve(byPatient, "PatientID,finding\nMRN1,ill\nMRN3,well\n"))
                .satisfies(e -> assertThat(e.mistakes())
                        .extracting(LayoutMistake::subject)
                        .containsExactly("study/b/IM1", "manifest"));
    }

    @Test
    void refusesRowsThatAreShortAndCellsWithControlCharacters() {
        DatasetLayout.Dicom layout =
                new DatasetLayout.Dicom(LabelKey.PATIENT, "PatientID", "finding", "site", List.of("view"));

        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(
                        () -> resolve(
                                layout,
                                "PatientID,finding,site,view\nMRN1,ill\nMRN2,\"we\nll\",,\nMRN3,ill,\"a\nb\",\nMRN4,ill,,A\0P\n"))
                .satisfies(e -> assertThat(e.mistakes())
                        .extracting(LayoutMistake::subject)
                        .containsExactly("row 2", "row 3, column finding", "row 4, column site", "row 5, column view"));
    }

    @Test
    void takesTablesAsSpreadsheetsSaveThem() throws LayoutException {
        DatasetLayout.Dicom byPatient = new DatasetLayout.Dicom(LabelKey.PATIENT, "PatientID", "finding");

        assertThat(resolve(byPatient, "sep=;\nPatientID;finding;;\nMRN1;ill;;\n;;;\nMRN2;well\n"))
                .isEqualTo(resolve(byPatient, "PatientID,finding\nMRN1,ill\nMRN2,well\n"));
    }

    @Test
    void refusesOtherFilesAndFilesThatNameNoPatient() {
        DatasetLayout.Dicom byFile = new DatasetLayout.Dicom(LabelKey.FILE, "file", "label");
        List<UploadedImage> images = List.of(
                new UploadedImage("a.png", Digest.of("a")),
                new UploadedImage(
                        "b.dcm",
                        Digest.of("b"),
                        new ImageMetadata(
                                null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                                null, null, null, null)));

        assertThatExceptionOfType(LayoutException.class)
                .isThrownBy(() -> new LayoutResolution(byFile, Task.BINARY, null, PatientLabelRule.ANY_POSITIVE)
                        .resolve(
                                images,
                                new UploadedManifest(
                                        "labels.csv",
                                        ManifestBytes.of(
                                                "key,label\na.png,x\nb.dcm,y\n".getBytes(StandardCharsets.UTF_8)))))
                .satisfies(e -> assertThat(e.mistakes())
                        .extracting(LayoutMistake::subject)
                        .contains("a.png", "b.dcm"));
        assertThatThrownBy(() -> new DatasetLayout.Dicom(LabelKey.FILE, "x", "x"))
                .hasMessageContaining("must differ");
    }
}
