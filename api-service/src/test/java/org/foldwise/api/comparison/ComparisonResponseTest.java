package org.foldwise.api.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.junit.jupiter.api.Test;

class ComparisonResponseTest {
    private static String verdict(double value, double lower, double upper) {
        return ComparisonResponse.verdict(
                "a", "b", new Estimate(value, new Interval(lower, upper, 0.95, "correctedStudentOverFolds"), null));
    }

    @Test
    void noVerdictSpeaksForARecipeWithoutItsInterval() {
        assertThat(verdict(0.02, 0.01, 0.03))
                .contains("95 % interval 0.010 to 0.030")
                .endsWith("speak for 'a'.");
        assertThat(verdict(-0.02, -0.03, -0.01)).contains("-0.030 to -0.010").endsWith("speak for 'b'.");
        assertThat(verdict(0.02, -0.01, 0.05))
                .contains("-0.010 to 0.050")
                .contains("do not tell which recipe")
                .contains("do not show that the two are equal");
        assertThat(ComparisonResponse.verdict("a", "b", Estimate.of(0.02))).contains("nothing to conclude");
        assertThat(ComparisonResponse.verdict("a", "b", Estimate.undefined("fold 1 needs positive and negative cases")))
                .contains("cannot be compared")
                .contains("fold 1");
    }
}
