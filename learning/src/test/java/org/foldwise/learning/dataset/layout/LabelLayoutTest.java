package org.foldwise.learning.dataset.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.dataset.layout.DatasetLayout.Manifest;
import org.foldwise.learning.dataset.layout.DatasetLayout.ManifestColumns;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class LabelLayoutTest {
    private static final ManifestColumns ONE_COLUMN = new ManifestColumns("file", "patient", "labels", null, null);
    private static final ManifestColumns COLUMNS =
            new ManifestColumns("file", "patient", null, List.of("Effusion", "Mass"), null, null);

    private static Cohort resolve(DatasetLayout layout, Task task, String manifest) throws LayoutException {
        List<UploadedImage> images = manifest.lines()
                .skip(1)
                .map(row -> row.substring(0, row.indexOf(',')))
                .map(name -> new UploadedImage(name, Digest.of(name)))
                .toList();
        PatientLabelRule rule = task == Task.MULTICLASS ? PatientLabelRule.MAJORITY : PatientLabelRule.ANY_POSITIVE;
        return new LayoutResolution(layout, task, null, rule)
                .resolve(
                        images,
                        new UploadedManifest(
                                "manifest.csv", ManifestBytes.of(manifest.getBytes(StandardCharsets.UTF_8))));
    }

    private static List<LayoutMistake> mistakes(DatasetLayout layout, Task task, String manifest) {
        return catchThrowableOfType(LayoutException.class, () -> resolve(layout, task, manifest))
                .mistakes();
    }

    private static Map<String, List<String>> labels(Cohort cohort) {
        return cohort.images().stream().collect(Collectors.toMap(ImageRecord::name, ImageRecord::labels));
    }

    /** Otherwise half of a diagnosis becomes a label of its own. */
    @Test
    void refusesRowsWithMoreCellsThanTheHeader() {
        assertThat(mistakes(
                        new Manifest(ONE_COLUMN, null, "No Finding"),
                        Task.MULTILABEL,
                        "file,patient,labels\na.png,P1,Mass,left\nb.png,P2,No Finding\nc.png,P3,Effusion\n"))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.subject()).isEqualTo("row 2"));
    }

    @Test
    void readsLabelsBetweenSeparatorsAndTheWordForNone() throws LayoutException {
        Cohort cohort = resolve(
                new Manifest(ONE_COLUMN, null, "No Finding"),
                Task.MULTILABEL,
                "file,patient,labels\na.png,P1,Mass | Effusion|Mass\nb.png,P2,No Finding\nc.png,P3,Effusion\n");

        assertThat(cohort.classes()).containsExactly("Effusion", "Mass");
        assertThat(labels(cohort))
                .containsEntry("a.png", List.of("Effusion", "Mass"))
                .containsEntry("b.png", List.of())
                .containsEntry("c.png", List.of("Effusion"));
        assertThat(labels(resolve(
                        new Manifest(ONE_COLUMN, "; ", null),
                        Task.MULTILABEL,
                        "file,patient,labels\na.png,P1,Mass; Effusion\nb.png,P2,\n")))
                .containsEntry("a.png", List.of("Effusion", "Mass"))
                .containsEntry("b.png", List.of());
    }

    @Test
    void readsOneColumnForEachLabel() throws LayoutException {
        assertThat(labels(resolve(
                        new Manifest(COLUMNS),
                        Task.MULTILABEL,
                        "file,patient,Mass,Effusion,Age\na.png,P1,1,0,5\nb.png,P2,0.0,0,7\nc.png,P3,1.0,1,9\n")))
                .containsEntry("a.png", List.of("Mass"))
                .containsEntry("b.png", List.of())
                .containsEntry("c.png", List.of("Effusion", "Mass"));
    }

    @Test
    void readsExclusiveClassesOffColumnsOfWhichOneIsSet() throws LayoutException {
        Manifest layout =
                new Manifest(new ManifestColumns("file", "patient", null, List.of("nv", "mel", "bcc"), null, null));

        Cohort cohort =
                resolve(layout, Task.MULTICLASS, "file,patient,nv,mel,bcc\na,P1,1,0,0\nb,P2,0,1,0\nc,P3,0,0,1\n");

        assertThat(cohort.classes()).containsExactly("bcc", "mel", "nv");
        assertThat(cohort.images()).extracting(ImageRecord::label).containsExactly("nv", "mel", "bcc");
        assertThat(mistakes(layout, Task.MULTICLASS, "file,patient,nv,mel,bcc\na,P1,1,1,0\nb,P2,0,0,0\nc,P3,0,0,1\n"))
                .extracting(LayoutMistake::subject)
                .containsExactly("row 2", "row 3");
    }

    @Test
    void readsManyClassesOffFolders() throws LayoutException {
        List<UploadedImage> images = List.of("mel/p1.png", "nv/p2.png", "bcc/p3.png", "nv/p1.png").stream()
                .map(name -> new UploadedImage(name, Digest.of(name)))
                .toList();

        Cohort cohort = new LayoutResolution(
                        new DatasetLayout.ClassFolders("(?<patient>p\\d+)"),
                        Task.MULTICLASS,
                        null,
                        PatientLabelRule.MAJORITY)
                .resolve(images, null);

        assertThat(cohort.task()).isEqualTo(Task.MULTICLASS);
        assertThat(cohort.classes()).containsExactly("bcc", "mel", "nv");
    }

    @Test
    void namesEveryMistakeByRowAndColumn() {
        assertThat(
                        mistakes(
                                new Manifest(ONE_COLUMN, null, "No Finding"),
                                Task.MULTILABEL,
                                "file,patient,labels\na.png,P1,\nb.png,P2,No Finding|Mass\nc.png,P3,Mass||Effusion\nd.png,P4,Mass\n"))
                .extracting(LayoutMistake::subject)
                .containsExactly("row 2, column labels", "row 3, column labels", "row 4, column labels");
        assertThat(mistakes(
                        new Manifest(COLUMNS),
                        Task.MULTILABEL,
                        "file,patient,Mass,Effusion\na.png,P1,-1,0\nb.png,P2,,1\nc.png,P3,1,0\n"))
                .extracting(LayoutMistake::subject)
                .containsExactly("row 2, column Mass", "row 3, column Mass");
        assertThat(mistakes(
                        new Manifest(COLUMNS),
                        Task.MULTILABEL,
                        "file,patient,Mass,Effusion\na.png,P1,1,0\nb.png,P2,0,0\nc.png,P3,1,0\n"))
                .extracting(LayoutMistake::subject)
                .containsExactly("labels", "column Effusion");
        assertThat(mistakes(new Manifest(COLUMNS), Task.MULTILABEL, "file,patient,Mass\na.png,P1,1\nb.png,P2,0\n"))
                .extracting(LayoutMistake::subject)
                .contains("column Effusion");
        assertThat(mistakes(new Manifest(ONE_COLUMN), Task.MULTICLASS, "file,patient,labels\na.png,P1,x\nb.png,P2,y\n"))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.detail()).contains("3 to 200 classes, found 2"));
    }

    /** Escaped, since none of these differences can be seen in a source. */
    @Test
    void refusesLabelsThatDifferInCaseOrInTheWayToWriteALetter() {
        assertThat(
                        mistakes(
                                new Manifest(ONE_COLUMN),
                                Task.MULTICLASS,
                                "file,patient,labels\na.png,P1,Normal\nb.png,P2,normal\nc.png,P3,\u00d6dem\nd.png,P4,O\u0308dem\ne.png,P5,Normal\n"))
                .satisfiesExactly(
                        mistake -> {
                            assertThat(mistake.subject()).isEqualTo("labels");
                            assertThat(mistake.detail()).startsWith("'Normal' (2) and 'normal' (1), with the number");
                        },
                        mistake -> assertThat(mistake.detail()).startsWith("'O<U+0308>dem' (1) and '\u00d6dem' (1), "));
        assertThat(mistakes(
                        new Manifest(ONE_COLUMN, null, "No Finding"),
                        Task.MULTILABEL,
                        "file,patient,labels\na.png,P1,Effusion\nb.png,P2,no finding\nc.png,P3,effusion|Mass\n"))
                .extracting(LayoutMistake::detail)
                .satisfiesExactly(
                        detail -> assertThat(detail).startsWith("'Effusion' (1) and 'effusion' (1), "),
                        detail -> assertThat(detail)
                                .startsWith("'no finding' is a label, and 'No Finding' the word for none"));
    }

    /** What a name turns round is read wrongly wherever it stands; marks that names from right to left need are none of that. */
    @Test
    void refusesLabelsThatTurnRoundWhatIsWrittenBesideThem() {
        assertThat(mistakes(
                        new Manifest(ONE_COLUMN),
                        Task.MULTILABEL,
                        "file,patient,labels\na.png,P1,a\u202eb\nb.png,P2,\u05d3\u200f-x\nc.png,P3,x\u2067y\n"))
                .extracting(LayoutMistake::detail)
                .containsExactly(
                        "'a<U+202E>b' holds a character that turns round what is written beside it: write it without",
                        "'x<U+2067>y' holds a character that turns round what is written beside it: write it without");
    }

    @Test
    void refusesFoldersThatDifferInCase() {
        List<UploadedImage> images = List.of("train/Mel/p1.png", "train/nv/p2.png", "val/mel/p3.png").stream()
                .map(name -> new UploadedImage(name, Digest.of(name)))
                .toList();
        LayoutResolution folders = new LayoutResolution(
                new DatasetLayout.ClassFolders("(?<patient>p\\d+)"), Task.MULTICLASS, null, PatientLabelRule.MAJORITY);

        assertThat(catchThrowableOfType(LayoutException.class, () -> folders.resolve(images, null))
                        .mistakes())
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.detail()).startsWith("'Mel' (1) and 'mel' (1), "));
    }

    /** A site under two names would be on both sides of a split by site. */
    @Test
    void refusesSitesThatDifferInCaseOrInTheWayToWriteALetter() {
        Manifest layout = new Manifest(new ManifestColumns("file", "patient", "labels", null, "site"));

        assertThat(mistakes(
                        layout,
                        Task.BINARY,
                        "file,patient,labels,site\na.png,P1,x,Berlin\nb.png,P2,y,BERLIN\nc.png,P3,x,K\u00f6ln\n"
                                + "d.png,P4,y,Ko\u0308ln\ne.png,P5,y,berlin\nf.png,P6,y,\n"))
                .satisfiesExactly(
                        mistake -> {
                            assertThat(mistake.subject()).isEqualTo("sites");
                            assertThat(mistake.detail())
                                    .startsWith("'BERLIN' (1) and 'Berlin' (1) and 'berlin' (1), with the number");
                        },
                        mistake -> assertThat(mistake.detail()).startsWith("'Ko<U+0308>ln' (1) and 'K\u00f6ln' (1), "));
    }

    @Test
    void blanksOfAnyKindAroundCellsDoNotCount() throws LayoutException {
        Manifest layout = new Manifest(new ManifestColumns("file", "patient", "labels", null, "site"), null, null);

        Cohort cohort = resolve(
                layout,
                Task.MULTILABEL,
                "file,patient\u00a0,labels,site\na.png,\u00a0P1\u00a0,Mass\u00a0|\u200bEffusion,\u2007North\n"
                        + "b.png,P1\ufeff,Mass,North\u00a0\nc.png,P2,\u00a0,North\n");

        assertThat(cohort.classes()).containsExactly("Effusion", "Mass");
        assertThat(cohort.images()).extracting(image -> image.patient().value()).containsExactly("P1", "P1", "P2");
        assertThat(cohort.images()).extracting(ImageRecord::site).containsOnly("North");
    }

    @Test
    void refusesWhatDoesNotGoTogether() {
        PatientLabelRule any = PatientLabelRule.ANY_POSITIVE;
        DatasetLayout folders = new DatasetLayout.ClassFolders("(?<patient>p)");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LayoutResolution(folders, Task.MULTILABEL, null, any));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LayoutResolution(folders, Task.MULTICLASS, null, any))
                .withMessageContaining("anyPositive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LayoutResolution(folders, Task.MULTICLASS, "a", PatientLabelRule.MAJORITY))
                .withMessageContaining("positiveLabel");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LayoutResolution(new Manifest(ONE_COLUMN, ",", null), Task.BINARY, null, any));
        assertThatIllegalArgumentException().isThrownBy(() -> new Manifest(COLUMNS, "|", null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Manifest(ONE_COLUMN, " ", null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ManifestColumns("file", "patient", "label", List.of("a"), null, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ManifestColumns("file", "patient", null, List.of(), null, null));
    }

    /** The manifest of a thousand films of NIH ChestX-ray14 (`-Dfoldwise.nih.dir=DIR`), counted once more by other means. */
    @Test
    @EnabledIfSystemProperty(named = "foldwise.nih.dir", matches = ".+")
    void readsTheFindingsOfAThousandChestFilms() throws IOException, LayoutException {
        String text = Files.readString(Path.of(System.getProperty("foldwise.nih.dir"), "manifest.csv"));
        int findings =
                Arrays.asList(text.lines().findFirst().orElseThrow().split(",")).indexOf("findings");

        CohortSummary summary = CohortSummary.of(resolve(
                new Manifest(new ManifestColumns("file", "patient_id", "findings", null, null), null, "No Finding"),
                Task.MULTILABEL,
                text));

        List<List<String>> rows = text.lines()
                .skip(1)
                .map(row -> Arrays.asList(row.split(",")[findings].split("\\|")))
                .toList();
        assertThat(summary.images()).isEqualTo(1000);
        assertThat(summary.patients()).isEqualTo(682);
        assertThat(summary.imagesWithoutLabel()).isEqualTo(500);
        assertThat(summary.classes()).hasSizeBetween(10, 14);
        for (CohortSummary.ClassCounts counts : summary.classes()) {
            assertThat(counts.images()).as(counts.name()).isEqualTo((int)
                    rows.stream().filter(row -> row.contains(counts.name())).count());
        }
    }
}
