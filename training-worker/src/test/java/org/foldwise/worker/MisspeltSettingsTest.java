package org.foldwise.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starts the worker as a process of its own: this one's configuration holds names that belong to the build. */
class MisspeltSettingsTest {
    private static final String NO_DATABASE = "--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/nobody";

    private record Ended(int code, String said) {
        String lastLine() {
            List<String> lines = said.lines().toList();
            return lines.get(lines.size() - 1);
        }
    }

    private static Ended start(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                TrainingWorker.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder worker = new ProcessBuilder(command).redirectErrorStream(true);
        worker.environment().putAll(environment);
        Process started = worker.start();
        String said = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(started.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Ended(started.exitValue(), said);
    }

    @Test
    void stopTheStartAndAreNamed() throws IOException, InterruptedException {
        Ended ended = start(Map.of("FOLDWISE_WORKER_THREAD", "3"), "--foldwise.artifact.directory=elsewhere");

        assertThat(ended.code()).isEqualTo(TrainingWorker.REFUSED);
        assertThat(ended.said())
                .contains("'foldwise.artifact.directory'", "did you mean 'foldwise.artifacts.directory'?")
                .contains("'FOLDWISE_WORKER_THREAD'", "did you mean 'foldwise.worker.threads'?")
                .doesNotContain("\tat ");
        assertThat(ended.lastLine())
                .startsWith(TrainingWorker.LAST_WORDS)
                .contains("'foldwise.artifact.directory'", "'FOLDWISE_WORKER_THREAD'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "foldwise.worker.device=gpu  | foldwise.worker.device: a device is",
                "foldwise.worker.threads=-1  | foldwise.worker.threads must be 0 to 1024, was -1",
                "foldwise.worker.threads=two | foldwise.worker.threads: "
            })
    void valuesThatAreNoneStopTheStartAsWell(String setting, String reason) throws IOException, InterruptedException {
        Ended ended = start(Map.of(), "--" + setting, NO_DATABASE);

        assertThat(ended.code()).as(ended.said()).isEqualTo(TrainingWorker.REFUSED);
        assertThat(ended.lastLine()).startsWith(TrainingWorker.LAST_WORDS + reason);
    }

    /** A database that is down may come back. */
    @Test
    void whatMayPassIsNoRefusal() throws IOException, InterruptedException {
        Ended ended = start(Map.of(), NO_DATABASE, "--spring.datasource.hikari.initialization-fail-timeout=1");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.said()).doesNotContain(TrainingWorker.LAST_WORDS);
    }
}
