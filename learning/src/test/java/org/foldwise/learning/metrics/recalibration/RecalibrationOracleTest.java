package org.foldwise.learning.metrics.recalibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.foldwise.learning.ReferenceTables;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recalibrations of several classes against scikit-learn's; {@code recalibration_oracles.py} wrote the file. */
class RecalibrationOracleTest {
    private static JsonNode oracles;
    private static List<ClassifiedCase> cases;

    @BeforeAll
    static void read() throws IOException {
        try (InputStream json = RecalibrationOracleTest.class.getResourceAsStream("oracles.json")) {
            oracles = JsonMapper.shared().readTree(Objects.requireNonNull(json));
        }
        cases = new ArrayList<>();
        for (int i = 0; i < oracles.get("logits").size(); i++) {
            cases.add(new ClassifiedCase(
                    "i" + i,
                    new PatientId("p" + i),
                    oracles.get("truth").get(i).intValue(),
                    softmax(oracles.get("logits").get(i))));
        }
    }

    private static List<Double> softmax(JsonNode logits) {
        double[] powers =
                Arrays.stream(ReferenceTables.numbers(logits)).map(Math::exp).toArray();
        double sum = Arrays.stream(powers).sum();
        return Arrays.stream(powers).mapToObj(power -> power / sum).toList();
    }

    private static List<String> classes() {
        return IntStream.range(0, oracles.get("logits").get(0).size())
                .mapToObj(k -> "class " + k)
                .toList();
    }

    @Test
    void theTemperatureIsTheRootOfTheSlope() {
        Recalibration.Temperature temperature =
                (Recalibration.Temperature) RecalibrationMethod.TEMPERATURE.fitToClasses(classes(), cases);

        assertThat(temperature.temperature())
                .isCloseTo(oracles.get("exactTemperature").doubleValue(), within(1e-12));
    }

    /** As near as scikit-learn comes to its own optimum; an isotonic map has none to come near to. */
    @ParameterizedTest
    @CsvSource({"TEMPERATURE, 1e-8", "PLATT, 1e-6", "ISOTONIC, 1e-12"})
    void probabilitiesEqualScikitLearns(RecalibrationMethod method, double tolerance) {
        Recalibration recalibration = method.fitToClasses(classes(), cases);
        JsonNode expected = oracles.get(method.name().toLowerCase(Locale.ROOT));
        for (int i = 0; i < expected.size(); i++) {
            List<Double> ours =
                    recalibration.applyToOutputs(softmax(oracles.get("queries").get(i)));
            double[] theirs = ReferenceTables.numbers(expected.get(i));
            for (int k = 0; k < theirs.length; k++) {
                assertThat(ours.get(k)).isCloseTo(theirs[k], within(tolerance));
            }
        }
    }
}
