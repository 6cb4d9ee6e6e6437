package org.foldwise.standalone.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command does with the answers of a platform that is another than it should be. */
class WeightsCommandTest {
    private static final byte[] CONTENT = "weights".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private HttpServer platform;

    @BeforeEach
    void start() throws IOException {
        platform = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        platform.start();
    }

    @AfterEach
    void stop() {
        platform.stop(0);
    }

    private void lists(String fileName, String digest) {
        byte[] answer =
                """
                {"items": [{"name": "RadNet", "backbone": "mobilenetV2", "state": "missing", "channels": 3,
                 "fileName": "%s", "publishedDigestPrefix": "%s"}]}
                """
                        .formatted(fileName, digest)
                        .getBytes(StandardCharsets.UTF_8);
        platform.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
    }

    private void carryOut(String... arguments) throws Exception {
        Path key = Files.writeString(directory.resolve("admin.key"), "key");
        String[] all = new String[arguments.length + 6];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        String[] common = {
            "--url", "http://127.0.0.1:" + platform.getAddress().getPort(),
            "--key-file", key.toString(),
            "--downloads", directory.resolve("home/downloads").toString()
        };
        System.arraycopy(common, 0, all, arguments.length, common.length);
        new WeightsCommand(
                        WeightsOptions.parse(all),
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
                .carryOut();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../stolen", "/stolen", "..", ".stolen", "a/stolen", "C:stolen"})
    void writesNothingOutsideOfItsFolderWhateverThePlatformCallsAFile(String fileName) throws Exception {
        lists(fileName, Digest.of(CONTENT).hex());
        try (Mirror mirror = new Mirror(CONTENT, Mirror.Habit.HONEST, 0)) {
            String base = mirror.uri("").toString();
            assertThatExceptionOfType(CommandFailedException.class)
                    .isThrownBy(() -> carryOut("fetch", "RadNet", "--mirror", base))
                    .withMessageContaining("'" + fileName + "', which is no plain file name; nothing was fetched");
            assertThat(mirror.ranges()).isEmpty();
        }
        assertThat(directory).isDirectoryNotContaining("glob:**stolen*");
        assertThat(directory.resolve("home")).doesNotExist();
    }

    @Test
    void saysOfADescribedFileWhatItsWholeDigestShouldBe() throws Exception {
        String digest = Digest.of("another file").hex();
        lists("radnet.pth", digest);
        Path file = Files.write(directory.resolve("radnet.pth"), CONTENT);

        assertThatExceptionOfType(CommandFailedException.class)
                .isThrownBy(() -> carryOut("import", file.toString()))
                .withMessageContaining("its SHA-256 is " + Digest.of(CONTENT) + " and should be " + digest + ";");
    }

    @Test
    void saysOfAPublishedFileHowItsDigestShouldBegin() throws Exception {
        lists("radnet.pth", "12345678");
        Path file = Files.write(directory.resolve("radnet.pth"), CONTENT);

        assertThatExceptionOfType(CommandFailedException.class)
                .isThrownBy(() -> carryOut("import", file.toString()))
                .withMessageContaining(" and should begin with 12345678;");
    }
}
