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
import org.junit.jupiter.api.AfterEach;
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

    @AfterEach
    void closeTheDirectory() throws IOException {
        scratch.close();
        assertThat(directory).isDirectoryNotContaining("glob:**.lock");
    }

    @Test
    void keepsABodyUntilItIsClosed() throws IOException {
        try (ScratchFile file = scratch.receive(new ByteArrayInputStream(BODY))) {
            assertThat(file.size()).isEqualTo(BODY.length);
            assertThat(file.digest()).isEqualTo(Digest.of(BODY));
            assertThat(file.path()).hasBinaryContent(BODY);
        }
        assertThat(directory).isDirectoryNotContaining("glob:**-*");
    }

    @Test
    void leavesNothingOfABodyThatIsTooLarge() {
        assertThatThrownBy(() -> scratch.receive(new ByteArrayInputStream(new byte[BODY.length + 1])))
                .isInstanceOf(RefusedException.class);
        assertThat(directory).isDirectoryNotContaining("glob:**-*");
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
        assertThat(directory).isDirectoryNotContaining("glob:**-*");
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

    /** The lock of a process that was killed is free, as the operating system gives it back. */
    @Test
    void clearsAwayAtItsStartWhatAKilledProcessLeft() throws IOException {
        Path lockOfKilled = Files.createFile(directory.resolve("17.lock"));
        Path half = Files.writeString(directory.resolve("17-4"), "half an archive");
        Path lockOfStarting = Files.createFile(directory.resolve("18.lock"));
        Path beginning = Files.writeString(directory.resolve("18-5"), "the beginning of another");
        Files.setLastModifiedTime(
                lockOfKilled, FileTime.from(Clock.systemUTC().instant().minus(Duration.ofMinutes(2))));
        try (ScratchFile own = scratch.receive(new ByteArrayInputStream(BODY));
                Scratch next = new Scratch(directory, BODY.length, Clock.systemUTC())) {
            assertThat(half).doesNotExist();
            assertThat(lockOfKilled).doesNotExist();
            assertThat(lockOfStarting).exists();
            assertThat(beginning).exists();
            assertThat(own.path()).exists();
            next.clearAway();
            assertThat(own.path()).exists();
        }
        Files.delete(lockOfStarting);
    }
}
