package org.foldwise.api.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.upload.Scratch.ScratchFile;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
    private static final byte[] BODY = {1, 2, 3, 4};

    @TempDir
    private Path directory;

    private Scratch scratch;

    @BeforeEach
    void openTheDirectory() {
        scratch = new Scratch(directory, BODY.length, Clock.systemUTC());
    }

    @Test
    void keepsABodyUntilItIsClosed() throws IOException {
        try (ScratchFile file = scratch.receive(new ByteArrayInputStream(BODY))) {
            assertThat(file.size()).isEqualTo(BODY.length);
            assertThat(file.digest()).isEqualTo(Digest.of(BODY));
            assertThat(file.path()).hasBinaryContent(BODY);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void leavesNothingOfABodyThatIsTooLarge() {
        assertThatThrownBy(() -> scratch.receive(new ByteArrayInputStream(new byte[BODY.length + 1])))
                .isInstanceOf(RefusedException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void leavesNothingOfABodyThatBreaksOff() {
        InputStream broken = new InputStream() {
            private int sent;

            @Override
            public int read() throws IOException {
                if (sent == 2) {
                    throw new EOFException("the client is gone");
                }
                return sent++;
            }
        };

        assertThatThrownBy(() -> scratch.receive(broken)).isInstanceOf(EOFException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void clearsAwayWhatIsOlderThanADay() throws IOException {
        Path old = Files.createFile(directory.resolve("old"));
        Path young = Files.createFile(directory.resolve("young"));
        Files.setLastModifiedTime(old, FileTime.from(Clock.systemUTC().instant().minus(Duration.ofHours(25))));
        Files.setLastModifiedTime(
                young, FileTime.from(Clock.systemUTC().instant().minus(Duration.ofHours(23))));

        scratch.clearAway();

        assertThat(directory).isDirectoryNotContaining(file -> file.equals(old));
        assertThat(young).exists();
    }
}
