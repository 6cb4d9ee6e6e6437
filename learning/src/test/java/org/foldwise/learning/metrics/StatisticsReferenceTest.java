package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.foldwise.learning.ReferenceTables;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Intervals and tests of areas and shares against SciPy's and NumPy's, to 1e-12: all are closed formulas. */
@Tag("reference")
class StatisticsReferenceTest {
    private static final Offset<Double> EXACT = within(1e-12);
    private static final double LEVEL = 0.95;

    @TestFactory
    Stream<DynamicTest> areasHaveDeLongsVarianceAndIntervals() {
        return each("delong_ci", json -> {
            List<ScoredCase> cases = ReferenceTables.cases(json.get("y"), json.get("scores"));
            // one image a patient: clusters change nothing
            for (DeLong area : List.of(DeLong.ofImages(cases), DeLong.ofPatients(cases))) {
                assertThat(area.area()).isCloseTo(json.get("auc").doubleValue(), EXACT);
                assertThat(area.variance()).isCloseTo(json.get("variance").doubleValue(), EXACT);
                assertThat(area.standardError()).isCloseTo(json.get("se").doubleValue(), EXACT);
                assertEqual(area.plain(LEVEL), json.get("ci95_plain"));
                assertEqual(area.clipped(LEVEL), json.get("ci95_clipped"));
                if (json.get("ci95_logit").isNull()) {
                    assertThat(area.logit(LEVEL)).isEmpty();
                } else {
                    assertEqual(area.logit(LEVEL).orElseThrow(), json.get("ci95_logit"));
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> differencesOfAreasAreTestedAsByDeLong() {
        return each("delong_paired", json -> {
            List<ScoredCase> one = ReferenceTables.cases(json.get("y"), json.get("scores_a"));
            List<ScoredCase> other = ReferenceTables.cases(json.get("y"), json.get("scores_b"));
            for (PairedDeLong pair : List.of(PairedDeLong.ofImages(one, other), PairedDeLong.ofPatients(one, other))) {
                assertThat(pair.one()).isCloseTo(json.at("/auc/0").doubleValue(), EXACT);
                assertThat(pair.other()).isCloseTo(json.at("/auc/1").doubleValue(), EXACT);
                assertThat(pair.varianceOfOne())
                        .isCloseTo(json.at("/covariance/0/0").doubleValue(), EXACT);
                assertThat(pair.varianceOfOther())
                        .isCloseTo(json.at("/covariance/1/1").doubleValue(), EXACT);
                assertThat(pair.covariance())
                        .isCloseTo(json.at("/covariance/0/1").doubleValue(), EXACT);
                assertThat(pair.varianceOfDifference())
                        .isCloseTo(json.get("variance_of_difference").doubleValue(), EXACT);
                if (json.get("z").isNull()) {
                    assertThat(pair.z().undefinedBecause()).isNotBlank();
                    assertThat(pair.pValue()).isEqualTo(Estimate.of(1));
                    assertThat(pair.difference(LEVEL).interval()).isNull();
                } else {
                    assertThat(pair.z().value()).isCloseTo(json.get("z").doubleValue(), within(1e-10));
                    double reference = json.get("p_two_sided").doubleValue();
                    if (pair.overPatients()) {
                        // by Student's distribution, which the reference does not take
                        assertThat(pair.pValue().value()).isBetween(reference, 1.0);
                    } else {
                        assertThat(pair.pValue().value()).isCloseTo(reference, EXACT);
                        assertEqual(pair.difference(LEVEL).interval(), json.get("difference_ci95"));
                    }
                }
            }
        });
    }

    @Test
    void sharesHaveWilsonsAndClopperAndPearsonsIntervals() {
        for (JsonNode json : ReferenceTables.read("statistics.json").get("proportions")) {
            Proportion share =
                    new Proportion(json.get("k").longValue(), json.get("n").longValue());
            if (json.get("p").isNull()) {
                assertThat(share.share().hasValue()).isFalse();
                assertThat(share.wilson(LEVEL).hasValue()).isFalse();
                assertThat(share.clopperPearson(LEVEL).hasValue()).isFalse();
            } else {
                assertThat(share.share().value()).isEqualTo(json.get("p").doubleValue());
                assertEqual(share.wilson(LEVEL).interval(), json.get("wilson95"));
                assertEqual(share.clopperPearson(LEVEL).interval(), json.get("clopper_pearson95"));
            }
        }
    }

    private static void assertEqual(Interval ours, JsonNode reference) {
        assertThat(ours.lower()).isCloseTo(reference.get(0).doubleValue(), EXACT);
        assertThat(ours.upper()).isCloseTo(reference.get(1).doubleValue(), EXACT);
    }

    private static Stream<DynamicTest> each(String section, Consumer<JsonNode> check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, JsonNode> set :
                ReferenceTables.read("statistics.json").get(section).properties()) {
            tests.add(dynamicTest(set.getKey(), () -> check.accept(set.getValue())));
        }
        return tests.stream();
    }
}
