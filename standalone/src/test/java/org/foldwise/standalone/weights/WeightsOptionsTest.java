package org.foldwise.standalone.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.foldwise.client.model.Backbone;
import org.foldwise.standalone.weights.WeightsOptions.Action;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightsOptionsTest {
    private static WeightsOptions parse(String... words) {
        return WeightsOptions.parse(
                Stream.concat(Stream.of("--url", "http://x", "--key-file", "key", "--downloads", "d"), Stream.of(words))
                        .toArray(String[]::new));
    }

    @Test
    void readsEveryOptionWhereverItStands() {
        assertThat(parse("import", "--name", "mine", "a file.pth", "--backbone", "resnet50", "--ignore-unexpected"))
                .isEqualTo(new WeightsOptions(
                        Action.IMPORT,
                        "a file.pth",
                        "http://x",
                        Path.of("key"),
                        Path.of("d"),
                        "mine",
                        Backbone.RESNET50,
                        true,
                        null));
        assertThat(parse("fetch", "X", "--mirror", "https://m").mirror()).isEqualTo("https://m");
        assertThat(parse("list").subject()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "'', say list",
        "delete, say list",
        "list all, list takes nothing more",
        "import, import needs one file",
        "import a b, import needs one file",
        "fetch, fetch needs one name",
        "list --mirror, --mirror needs a value",
        "list --force, unknown option '--force'",
        "import a --backbone vgg, there is no backbone 'vgg'"
    })
    void refusesWhatItDoesNotUnderstand(String words, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(words.isEmpty() ? new String[0] : words.split(" ", -1)))
                .withMessageContaining(message);
    }

    @Test
    void needsAPlatform() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WeightsOptions.parse("list"))
                .withMessageContaining("--url");
    }
}
