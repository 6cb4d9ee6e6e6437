package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    private static Estimate estimate(double value, double lower, double upper) {
        return Estimate.of(value).with(Optional.of(new Interval(lower, upper, 0.95, "any")));
    }

    /** Three decimals, unless a number would look like 0 or 1 and is not; six at most. */
    @ParameterizedTest
    @CsvSource({
        "0.5, 0.500",
        "0, 0.000",
        "1, 1.000",
        "-1, -1.000",
        "0.9994, 0.999",
        "0.9996, 0.9996",
        "0.99996, 0.99996",
        "0.9999999, 1.000",
        "1.0001, 1.0001",
        "0.0004, 0.0004",
        "-0.0004, -0.0004",
        "-0.0000001, 0.000",
        "0.0006, 0.001",
        "12.34567, 12.346"
    })
    void aNumberThatIsNotOneDoesNotLookLikeOne(double number, String written) {
        assertThat(Words.number(number)).isEqualTo(written);
    }

    @Test
    void anIntervalOfManyImagesHasAWidthInPrint() {
        assertThat(Words.estimate(estimate(0.99993, 0.99989, 0.99996))).isEqualTo("0.99993 (0.99989 to 0.99996)");
        assertThat(Words.estimate(estimate(0.8504, 0.85012, 0.85038))).isEqualTo("0.8504 (0.8501 to 0.8504)");
        assertThat(Words.narrow(estimate(0.9, 0.8, 0.95))).isEqualTo("0.900 (0.800\u20130.950)");
        assertThat(Words.estimate(estimate(1, 0.99998, 1))).isEqualTo("1.00000 (0.99998 to 1.00000)");
        assertThat(Words.estimate(estimate(0.9, 0.8, 1))).isEqualTo("0.900 (0.800 to 1.000)");
        assertThat(Words.estimate(estimate(-0.0002, -0.01, 0.01))).isEqualTo("-0.0002 (-0.0100 to 0.0100)");
        // ends that are equal, or that no six decimals tell apart, are written as they are
        assertThat(Words.estimate(estimate(0.5, 0.5, 0.5))).isEqualTo("0.500 (0.500 to 0.500)");
        assertThat(Words.estimate(estimate(0.5, 0.5, 0.50000001))).isEqualTo("0.500 (0.500 to 0.500)");
    }
}
