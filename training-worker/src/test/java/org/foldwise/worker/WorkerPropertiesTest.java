package org.foldwise.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.network.ComputeDevice;
import org.foldwise.learning.network.TorchEngine;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
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
                .isEqualTo(new WorkerProperties(
                        "", 0, "cpu", null, null, DataSize.ofGigabytes(10), Duration.ofSeconds(20)));
        assertThat(properties.computeDevice()).isEqualTo(ComputeDevice.CPU);
        assertThat(properties.effectiveThreads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void readsEverySetting() {
        assertThat(bind(Map.of(
                        "foldwise.worker.name", "cellar",
                        "foldwise.worker.threads", "3",
                        "foldwise.worker.device", "cuda:1",
                        "foldwise.worker.scratch", "/scratch",
                        "foldwise.worker.cache", "/cache",
                        "foldwise.worker.cache-size", "3MB",
                        "foldwise.worker.checkpoint-interval", "5m")))
                .isEqualTo(new WorkerProperties(
                        "cellar",
                        3,
                        "cuda:1",
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
        assertThatThrownBy(() -> bind(Map.of("foldwise.worker.device", "gpu")))
                .isInstanceOf(BindException.class)
                .hasRootCauseMessage("a device is 'cpu' or 'cuda:0', 'cuda:1' and so on, was 'gpu'");
    }

    /** The engine itself refuses a GPU that is not there; what matters here is when it is asked. */
    @Test
    void asksForAGpuAtTheStartAndForTheProcessorOnlyWhenItIsNeeded() {
        List<String> asked = new ArrayList<>();
        for (String device : List.of("cpu", "cuda:0")) {
            ObjectProvider<TorchEngine> engine = new ObjectProvider<>() {
                @Override
                public TorchEngine getObject() {
                    asked.add(device);
                    throw new IllegalStateException("the device cuda:0 is not there");
                }
            };
            SmartInitializingSingleton check = new WorkerConfiguration()
                    .deviceIsThere(
                            bind(Map.of("foldwise.worker.threads", "1", "foldwise.worker.device", device)), engine);
            if (device.equals("cpu")) {
                check.afterSingletonsInstantiated();
            } else {
                assertThatThrownBy(check::afterSingletonsInstantiated).hasMessageContaining("is not there");
            }
        }
        assertThat(asked).containsExactly("cuda:0");
    }

    private static WorkerProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate(
                        "foldwise.worker",
                        Bindable.of(WorkerProperties.class),
                        new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
    }
}
