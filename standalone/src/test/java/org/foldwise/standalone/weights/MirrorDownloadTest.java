package org.foldwise.standalone.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.standalone.weights.Mirror.Habit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorDownloadTest {
    private static final byte[] CONTENT = content();
    private static final String PREFIX = Digest.of(CONTENT).hex().substring(0, 8);
    private static final KnownDigest KNOWN = new KnownDigest(PREFIX);

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream told = new ByteArrayOutputStream();
    private final MirrorDownload download = download(10, CONTENT.length);
    private Path target;
    private Path part;

    private MirrorDownload download(int patienceSeconds, long maximumBytes) {
        return new MirrorDownload(
                new PrintStream(told, true, StandardCharsets.UTF_8), Duration.ofSeconds(patienceSeconds), maximumBytes);
    }

    private static byte[] content() {
        byte[] content = new byte[1_000_000];
        new SplittableRandom(4).nextBytes(content);
        return content;
    }

    @BeforeEach
    void nameFiles() {
        target = folder.resolve("weights.pth");
        part = folder.resolve("weights.pth.part");
    }

    private void fetch(Mirror mirror) throws Exception {
        download.fetch(mirror.uri("weights.pth"), KNOWN, target);
    }

    private void assertFetched() throws IOException {
        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(part).doesNotExist();
    }

    private void assertFails(Mirror mirror, String message) {
        assertThatExceptionOfType(CommandFailedException.class)
                .isThrownBy(() -> fetch(mirror))
                .withMessageContaining(message);
        assertThat(target).doesNotExist();
    }

    @Test
    void fetchesAFileOnce() throws Exception {
        try (Mirror mirror = new Mirror(CONTENT, Habit.HONEST, 0)) {
            fetch(mirror);
            assertFetched();
            fetch(mirror);
            assertThat(mirror.ranges()).containsExactly("all");
            assertThat(told.toString(StandardCharsets.UTF_8))
                    .contains("50 % of 1000000 bytes")
                    .contains("has been fetched before");
        }
    }

    @Test
    void goesOnWhereTheConnectionWasCut() throws Exception {
        try (Mirror mirror = new Mirror(CONTENT, Habit.HONEST, 400_000)) {
            fetch(mirror);
            assertFetched();
            assertThat(mirror.ranges()).hasSize(3).startsWith("all");
            assertThat(mirror.ranges().get(1)).isEqualTo("bytes=400000-");
            assertThat(mirror.ranges().get(2)).isEqualTo("bytes=800000-");
        }
    }

    @Test
    void doesNotWaitForEverForAMirrorThatHasFallenSilent() throws Exception {
        try (Mirror mirror = new Mirror(CONTENT, Habit.FALLS_SILENT, 400_000)) {
            download(1, CONTENT.length).fetch(mirror.uri("weights.pth"), KNOWN, target);
            assertFetched();
            assertThat(mirror.ranges()).containsExactly("all", "bytes=400000-");
            assertThat(told.toString(StandardCharsets.UTF_8)).contains("nothing came for 1 s");
        }
    }

    @Test
    void goesOnWhereAnEarlierCommandEnded() throws Exception {
        Files.write(part, Arrays.copyOf(CONTENT, 300_000));
        try (Mirror mirror = new Mirror(CONTENT, Habit.HONEST, 0)) {
            fetch(mirror);
            assertFetched();
            assertThat(mirror.ranges()).containsExactly("bytes=300000-");
        }
    }

    @Test
    void takesAnEarlierCommandsFileThatWasCompleteAsItIs() throws Exception {
        Files.write(part, CONTENT);
        try (Mirror mirror = new Mirror(CONTENT, Habit.HONEST, 0)) {
            fetch(mirror);
            assertFetched();
            assertThat(mirror.ranges()).containsExactly("bytes=1000000-");
        }
    }

    @Test
    void beginsAgainWhereWhatWasKeptIsOfAnotherFile() throws Exception {
        Files.write(part, new byte[300_000]);
        try (Mirror mirror = new Mirror(CONTENT, Habit.HONEST, 0)) {
            fetch(mirror);
            assertFetched();
            assertThat(mirror.ranges()).containsExactly("bytes=300000-", "all");
        }
        Files.delete(target);
        Files.write(part, new byte[CONTENT.length + 5]);
        try (Mirror mirror = new Mirror(CONTENT, Habit.HONEST, 0)) {
            fetch(mirror);
            assertFetched();
        }
    }

    @Test
    void beginsAgainWhereTheMirrorKnowsNoRanges() throws Exception {
        Files.write(part, Arrays.copyOf(CONTENT, 300_000));
        try (Mirror mirror = new Mirror(CONTENT, Habit.IGNORES_RANGES, 0)) {
            fetch(mirror);
            assertFetched();
        }
    }

    @Test
    void givesUpWhereNothingComesAnyMoreAndKeepsWhatCame() throws Exception {
        try (Mirror mirror = new Mirror(CONTENT, Habit.IGNORES_RANGES, 400_000)) {
            assertFails(mirror, "bytes are kept in");
            assertThat(mirror.ranges()).hasSize(6).startsWith("all");
            // some of the last bytes may be lost with a connection
            assertThat(part).isNotEmptyFile();
            assertThat(Files.size(part)).isLessThanOrEqualTo(400_000);
        }
    }

    @Test
    void countsNoByteAsProgressThatHadComeBefore() throws Exception {
        try (Mirror mirror = new Mirror(CONTENT, Habit.BEGINS_AGAIN_AND_SENDS_MORE, 400_000)) {
            assertFails(mirror, "bytes are kept in");
            assertThat(mirror.ranges()).hasSize(6);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // what is said to come, in one piece or behind what is there, and what comes without a word of its length
        "HONEST, 0, has 1000000 bytes",
        "HONEST, 300000, has 1000000 bytes",
        "SAYS_NO_LENGTH, 0, goes on after",
        "SAYS_NO_LENGTH, 300000, goes on after",
        "SAYS_NO_LENGTH, 999998, goes on after"
    })
    void keepsNothingOfAFileThatIsTooLong(Habit habit, int before, String said) throws Exception {
        if (before > 0) {
            Files.write(part, Arrays.copyOf(CONTENT, before));
        }
        try (Mirror mirror = new Mirror(CONTENT, habit, 0)) {
            assertThatExceptionOfType(CommandFailedException.class)
                    .isThrownBy(() -> download(10, CONTENT.length - 1).fetch(mirror.uri("weights.pth"), KNOWN, target))
                    .withMessageContaining("the mirror's file " + said)
                    .withMessageEndingWith("at most 999999 are read; nothing was kept");
            assertThat(target).doesNotExist();
            assertThat(part).doesNotExist();
            assertThat(mirror.ranges()).hasSize(1);
            assertThat(told.toString(StandardCharsets.UTF_8)).doesNotContain("%");
        }
    }

    @Test
    void takesAFileAsLongAsThereMayBe() throws Exception {
        try (Mirror mirror = new Mirror(CONTENT, Habit.SAYS_NO_LENGTH, 0)) {
            fetch(mirror);
            assertFetched();
        }
    }

    @Test
    void keepsNothingOfAFileWithOtherBytes() throws Exception {
        byte[] other = CONTENT.clone();
        other[500_000] ^= 1;
        try (Mirror mirror = new Mirror(other, Habit.HONEST, 0)) {
            assertFails(
                    mirror,
                    "is another file: its SHA-256 is " + Digest.of(other) + " and should begin with " + PREFIX
                            + "; nothing was kept");
            assertThat(part).doesNotExist();

            String whole = Digest.of(CONTENT).hex();
            assertThatExceptionOfType(CommandFailedException.class)
                    .isThrownBy(() -> download.fetch(mirror.uri("weights.pth"), new KnownDigest(whole), target))
                    .withMessageContaining("its SHA-256 is " + Digest.of(other) + " and should be " + whole + ";");
        }
    }

    @Test
    void doesNotTakeAnotherPartThanItAskedFor() throws Exception {
        Files.write(part, Arrays.copyOf(CONTENT, 300_000));
        try (Mirror mirror = new Mirror(CONTENT, Habit.WRONG_PART, 0)) {
            assertFails(mirror, "answers with another part than was asked for");
        }
    }

    @Test
    void saysWhatTheMirrorAnswered() throws Exception {
        try (Mirror mirror = new Mirror(CONTENT, Habit.HAS_NO_SUCH_FILE, 0)) {
            assertFails(mirror, "HTTP status 404");
        }
    }

    @Test
    void saysWhenNobodyAnswers() throws Exception {
        URI nowhere;
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nowhere = URI.create("http://127.0.0.1:" + nobody.getLocalPort() + "/weights.pth");
        }
        assertThatExceptionOfType(CommandFailedException.class)
                .isThrownBy(() -> download.fetch(nowhere, KNOWN, target))
                .withMessageContaining("cannot fetch " + nowhere)
                .withMessageNotContaining("kept");
    }
}
