package org.foldwise.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class WorkerPropertiesTest {
    @Test
    void hasDefaults() {
        WorkerProperties properties = bind(Map.of());

        assertThat(properties).isEqualTo(new WorkerProperties("", 0, null));
        assertThat(properties.effectiveThreads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void readsEverySetting() {
        assertThat(bind(Map.of(
                        "foldwise.worker.name", "cellar",
                        "foldwise.worker.threads", "3",
                        "foldwise.worker.scratch", "/scratch")))
                .isEqualTo(new WorkerProperties("cellar", 3, Path.of("/scratch")));
    }

    @Test
    void refusesUnknownSettingsAndImpossibleValues() {
        assertThatThrownBy(() -> bind(Map.of("foldwise.worker.thread", "3"))).isInstanceOf(BindException.class);
        assertThatThrownBy(() -> bind(Map.of("foldwise.worker.threads", "-1"))).isInstanceOf(BindException.class);
    }

    private static WorkerProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate(
                        "foldwise.worker",
                        Bindable.of(WorkerProperties.class),
                        new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
    }
}
