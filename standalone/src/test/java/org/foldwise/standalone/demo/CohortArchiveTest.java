package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.foldwise.client.model.ClassFoldersLayout;
import org.foldwise.client.model.ManifestLayout;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CohortArchiveTest {
    @TempDir
    Path directory;

    @Test
    void packsClassFoldersAndNothingElse() throws Exception {
        Path source = Files.createDirectory(directory.resolve("films"));
        write(source, "NORMAL/p1_1.png", "one");
        write(source, "PNEUMONIA/p2_1.JPEG", "two");
        write(source, "PNEUMONIA/notes.txt", "not an image");

        CohortArchive archive = CohortArchive.of(source, directory, options("(?<patient>p\\d+)_"));

        assertThat(archive.title()).isEqualTo("films");
        assertThat(entries(archive.zip())).containsExactly("NORMAL/p1_1.png", "PNEUMONIA/p2_1.JPEG");
        assertThat(archive.layout().getActualInstance())
                .isEqualTo(new ClassFoldersLayout().patientIdPattern("(?<patient>p\\d+)_"));
        assertThat(archive.image("PNEUMONIA/p2_1.JPEG")).asString().isEqualTo("two");
    }

    @Test
    void findsAManifestAtTheTop() throws Exception {
        Path source = Files.createDirectory(directory.resolve("films"));
        write(source, "images/1.png", "one");
        write(source, "manifest.csv", "file,patientId,label\nimages/1.png,p1,NORMAL\n");

        CohortArchive archive = CohortArchive.of(source, directory, options("(?<patient>.)"));

        assertThat(archive.layout().getActualInstance())
                .isInstanceOfSatisfying(ManifestLayout.class, manifest -> assertThat(
                                manifest.getColumns().getPatientId())
                        .isEqualTo("patientId"));
    }

    @Test
    void takesAnArchiveAsItIs() throws Exception {
        SyntheticCohortSpec tiny =
                SyntheticCohortSpec.DEFAULT.withPatients(2).withPrevalence(0.5).withImageSize(32);
        Path zip = CohortArchive.synthetic(tiny, directory).zip();

        CohortArchive archive = CohortArchive.of(zip, directory.resolve("unused"), options("(?<patient>.)"));

        assertThat(archive.zip()).isEqualTo(zip);
    }

    @Test
    void refusesWhatIsNotThere() {
        assertThatThrownBy(() -> CohortArchive.of(directory.resolve("nowhere"), directory, options("(?<patient>.)")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no");
        assertThatThrownBy(() -> CohortArchive.of(directory, directory, options("(?<patient>.)")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no PNG or JPEG images");
    }

    private static void write(Path root, String name, String content) throws Exception {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static List<String> entries(Path zip) throws Exception {
        try (ZipFile archive = new ZipFile(zip.toFile())) {
            return archive.stream().map(ZipEntry::getName).toList();
        }
    }

    private static DemoOptions options(String patientPattern) {
        return DemoOptions.parse(
                "--url", "http://127.0.0.1:1", "--key-file", "key", "--patient-pattern", patientPattern);
    }
}
