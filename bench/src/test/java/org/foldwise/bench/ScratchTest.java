package org.foldwise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
    private static void write(Path root, String... names) throws IOException {
        for (String name : names) {
            Path file = root.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
    }

    @Test
    void tellsClassAndPatientOfEachFile(@TempDir Path root) throws IOException {
        write(root, "ill/person12_virus_3.jpeg", "ill/person7_b.jpeg", "well/NORMAL2-IM-0095-0001.jpeg", "well/x.PNG");
        write(root, "well/notes.txt");
        try (Scratch scratch = Scratch.create()) {
            assertThat(Files.readAllLines(scratch.table(root, 100)))
                    .containsExactly(
                            root.resolve("ill/person12_virus_3.jpeg") + "\till\tperson12",
                            root.resolve("ill/person7_b.jpeg") + "\till\tperson7",
                            root.resolve("well/NORMAL2-IM-0095-0001.jpeg") + "\twell\tNORMAL2-IM-0095",
                            root.resolve("well/x.PNG") + "\twell\tx.PNG");
        }
    }

    @Test
    void takesImagesOfAllClassesWhereItTakesAFew(@TempDir Path root) throws IOException {
        for (int i = 0; i < 10; i++) {
            write(root, "ill/person" + i + "_1.jpeg", "well/IM-" + i + "-1.jpeg");
        }
        try (Scratch scratch = Scratch.create()) {
            List<String> lines = Files.readAllLines(scratch.table(root, 4));
            assertThat(lines).hasSize(4).doesNotHaveDuplicates();
            assertThat(lines).filteredOn(line -> line.contains("\till\t")).hasSize(2);
        }
    }

    @Test
    void saysWhereThereIsNothing(@TempDir Path root) throws IOException {
        try (Scratch scratch = Scratch.create()) {
            assertThatThrownBy(() -> scratch.table(root, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no JPEG or PNG");
        }
    }

    @Test
    void makesFilmsInClassFoldersWhereNobodyHasAny() throws IOException {
        try (Scratch scratch = Scratch.create()) {
            List<String> lines = Files.readAllLines(scratch.table(scratch.classFolders(6), 100));
            assertThat(lines.stream().map(line -> line.split("\t", -1)[1]).distinct())
                    .hasSize(2);
            assertThat(lines.stream().map(line -> line.split("\t", -1)[2]))
                    .hasSize(6)
                    .doesNotHaveDuplicates();
        }
    }
}
