package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import org.foldwise.learning.dataset.PatientId;
import org.junit.jupiter.api.Test;

class PatientMeanTest {
    private static final PatientId A = new PatientId("a");
    private static final PatientId B = new PatientId("b");

    private static Interval interval(PatientMean mean) {
        return Objects.requireNonNull(mean.estimate(0.95).interval());
    }

    /** Student's own: 2.5 and 3.182446 times 1.290994 / 2. */
    @Test
    void isTheUsualIntervalWhereEachPatientHasOneImage() {
        PatientMean mean = new PatientMean(-10, 10);
        for (int i = 1; i <= 4; i++) {
            mean.add(new PatientId("p" + i), i);
        }

        assertThat(mean.estimate(0.95).value()).isEqualTo(2.5);
        assertThat(interval(mean).lower()).isCloseTo(2.5 - 2.0542603, within(1e-6));
        assertThat(interval(mean).upper()).isCloseTo(2.5 + 2.0542603, within(1e-6));
        assertThat(mean.deviation().orElseThrow()).isCloseTo(1.2909944, within(1e-6));
    }

    /** Sums of differences are -0.2 and 0.2: a standard error of sqrt(2 x 0.08) / 3, times 12.7062047. */
    @Test
    void countsPatientsNotImages() {
        PatientMean mean = new PatientMean(-10, 10);
        mean.add(A, 0.2);
        mean.add(A, 0.4);
        mean.add(B, 0.6);

        assertThat(mean.estimate(0.95).valueOr(0)).isCloseTo(0.4, within(1e-12));
        assertThat(interval(mean).upper()).isCloseTo(0.4 + 12.7062047 * 0.4 / 3, within(1e-6));
    }

    @Test
    void neverLeavesWhereTheNumberLies() {
        PatientMean mean = new PatientMean(0, 1);
        mean.add(A, 0.2);
        mean.add(B, 0.6);

        assertThat(interval(mean).lower()).isZero();
        assertThat(interval(mean).upper()).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> mean.add(A, 1.1));
    }

    @Test
    void hasNoIntervalThatIsAPoint() {
        PatientMean mean = new PatientMean(0, 1);
        assertThat(mean.estimate(0.95).hasValue()).isFalse();
        mean.add(A, 0.5);
        assertThat(mean.estimate(0.95)).isEqualTo(Estimate.of(0.5));
        assertThat(mean.deviation()).isEmpty();
        mean.add(B, 0.5);
        assertThat(mean.estimate(0.95)).isEqualTo(Estimate.of(0.5));
    }
}
