package org.foldwise.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ArtifactPropertiesTest {
    private final ApplicationContextRunner context =
            new ApplicationContextRunner().withUserConfiguration(OnlyProperties.class);

    @Test
    void hasDefaults() {
        context.run(started -> assertThat(started.getBean(ArtifactProperties.class))
                .isEqualTo(new ArtifactProperties(Path.of(".foldwise/artifacts"), Duration.ofHours(24))));
    }

    @Test
    void readsAFullySetExample() {
        context.withPropertyValues("foldwise.artifacts.directory=/var/lib/foldwise", "foldwise.artifacts.sweep-age=2d")
                .run(started -> assertThat(started.getBean(ArtifactProperties.class))
                        .isEqualTo(new ArtifactProperties(Path.of("/var/lib/foldwise"), Duration.ofDays(2))));
    }

    @Test
    void stopsTheStartOverAMisspeltKey() {
        context.withPropertyValues("foldwise.artifacts.direktory=/var/lib/foldwise")
                .run(started -> assertThat(started)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("foldwise.artifacts.direktory"));
    }

    @Test
    void refusesAnAgeThatAnUploadMayReach() {
        context.withPropertyValues("foldwise.artifacts.sweep-age=59m").run(started -> assertThat(started)
                .getFailure()
                .rootCause()
                .hasMessage("foldwise.artifacts.sweep-age must be at least 1h, was PT59M"));
    }

    @EnableConfigurationProperties(ArtifactProperties.class)
    static final class OnlyProperties {}
}
