package org.foldwise.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchTest {
    @ParameterizedTest
    @CsvSource({
        "check serve, 0, ''",
        "check serve --variant latency --rounds 2, 0, ''",
        "check serve --rounds 0, 2, --rounds must be a number",
        "check serve --bogus, 2, unknown option '--bogus'",
        "serve --bogus, 2, unknown option '--bogus'"
    })
    void looksAtACommandLineAndRunsNothing(String arguments, int status, String said) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int code = Bench.run(
                arguments.split(" "),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));

        assertThat(code).isEqualTo(status);
        assertThat(out.size()).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(said);
        assertThat(err.size() == 0).isEqualTo(said.isEmpty());
    }
}
