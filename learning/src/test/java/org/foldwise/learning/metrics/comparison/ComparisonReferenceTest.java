package org.foldwise.learning.metrics.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.foldwise.learning.ReferenceTables;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** McNemar's test and the summary of folds against SciPy's, to 1e-12: all are closed formulas. */
@Tag("reference")
class ComparisonReferenceTest {
    private static final Offset<Double> EXACT = within(1e-12);

    @Test
    void mcNemarsTestEqualsTheReferenceInAllForms() {
        for (JsonNode json : ReferenceTables.read("statistics.json").get("mcnemar")) {
            int b = json.get("b").intValue();
            int c = json.get("c").intValue();
            McNemar test = new McNemar(b, c);
            assertThat(test.exactPValue()).isCloseTo(json.get("p_exact").doubleValue(), EXACT);
            assertEqual(test.midPValue(), json.get("p_mid"));
            assertEqual(test.chiSquared().statistic(), json.at("/chi2/statistic"));
            assertEqual(test.chiSquared().pValue(), json.at("/chi2/p"));
            assertEqual(test.continuityCorrected().statistic(), json.at("/chi2_continuity/statistic"));
            assertEqual(test.continuityCorrected().pValue(), json.at("/chi2_continuity/p"));
            // with one image a patient the clustered form is the plain one, but for (K - 1) / K
            int patients = Math.max(200, b + c);
            ClusteredMcNemar clustered = new ClusteredMcNemar(IntStream.range(0, patients)
                    .mapToObj(i -> new ClusteredMcNemar.Patient(i < b ? 1 : 0, i >= b && i < b + c ? 1 : 0, 1))
                    .toList());
            assertEqual(clustered.durkalski().statistic(), json.at("/chi2/statistic"));
            if (b + c > 0) {
                assertThat(clustered.obuchowski().statistic().value())
                        .isCloseTo(json.at("/chi2/statistic").doubleValue() * (patients - 1) / patients, EXACT);
            }
        }
    }

    @Test
    void aSummaryOfFoldsEqualsTheReference() {
        JsonNode json = ReferenceTables.read("statistics.json").get("fold_summary");
        List<Double> scores = Arrays.stream(ReferenceTables.numbers(json.get("scores")))
                .boxed()
                .toList();
        FoldSummary summary = new FoldSummary(scores);
        assertThat(summary.mean()).isCloseTo(json.get("mean").doubleValue(), EXACT);
        assertThat(summary.standardDeviation().value())
                .isCloseTo(json.get("std_ddof1").doubleValue(), EXACT);
        Interval interval = summary.student(0.95).interval();
        // SciPy's quantiles of Student's distribution are off in the eleventh digit for 1 and 2 degrees of freedom,
        // which have closed forms
        assertThat(interval.lower()).isCloseTo(json.at("/t_ci95/0").doubleValue(), within(1e-9));
        assertThat(interval.upper()).isCloseTo(json.at("/t_ci95/1").doubleValue(), within(1e-9));
    }

    private static void assertEqual(Estimate ours, JsonNode reference) {
        if (reference.isNumber()) {
            assertThat(ours.value()).isCloseTo(reference.doubleValue(), EXACT);
        } else {
            assertThat(ours.undefinedBecause()).isNotBlank();
        }
    }
}
