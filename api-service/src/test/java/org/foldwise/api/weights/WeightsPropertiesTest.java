package org.foldwise.api.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class WeightsPropertiesTest {
    private static WeightsProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("foldwise.weights", WeightsProperties.class);
    }

    @Test
    void hasDefaults() {
        WeightsProperties defaults = bind(Map.of());
        assertThat(defaults)
                .isEqualTo(new WeightsProperties(Path.of(".foldwise/weights"), DataSize.ofMegabytes(256), null));
        assertThat(defaults.mirrored("a.pth")).isNull();
        assertThat(bind(Map.of("foldwise.weights.mirror", "")).mirror())
                .as("as an unset variable of the compose file arrives")
                .isNull();
    }

    @Test
    void isSetWhole() {
        WeightsProperties set = bind(Map.of(
                "foldwise.weights.directory", "elsewhere",
                "foldwise.weights.maximum-size", "1GB",
                "foldwise.weights.mirror", "https://mirror.example/weights"));
        assertThat(set)
                .isEqualTo(new WeightsProperties(
                        Path.of("elsewhere"), DataSize.ofGigabytes(1), URI.create("https://mirror.example/weights")));
        assertThat(set.mirrored("a.pth")).isEqualTo("https://mirror.example/weights/a.pth");
        assertThat(bind(Map.of("foldwise.weights.mirror", "http://mirror.example/"))
                        .mirrored("a.pth"))
                .isEqualTo("http://mirror.example/a.pth");
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> bind(Map.of("foldwise.weights.mirror", "file:///etc")))
                .rootCause()
                .hasMessageContaining("foldwise.weights.mirror must begin with https:// or http://");
        assertThatThrownBy(() -> bind(Map.of("foldwise.weights.maximum-size", "1KB")))
                .rootCause()
                .hasMessageContaining("foldwise.weights.maximum-size must be at least 1MB");
    }
}
