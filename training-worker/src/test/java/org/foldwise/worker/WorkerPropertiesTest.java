package org.foldwise.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class WorkerPropertiesTest {
    @Test
    void hasDefaults() {
        WorkerProperties properties = bind(Map.of());

        assertThat(properties)
                .isEqualTo(new WorkerProperties("", 0, null, null, DataSize.ofGigabytes(10), Duration.ofSeconds(20)));
        assertThat(properties.effectiveThreads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void readsEverySetting() {
        assertThat(bind(Map.of(
                        "foldwise.worker.name", "cellar",
                        "foldwise.worker.threads", "3",
                        "foldwise.worker.scratch", "/scratch",
                        "foldwise.worker.cache", "/cache",
                        "foldwise.worker.cache-size", "3MB",
                        "foldwise.worker.checkpoint-interval", "5m")))
                .isEqualTo(new WorkerProperties(
                        "cellar",
                        3,
                        Path.of("/scratch"),
                        Path.of("/cache"),
                        DataSize.ofMegabytes(3),
                        Duration.ofMinutes(5)));
    }

    @Test
    void refusesUnknownSettingsAndImpossibleValues() {
        assertThatThrownBy(() -> bind(Map.of("foldwise.worker.thread", "3"))).isInstanceOf(BindException.class);
        assertThatThrownBy(() -> bind(Map.of("foldwise.worker.threads", "-1"))).isInstanceOf(BindException.class);
        assertThatThrownBy(() -> bind(Map.of("foldwise.worker.cache-size", "0")))
                .isInstanceOf(BindException.class);
        assertThatThrownBy(() -> bind(Map.of("foldwise.worker.checkpoint-interval", "-1s")))
                .isInstanceOf(BindException.class);
    }

    private static WorkerProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate(
                        "foldwise.worker",
                        Bindable.of(WorkerProperties.class),
                        new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
    }
}
