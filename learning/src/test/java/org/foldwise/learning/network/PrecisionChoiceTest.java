package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.Precision;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

    /** A machine that is busy for a moment makes a work longer, and which of the two it meets is chance. */
    @Test
    void goesByTheShortestTimesOfWorksThatTakeTurns() {
        SplittableRandom random = new SplittableRandom(5);
        int[] calls = new int[2];
        PrecisionChoice.Times times = PrecisionProbe.byTurns(
                () -> {
                    calls[0]++;
                    return 0.012 * (random.nextInt(10) < 7 ? 1 + 6 * random.nextDouble() : 1);
                },
                () -> {
                    calls[1]++;
                    return 0.006 * (random.nextInt(10) < 7 ? 1 + 20 * random.nextDouble() : 1);
                });
        assertThat(times).isEqualTo(new PrecisionChoice.Times(0.012, 0.006));
        assertThat(calls[0]).isEqualTo(calls[1]).isGreaterThanOrEqualTo(4);
    }

    /** What imitates bfloat16 takes 0.2 s for a convolution here, what has it a hundredth. */
    @ParameterizedTest
    @CsvSource({"0.012, 0.2, 4, 1", "0.012, 0.006, 28, 0.52", "0.0002, 0.0001, 60, 0.02"})
    void takesBelowASecondToMeasure(double float32, double bfloat16, int rounds, double seconds) {
        double[] spent = new double[1];
        int[] calls = new int[1];
        PrecisionProbe.byTurns(
                () -> {
                    spent[0] += float32;
                    return float32;
                },
                () -> {
                    calls[0]++;
                    spent[0] += bfloat16;
                    return bfloat16;
                });
        assertThat(calls[0]).isEqualTo(rounds);
        assertThat(spent[0]).isLessThan(seconds);
    }

    @Test
    void believesAGainForGoodAndItsAbsenceForAWhile() {
        Deque<PrecisionChoice.Times> measured = new ArrayDeque<>(List.of(
                new PrecisionChoice.Times(1, 6),
                new PrecisionChoice.Times(1, 0.95),
                new PrecisionChoice.Times(1, 0.5)));
        long[] now = {-7};
        ProvisionalTimes times = new ProvisionalTimes(measured::remove, () -> now[0]);
        long pause = ProvisionalTimes.PAUSE.toNanos();
        assertThat(times.get().bfloat16()).isEqualTo(6);
        now[0] += pause - 1;
        assertThat(times.get().bfloat16()).as("asked again too early").isEqualTo(6);
        now[0] += 1;
        assertThat(times.get().bfloat16())
                .as("faster by less than a tenth is no gain")
                .isEqualTo(0.95);
        now[0] += pause;
        assertThat(times.get().bfloat16()).isEqualTo(0.5);
        now[0] += 1000 * pause;
        assertThat(times.get().bfloat16()).as("nothing is left to be measured").isEqualTo(0.5);
    }

    @Test
    void asksAgainAtOnceWhereNothingCouldBeMeasured() {
        Deque<Supplier<PrecisionChoice.Times>> probes = new ArrayDeque<>(List.of(
                () -> {
                    throw new IllegalStateException("no such kernel");
                },
                () -> new PrecisionChoice.Times(1, 0.5)));
        ProvisionalTimes times = new ProvisionalTimes(() -> probes.remove().get(), () -> 0);
        assertThatIllegalStateException().isThrownBy(times::get);
        assertThat(times.get().isGain()).isTrue();
    }

    /** Whatever comes out here, it has been measured, and not again a moment later. */
    @ParameterizedTest
    @EnumSource(names = {"RESNET18", "MOBILENET_V2"})
    @Tag("engine")
    void measuresThisProcessor(BackboneName backbone) {
        TorchEngine engine = Engines.engine();
        PrecisionChoice choice = engine.choosePrecision(Precision.BFLOAT16, backbone);
        assertThat(choice.reason()).contains("times as fast as float32 on this processor");
        assertThat(engine.choosePrecision(Precision.BFLOAT16, backbone)).isEqualTo(choice);
        System.out.println("precision of trainings of " + backbone + " here: " + choice);
    }

    /** What a network answers in follows the same rule by times of its own. */
    @ParameterizedTest
    @EnumSource(names = {"RESNET18", "MOBILENET_V2"})
    @Tag("engine")
    void measuresPredictionsOnThisProcessor(BackboneName backbone) {
        TorchEngine engine = Engines.engine();
        PrecisionChoice choice = engine.choosePredictionPrecision(Precision.BFLOAT16, backbone);
        assertThat(choice.reason()).contains("times as fast as float32 on this processor");
        assertThat(engine.choosePredictionPrecision(Precision.BFLOAT16, backbone))
                .isEqualTo(choice);
        System.out.println("precision of predictions of " + backbone + " here: " + choice);
    }
}
