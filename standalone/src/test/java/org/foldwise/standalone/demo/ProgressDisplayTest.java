package org.foldwise.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    @Test
    void writesFewLinesIntoALog() {
        ProgressDisplay display = new ProgressDisplay(out, false, "training");
        for (int percent = 0; percent <= 100; percent++) {
            display.show(percent / 100.0, "epoch");
        }
        display.done("done");

        assertThat(text().lines()).hasSize(6).last().isEqualTo("  training: done");
        assertThat(text()).doesNotContain("\r");
    }

    @Test
    void drawsOverOneLineOnATerminal() {
        ProgressDisplay display = new ProgressDisplay(out, true, "training");
        display.show(0.5, "a long detail");
        display.show(0.75, "short");
        display.done("done");

        assertThat(text().chars().filter(character -> character == '\n').count())
                .isEqualTo(1);
        assertThat(text()).contains("[##############..............]  50 %").contains("100 %  done");
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
