package org.foldwise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    @ParameterizedTest
    @CsvSource({
        "train --bogus, unknown option '--bogus'",
        "train --bogus 1, unknown option '--bogus'",
        "train bogus, unknown option 'bogus'",
        "train --rounds, --rounds needs a value",
        "train --rounds 2 --threads, --threads needs a value",
        "train --rounds 0, --rounds must be a number from 1 to 9999",
        "train --variant fast, --variant must be one of float32",
        "race, there is no program 'race'"
    })
    void saysWhatIsWrongWithACommandLine(String arguments, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(List.of(arguments.split(" "))))
                .withMessageContaining(message);
    }

    @Test
    void knowsEveryOptionThatItNames() {
        Options options = Options.parse(
                List.of(("train --variant frozen --json f --threads 3 --rounds 4 --settings a,b --data d").split(" ")));

        assertThat(options)
                .isEqualTo(new Options(Program.TRAIN, "frozen", Path.of("f"), 3, 4, List.of("a", "b"), Path.of("d")));
    }
}
