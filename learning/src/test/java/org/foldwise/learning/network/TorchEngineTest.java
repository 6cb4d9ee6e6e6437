package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class TorchEngineTest {

    @Test
    void startsOnceWithOneSetOfSettings() {
        TorchEngine engine = Engines.engine();
        assertThat(TorchEngine.start(engine.settings())).isSameAs(engine);
        assertThatIllegalStateException().isThrownBy(() -> TorchEngine.start(EngineSettings.threads(3)));
    }

    @Test
    void namesTheLibrariesThatDecideTheLastBits() {
        assertThat(Engines.engine().libraries()).containsKeys("djl", "pytorch", "java");
        assertThat(Engines.engine().device()).isEqualTo("cpu()");
    }

    @Test
    void givesItsThreadCountToEveryThreadThatComputes() throws Exception {
        TorchEngine engine = Engines.engine();
        ExecutorService fresh = Executors.newSingleThreadExecutor();
        try {
            int threads = fresh.submit(() -> {
                        engine.prepareThread();
                        return JniUtils.getNumThreads();
                    })
                    .get();
            assertThat(threads).isEqualTo(engine.settings().threads());
        } finally {
            fresh.shutdownNow();
        }
    }

    @Test
    void refusesThreadCountsThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> EngineSettings.threads(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new EngineSettings(1, 2000, ComputeDevice.CPU));
    }
}
