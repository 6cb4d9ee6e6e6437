package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
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
                .isThrownBy(() -> TorchEngine.requireIndex(ComputeDevice.parse("cuda:0"), 0))
                .withMessageContaining("cuda:0 is not there: libtorch sees no GPU");
        assertThatExceptionOfType(DeviceMissingException.class)
                .isThrownBy(() -> TorchEngine.requireIndex(ComputeDevice.parse("cuda:2"), 2))
                .withMessageContaining("libtorch sees 2 GPUs");
        assertThatCode(() -> TorchEngine.requireIndex(ComputeDevice.parse("cuda:1"), 2))
                .doesNotThrowAnyException();
    }
}
