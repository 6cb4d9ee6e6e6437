package org.foldwise.learning.metrics.clinical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.foldwise.learning.ReferenceTables;
import org.foldwise.learning.metrics.ScoredCase;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Net benefit against NumPy's, to 1e-12: a closed formula of counts. */
@Tag("reference")
class DecisionCurveReferenceTest {
    @TestFactory
    Stream<DynamicTest> netBenefitEqualsTheReference() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, JsonNode> set :
                ReferenceTables.read("statistics.json").get("net_benefit").properties()) {
            tests.add(dynamicTest(set.getKey(), () -> assertCurve(set.getValue())));
        }
        return tests.stream();
    }

    private static void assertCurve(JsonNode json) {
        List<ScoredCase> cases = ReferenceTables.cases(json.get("y"), json.get("scores"));
        List<Double> thresholds = new ArrayList<>();
        json.get("curve").forEach(point -> thresholds.add(point.get("threshold").doubleValue()));
        DecisionCurve curve = DecisionCurve.of(cases, thresholds, 0.95);
        for (int i = 0; i < thresholds.size(); i++) {
            DecisionCurve.Point ours = curve.points().get(i);
            JsonNode reference = json.get("curve").get(i);
            assertThat(ours.model().value()).isCloseTo(reference.get("model").doubleValue(), within(1e-12));
            assertThat(ours.treatAll()).isCloseTo(reference.get("treat_all").doubleValue(), within(1e-12));
            assertThat(ours.treatNone()).isEqualTo(reference.get("treat_none").doubleValue());
        }
    }
}
