package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.Supplier;
import org.foldwise.learning.experiment.Precision;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrecisionChoiceTest {
    private static final Supplier<PrecisionChoice.Times> NOT_ASKED = () -> {
        throw new AssertionError("nothing needs to be measured");
    };

    @ParameterizedTest
    @CsvSource({
        "1.0, 0.5, BFLOAT16, 2.00 times as fast",
        "1.1, 1.0, BFLOAT16, 1.10 times as fast",
        "1.05, 1.0, FLOAT32, 1.05 times as fast",
        "1.0, 4.0, FLOAT32, 0.25 times as fast",
    })
    void takesBfloat16OnAProcessorWhereItIsFaster(double float32, double bfloat16, Precision taken, String speed) {
        PrecisionChoice choice = PrecisionChoice.of(
                Precision.BFLOAT16, ComputeDevice.CPU, () -> new PrecisionChoice.Times(float32, bfloat16));
        assertThat(choice.taken()).isEqualTo(taken);
        assertThat(choice.reason()).contains(speed);
    }

    @Test
    void takesWhatThePlanSaysWhereNothingHasToBeMeasured() {
        ComputeDevice gpu = new ComputeDevice(0);
        PrecisionChoice float32 = new PrecisionChoice(Precision.FLOAT32, "as planned");
        assertThat(PrecisionChoice.of(Precision.FLOAT32, ComputeDevice.CPU, NOT_ASKED))
                .isEqualTo(float32);
        assertThat(PrecisionChoice.of(Precision.FLOAT32, gpu, NOT_ASKED)).isEqualTo(float32);
        assertThat(PrecisionChoice.of(Precision.BFLOAT16, gpu, NOT_ASKED))
                .isEqualTo(new PrecisionChoice(Precision.BFLOAT16, "as planned"));
        assertThat(PrecisionChoice.of(Precision.FLOAT16, gpu, NOT_ASKED))
                .isEqualTo(new PrecisionChoice(Precision.FLOAT16, "as planned"));
        assertThat(PrecisionChoice.of(Precision.FLOAT16, ComputeDevice.CPU, NOT_ASKED))
                .isEqualTo(new PrecisionChoice(Precision.FLOAT32, "float16 is for GPUs, this is a processor"));
    }

    @Test
    void staysWithFloat32WhereTheEngineCannotDoOtherwise() {
        PrecisionChoice choice = PrecisionChoice.of(Precision.BFLOAT16, ComputeDevice.CPU, () -> {
            throw new IllegalStateException("no such kernel");
        });
        assertThat(choice.taken()).isEqualTo(Precision.FLOAT32);
        assertThat(choice.reason()).contains("cannot compute in bfloat16");
    }

    @Test
    void refusesTimesThatWereNotMeasured() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PrecisionChoice.Times(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PrecisionChoice.Times(1, Double.NaN));
    }

    /** Whatever comes out here, it has been measured, and measured once. */
    @Test
    @Tag("engine")
    void measuresThisProcessor() {
        TorchEngine engine = Engines.engine();
        PrecisionChoice choice = engine.choosePrecision(Precision.BFLOAT16);
        assertThat(choice.reason()).contains("times as fast as float32 on this processor");
        assertThat(engine.choosePrecision(Precision.BFLOAT16)).isEqualTo(choice);
        System.out.println("precision of trainings here: " + choice);
    }

    /** What a network answers in follows the same rule by times of its own. */
    @Test
    @Tag("engine")
    void measuresPredictionsOnThisProcessor() {
        TorchEngine engine = Engines.engine();
        PrecisionChoice choice = engine.choosePredictionPrecision(Precision.BFLOAT16);
        assertThat(choice.reason()).contains("times as fast as float32 on this processor");
        assertThat(engine.choosePredictionPrecision(Precision.BFLOAT16)).isEqualTo(choice);
        System.out.println("precision of predictions here: " + choice);
    }
}
