package org.foldwise.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Starts the service as a process of its own: this one's configuration holds names that belong to the build. */
class MisspeltSettingsTest {
    @Test
    void stopTheStartAndAreNamed() throws IOException, InterruptedException {
        ProcessBuilder service = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ApiService.class.getName(),
                        "--foldwise.uplaod.maximum-archive-size=1GB")
                .redirectErrorStream(true);
        service.environment().put("FOLDWISE_UPLOAD_DECODINGTHREAD", "3");

        Process started = service.start();
        String said = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(started.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(started.exitValue()).isNotZero();
        assertThat(said)
                .contains(
                        "'foldwise.uplaod.maximum-archive-size'",
                        "did you mean 'foldwise.upload.maximum-archive-size'?")
                .contains("'FOLDWISE_UPLOAD_DECODINGTHREAD'", "did you mean 'foldwise.upload.decoding-threads'?")
                .doesNotContain("\tat ");
    }
}
