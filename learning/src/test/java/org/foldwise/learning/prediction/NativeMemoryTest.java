package org.foldwise.learning.prediction;

import org.foldwise.learning.experiment.Precision;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The beginning of what {@link NativeMemorySoakTest} does to the end: not one array of the engine may be added. */
@Tag("engine")
class NativeMemoryTest {
    private static final int STEPS = 30;
    private static final int PREDICTIONS = 100;

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void trainingStepsLeaveNoArrayBehind(Precision precision) {
        Soak soak = new Soak(precision, after -> {});
        soak.train(STEPS);
        soak.requireNoArrayMore();
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void predictionsLeaveNoArrayBehind(Precision precision) {
        Soak soak = new Soak(precision, after -> {});
        soak.predict(PREDICTIONS);
        soak.requireNoArrayMore();
    }
}
