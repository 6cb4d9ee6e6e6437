package org.foldwise.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.foldwise.standalone.demo.Demo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code ./foldwise}, called as a user calls it. Nothing here starts a platform that comes up. */
class LauncherIT {
    private static final Path SCRIPT =
            Path.of(System.getProperty("foldwise.root")).resolve("foldwise");

    @TempDir
    Path directory;

    private record Outcome(int code, String output) {}

    @ParameterizedTest
    @ValueSource(strings = {"demo", "up", "status", "down", "weights"})
    void everyCommandExplainsItself(String command) throws Exception {
        Outcome help = foldwise(command, "--help");

        assertThat(help.code()).isZero();
        assertThat(help.output()).startsWith("Usage: foldwise " + command).contains("--data DIR");
    }

    @Test
    void theHelpNamesEveryCommand() throws Exception {
        assertThat(foldwise("--help").output())
                .contains("demo", "up", "status", "down", "weights", "not a medical device");
    }

    @ParameterizedTest
    @CsvSource({
        "up --port 0, --port must be a number",
        "up --port 65536, --port must be a number",
        "up --port http, --port must be a number",
        "up --port, --port needs a number",
        "up --prot 1, unknown option '--prot'",
        "demo --json, --json needs a value",
        "status now, unknown option 'now'",
        "down --force, unknown option '--force'",
        "weights, 'say list, import FILE or fetch NAME'",
        "weights remove x, unknown command 'weights remove'",
        "weights list --mirror, --mirror needs a value",
        "weights list --force, unknown option '--force'",
        "weights list --url http://127.0.0.1:1, --url and --key-file belong together",
        "train, unknown command 'train'"
    })
    void refusesWhatItDoesNotUnderstand(String arguments, String message) throws Exception {
        Outcome refusal = foldwise(arguments.split(" ", -1));

        assertThat(refusal.code()).isEqualTo(2);
        assertThat(refusal.output()).contains(message).contains("--help");
    }

    @Test
    void saysThatNothingRuns() throws Exception {
        Outcome status = foldwise("status", "--data", "no such directory");
        assertThat(status.code()).isEqualTo(3);
        assertThat(status.output()).contains("does not run");

        Outcome weights = foldwise("weights", "list", "--data", "no such directory");
        assertThat(weights.code()).isEqualTo(3);
        assertThat(weights.output()).contains("does not run on").contains("start it with: foldwise up --data");

        Outcome down = foldwise("down", "--data", "no such directory");
        assertThat(down.code()).isZero();
        assertThat(directory.resolve("no such directory")).doesNotExist();
    }

    /** The number of a dead platform's process may belong to another one by now: here to this test's. */
    @Test
    void takesNoOtherProcessForThePlatform() throws Exception {
        Files.createDirectory(directory.resolve("stale"));
        Files.writeString(
                directory.resolve("stale/platform.running"),
                "pid=" + ProcessHandle.current().pid() + "\nurl=http://127.0.0.1:1\n");

        Outcome status = foldwise("status", "--data", "stale");
        assertThat(status.code()).isEqualTo(1);
        assertThat(status.output()).contains("ended without stopping cleanly");

        assertThat(foldwise("down", "--data", "stale").code()).isZero();
        assertThat(ProcessHandle.current().isAlive()).isTrue();
        assertThat(directory.resolve("stale/platform.running")).doesNotExist();
    }

    /** The platform itself, without the script, which may have to build it first. */
    @Test
    void aPortInUseIsAClearError() throws Exception {
        try (ServerSocket occupied = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(occupied.getLocalPort());
            Outcome refusal = run(JavaCommand.of(
                    Standalone.class.getName(), List.of(), List.of("--port", port, "--data", "data of nobody")));

            assertThat(refusal.code()).isEqualTo(2);
            assertThat(refusal.output())
                    .contains("foldwise: port " + port + " is in use")
                    .doesNotContain("Exception");
            assertThat(directory.resolve("data of nobody/database")).doesNotExist();
        }
    }

    @Test
    void aWrongOptionIsAClearError() throws Exception {
        Outcome refusal = run(JavaCommand.of(Standalone.class.getName(), List.of(), List.of("--verbose", "yes")));

        assertThat(refusal.code()).isEqualTo(2);
        assertThat(refusal.output())
                .contains("foldwise: unknown option --verbose")
                .doesNotContain("Exception");
    }

    /** The story itself, without the script, which says by that whether the platform keeps running. */
    @Test
    void aPlatformThatDoesNotAnswerHasAStatusOfItsOwn() throws Exception {
        int port;
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = nobody.getLocalPort();
        }
        Path key = Files.writeString(directory.resolve("admin.key"), "key");
        String url = "http://127.0.0.1:" + port;
        Outcome failure = run(JavaCommand.of(
                Demo.class.getName(),
                List.of(),
                List.of("--url", url, "--key-file", key.toString(), "--terminal", "false")));

        assertThat(failure.output()).contains("the platform cannot be reached");
        assertThat(failure.code()).isEqualTo(3);
    }

    private Outcome foldwise(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", SCRIPT.toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private Outcome run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(JavaCommand.environment());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Outcome(process.exitValue(), output);
    }
}
