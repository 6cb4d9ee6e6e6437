package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The PyTorch of the Python that the system property {@code foldwise.python} names, asked while a test runs. */
public final class PyTorch {
    private static final String PYTHON = System.getProperty("foldwise.python", "python3");
    private static final int LIMIT_SECONDS = 120;

    private PyTorch() {}

    /** The lines that a program prints. Where there is no Python, or it has no PyTorch, the test is skipped. */
    public static List<String> run(Path folder, String program, String... arguments)
            throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("program.py"), program);
        Path output = folder.resolve("output");
        List<String> command = new ArrayList<>(List.of(PYTHON, script.toString()));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            return abort("there is no " + PYTHON + " here: " + e.getMessage());
        }
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        if (lines.stream().anyMatch(line -> line.startsWith("ModuleNotFoundError"))) {
            return abort(PYTHON + " has no PyTorch: " + lines.get(lines.size() - 1));
        }
        assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
        return lines;
    }
}
