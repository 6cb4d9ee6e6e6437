package org.foldwise.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.foldwise.worker.TrainingWorker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A platform whose worker is told to compute on a GPU that is not there. */
@Tag("engine")
class RefusedWorkerIT {
    private static final Path SCRIPT =
            Path.of(System.getProperty("foldwise.root")).resolve("foldwise");
    private static final Eventually SOON = Eventually.within(Duration.ofMinutes(4));
    private static final String REASON = "the device cuda:97 is not there: libtorch sees";

    @TempDir
    Path directory;

    @Test
    void startsItOnceAndSaysSoWhereverTheOperatorLooks() throws Exception {
        Path data = directory.resolve("platform");
        Path output = directory.resolve("output");
        int port = freePort();
        List<String> command = JavaCommand.of(
                Standalone.class.getName(),
                List.of(),
                List.of("--data", data.toString(), "--port", Integer.toString(port)));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(JavaCommand.environment());
        builder.environment().put("FOLDWISE_WORKER_DEVICE", "cuda:97");
        builder.environment().put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        Process platform = builder.start();
        try {
            Path announced = data.resolve("platform.running");
            SOON.until("the refusal is announced", () -> {
                assertThat(platform.isAlive()).as("the platform lives").isTrue();
                return Files.exists(announced) && Files.readString(announced).contains("workerRefusal=");
            });
            assertThat(Files.readString(output))
                    .contains("foldwise: no worker runs, so nothing is taken in or trained: " + REASON)
                    .contains("change the setting and start Foldwise again");

            Process status = new ProcessBuilder("sh", SCRIPT.toString(), "status", "--data", data.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(status.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(status.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(status.exitValue()).isEqualTo(4);
            assertThat(said)
                    .contains("Foldwise runs at http://127.0.0.1:" + port)
                    .contains("worker     none: " + REASON);

            assertThat(answer(port)).as("the API answers without a worker").isEqualTo(401);
            // longer than several of the pauses after which a crashed worker is started
            Thread.sleep(Duration.ofSeconds(8).toMillis());
            assertThat(refusals(data)).isEqualTo(1);
        } finally {
            platform.destroy();
            assertThat(platform.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(data.resolve("platform.running")).doesNotExist();
    }

    private static long refusals(Path data) throws IOException {
        return Files.readAllLines(data.resolve("logs/worker.log")).stream()
                .filter(line -> line.startsWith(TrainingWorker.LAST_WORDS))
                .count();
    }

    private static int answer(int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/projects"))
                .timeout(Duration.ofSeconds(30))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
