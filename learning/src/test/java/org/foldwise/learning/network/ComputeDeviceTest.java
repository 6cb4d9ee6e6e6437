package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {
    @Test
    void isNamedAsInPyTorch() {
        assertThat(ComputeDevice.parse("cpu")).isEqualTo(ComputeDevice.CPU);
        assertThat(ComputeDevice.parse("cuda:2").index()).isEqualTo(2);
        assertThat(ComputeDevice.parse("cuda:2").isCpu()).isFalse();
        assertThat(ComputeDevice.parse("cuda:2").djl().getDeviceId()).isEqualTo(2);
        assertThat(ComputeDevice.parse("cuda:2")).hasToString("cuda:2");
        assertThat(ComputeDevice.CPU).hasToString("cpu");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda", "cuda:", "cuda:-1", "cuda:1000", "CPU", "cuda:0 "})
    void isNothingElse(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ComputeDevice.parse(name))
                .withMessageContaining("'" + name + "'");
    }

    @Test
    void isRefusedWithWhatThereIsWhereItIsNotThere() {
        assertThatExceptionOfType(DeviceMissingException.class)
                .isThrownBy(() -> TorchEngine.requireIndex(ComputeDevice.parse("cuda:0"), 0, false))
                .withMessageContaining("cuda:0 is not there: libtorch sees no GPU, since it is built without CUDA");
        assertThatExceptionOfType(DeviceMissingException.class)
                .isThrownBy(() -> TorchEngine.requireIndex(ComputeDevice.parse("cuda:2"), 2, true))
                .withMessageContaining("libtorch sees 2 GPUs,");
        assertThatExceptionOfType(DeviceMissingException.class)
                .isThrownBy(() -> TorchEngine.requireIndex(ComputeDevice.parse("cuda:1"), 1, true))
                .withMessageContaining("libtorch sees 1 GPU,");
        assertThatCode(() -> TorchEngine.requireIndex(ComputeDevice.parse("cuda:1"), 2, true))
                .doesNotThrowAnyException();
    }

    /** A driver that is loaded later than the worker starts: the next start may find it. */
    @Test
    void mayComeWhereABuildForGpusSeesNone() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TorchEngine.requireIndex(ComputeDevice.parse("cuda:0"), 0, true))
                .isNotInstanceOf(DeviceMissingException.class)
                .withMessageContaining("cuda:0 is not there: libtorch sees no GPU; see that NVIDIA's driver is loaded");
    }

    @Test
    void knowsABuildForGpusByItsLibraries(@TempDir Path libtorch) throws IOException {
        Files.createFile(libtorch.resolve(System.mapLibraryName("torch_cpu")));
        assertThat(TorchEngine.isForGpus(libtorch)).isFalse();
        Files.createFile(libtorch.resolve(System.mapLibraryName("torch_cuda")));
        assertThat(TorchEngine.isForGpus(libtorch)).isTrue();
    }

    @Test
    void wantsFloat32ToBeFloat32OnGpus() {
        EngineSettings onGpu = new EngineSettings(1, 1, ComputeDevice.parse("cuda:0"));
        assertThat(TorchEngine.warnings(onGpu, Map.of()))
                .singleElement()
                .asString()
                .contains("cuda:0")
                .contains("NVIDIA_TF32_OVERRIDE is not 0");
        assertThat(TorchEngine.warnings(onGpu, Map.of("NVIDIA_TF32_OVERRIDE", "1")))
                .hasSize(1);
        assertThat(TorchEngine.warnings(onGpu, TorchEngine.ENVIRONMENT)).isEmpty();
        assertThat(TorchEngine.warnings(EngineSettings.threads(1), Map.of())).isEmpty();
        assertThat(TorchEngine.warnings(EngineSettings.threads(2), Map.of()))
                .singleElement()
                .asString()
                .contains("GOMP_SPINCOUNT is not set");
    }
}
