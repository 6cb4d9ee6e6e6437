package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.foldwise.learning.network.TorchEngine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two threads add up in an order that must not depend on which of them is faster; an engine has one number of threads for good. */
@Tag("engine")
class ThreadedTrainingTest {
    @TempDir
    private Path folder;

    private List<String> process(int status, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ThreadedTraining.class.getName(),
                "2"));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(output.toFile());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT).environment().putAll(TorchEngine.ENVIRONMENT);
        Process process = builder.start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(status);
        return Files.readAllLines(output, StandardCharsets.UTF_8);
    }

    @Test
    void arrivesAtTheSameBitsOnTwoThreadsWhetherItsProcessDiesOrNot() throws IOException, InterruptedException {
        List<String> whole = process(0, "whole");
        assertThat(whole).hasSize(4).last().asString().endsWith("on 2 threads");
        Path checkpoint = folder.resolve("checkpoint");

        List<String> interrupted = process(3, "until", checkpoint.toString());
        assertThat(interrupted).isEqualTo(whole.subList(0, 1));

        assertThat(process(0, "from", checkpoint.toString())).isEqualTo(whole.subList(1, 4));
    }
}
