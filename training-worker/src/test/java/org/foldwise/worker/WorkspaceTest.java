package org.foldwise.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
    @TempDir
    Path parent;

    @Test
    void isGoneWithAllItsFilesWhenClosed() throws Exception {
        Path scratch = Workspace.prepare(parent.resolve("scratch"));
        Path file;
        try (Workspace workspace = Workspace.below(scratch)) {
            file = workspace.file("pixels");
            Files.writeString(file, "pixels");
            assertThat(Files.getPosixFilePermissions(file.getParent()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
        assertThat(file.getParent()).doesNotExist();
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void aNewWorkerDeletesWhatAKilledOneLeft() throws Exception {
        Path scratch = parent.resolve("scratch");
        Files.createDirectories(scratch.resolve("job-1/deep"));
        Files.writeString(scratch.resolve("job-1/deep/pixels"), "pixels");

        Workspace.prepare(scratch);

        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void withoutADirectoryOfItsOwnAWorkerMakesOne() throws Exception {
        Path scratch = Workspace.prepare(null);
        try {
            assertThat(Files.getPosixFilePermissions(scratch)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        } finally {
            Files.delete(scratch);
        }
    }
}
