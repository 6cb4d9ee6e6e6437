package org.foldwise.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Starts the worker as a process of its own: this one's configuration holds names that belong to the build. */
class MisspeltSettingsTest {
    @Test
    void stopTheStartAndAreNamed() throws IOException, InterruptedException {
        ProcessBuilder worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TrainingWorker.class.getName(),
                        "--foldwise.artifact.directory=elsewhere")
                .redirectErrorStream(true);
        worker.environment().put("FOLDWISE_WORKER_THREAD", "3");

        Process started = worker.start();
        String said = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(started.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(started.exitValue()).isNotZero();
        assertThat(said)
                .contains("'foldwise.artifact.directory'", "did you mean 'foldwise.artifacts.directory'?")
                .contains("'FOLDWISE_WORKER_THREAD'", "did you mean 'foldwise.worker.threads'?")
                .doesNotContain("\tat ");
    }
}
