package org.foldwise.learning.dataset.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;

class ManifestAttributesTest {
    private static final DatasetLayout.ManifestColumns COLUMNS = new DatasetLayout.ManifestColumns(
            "file", "patient", "label", List.of(), null, null, List.of("view", "age"));

    private static ImageRecord image(String name) {
        return new ImageRecord(name, Digest.of(name), new PatientId("p"), "ILL", null, null);
    }

    private static UploadedManifest manifest(String text) {
        return new UploadedManifest("data/manifest.csv", ManifestBytes.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void readsTheNamedColumnsAndNoOthers() {
        ManifestAttributes read = ManifestAttributes.of(
                COLUMNS,
                List.of(image("data/a.png"), image("data/b.png")),
                manifest("file;patient;label;name;view;age\na.png;p1;ILL;somebody;AP;50\nb.png;p2;WELL;nobody;;\n"));

        assertThat(read.rows()).isEqualTo(2);
        assertThat(read.attributes().names()).containsExactly("view", "age");
        assertThat(read.attributes().value("data/a.png", 0)).contains("AP");
        assertThat(read.attributes().value("data/a.png", 1)).contains("50");
        assertThat(read.attributes().value("data/b.png", 0)).isEmpty();
        assertThat(read.attributes().value("elsewhere.png", 0)).isEmpty();
        assertThat(read.toString()).doesNotContain("somebody");
    }

    @Test
    void anAttributeThatTheHeaderLacksIsAMistake() {
        LayoutResolution resolution = new LayoutResolution(
                new DatasetLayout.Manifest(COLUMNS), Task.BINARY, null, PatientLabelRule.ANY_POSITIVE);

        assertThatThrownBy(() -> resolution.resolve(
                        List.of(new UploadedImage("data/a.png", Digest.of("a"))),
                        manifest("file,patient,label,view\na.png,p1,ILL,AP\n")))
                .isInstanceOfSatisfying(LayoutException.class, e -> assertThat(e.mistakes())
                        .anySatisfy(mistake -> assertThat(mistake.subject()).isEqualTo("column age")));
    }

    @Test
    void aLabelIsNoAttribute() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DatasetLayout.ManifestColumns(
                        "file", "patient", "label", List.of(), null, null, List.of("label")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DatasetLayout.ManifestColumns(
                        "file", "patient", "label", List.of(), null, null, List.of("view", "view")));
    }

    @Test
    void foldersOfRolesMayHoldTheSameClasses() throws LayoutException {
        LayoutResolution resolution = new LayoutResolution(
                new DatasetLayout.ClassFolders("(?<patient>p\\d+)"), Task.BINARY, null, PatientLabelRule.ANY_POSITIVE);
        Cohort cohort = resolution.resolve(
                List.of(
                        new UploadedImage("films/train/ILL/p1.png", Digest.of("1")),
                        new UploadedImage("films/train/WELL/p2.png", Digest.of("2")),
                        new UploadedImage("films/test/ILL/p3.png", Digest.of("3"))),
                null);
        assertThat(cohort.classes()).containsExactly("ILL", "WELL");

        assertThatThrownBy(() -> resolution.resolve(
                        List.of(
                                new UploadedImage("one/ILL/p1.png", Digest.of("1")),
                                new UploadedImage("two/ILL/p2.png", Digest.of("2")),
                                new UploadedImage("one/WELL/p3.png", Digest.of("3"))),
                        null))
                .isInstanceOf(LayoutException.class);
    }
}
