package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import java.util.List;
import org.foldwise.learning.experiment.Precision;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("engine")
class PackedConvolutionsTest {
    private static final float[] RIGHT = {1, -2};
    private static final float TOLERANCE = 1e-4f;

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FLOAT32", "BFLOAT16"})
    void decideHowNetworksAnswerHere(Precision precision) {
        boolean work = PackedConvolutions.work(Engines.engine(), precision);
        assertThat(Engines.engine().inferenceDialect(precision))
                .isEqualTo(work ? InferenceProgram.Dialect.PACKED : InferenceProgram.Dialect.PLAIN);
        if (precision == Precision.FLOAT32 && System.getProperty("os.arch").equals("amd64")) {
            assertThat(work).as("libtorch for x86 is built with oneDNN").isTrue();
        }
    }

    /** What answers are made of, each with each function and with none: what the check leaves out is believed. */
    @Test
    void areCheckedInEveryForm() {
        String text = new InferenceProgram(
                        PackedConvolutions.everyForm(), InferenceProgram.Dialect.PACKED, Precision.FLOAT32)
                .methods();
        String after = "\\(v\\d+, v\\d+,.*\"add\", 1\\., ";
        assertThat(text).containsPattern("_convolution_pointwise" + after + "\"relu\"");
        assertThat(text).containsPattern("_convolution_pointwise" + after + "None");
        assertThat(text).containsPattern("_convolution_pointwise_" + after + "\"relu\"");
        assertThat(text).containsPattern("_convolution_pointwise_" + after + "None");
        for (String function : List.of("\"relu\"", "\"hardtanh\"", "\"swish\"", "\"sigmoid\"", "\"none\"")) {
            assertThat(text).contains(function);
        }
        for (String inPlace : List.of("torch.hardtanh_", "torch.silu_", "torch.sigmoid_")) {
            assertThat(text).containsPattern(inPlace + "\\(ops\\.mkldnn\\._convolution_pointwise_\\(");
        }
    }

    /** What a build of libtorch without oneDNN answers, and any device but the CPU. */
    @Test
    void areDoneWithoutWhereAnOperationIsUnknown() {
        String unknown =
                "  def forward(SELF,\n      x: Tensor) -> Tensor:\n    return ops.mkldnn._no_such_convolution(x)\n";
        assertThatExceptionOfType(EngineException.class)
                .isThrownBy(() -> TorchScriptModule.load(unknown, Device.cpu()))
                .withMessageContaining("_no_such_convolution");
        assertThat(PackedConvolutions.agree(
                        () -> {
                            TorchScriptModule.load(unknown, Device.cpu()).close();
                            return RIGHT;
                        },
                        () -> RIGHT,
                        TOLERANCE))
                .isFalse();
    }

    @Test
    void areDoneWithoutWhereTheyComputeSomethingElse() {
        assertThat(PackedConvolutions.agree(() -> new float[] {1, -2.00001f}, () -> RIGHT, TOLERANCE))
                .isTrue();
        assertThat(PackedConvolutions.agree(() -> new float[] {1, -2.001f}, () -> RIGHT, TOLERANCE))
                .isFalse();
        assertThat(PackedConvolutions.agree(() -> new float[] {Float.NaN, -2}, () -> RIGHT, TOLERANCE))
                .isFalse();
    }
}
