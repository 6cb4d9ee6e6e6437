package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.json.ReportJson;
import org.junit.jupiter.api.Test;

class ValidationFiguresTest {
    private static final List<String> CLASSES = List.of("healthy", "sick");

    /** Cases of these probabilities; the first so many are positive. */
    private static List<ScoredCase> cases(int positives, double... probabilities) {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < probabilities.length; i++) {
            cases.add(new ScoredCase("film" + i, new PatientId("p" + i), i < positives, probabilities[i]));
        }
        return cases;
    }

    @Test
    void areThoseOfAHandComputedTable() {
        // 2 of 3 positives found, 1 of 5 negatives called positive; a probability of exactly 0.5 is positive
        ValidationFigures figures =
                ValidationFigures.of(0.4, cases(3, 0.9, 0.5, 0.2, 0.6, 0.4, 0.3, 0.1, 0.1), CLASSES);

        assertThat(figures.loss()).isEqualTo(0.4);
        assertThat(figures.accuracy()).isEqualTo(6.0 / 8);
        assertThat(figures.balancedAccuracy()).isCloseTo((2.0 / 3 + 4.0 / 5) / 2, within(1e-15));
        assertThat(figures.matthewsCorrelation())
                .isCloseTo((2 * 4 - 1 * 1) / Math.sqrt(3.0 * 3 * 5 * 5), within(1e-15));
        // of 15 pairs 0.2 loses against 0.6, 0.4 and 0.3, and 0.5 against 0.6
        assertThat(figures.rocAuc()).isCloseTo(11.0 / 15, within(1e-15));
        assertThat(figures.averagePrecision()).isCloseTo((1 + 2.0 / 3 + 3.0 / 6) / 3, within(1e-15));
        assertThat(figures.positive())
                .isEqualTo(new ValidationFigures.ClassFigures("sick", 3, 2.0 / 3, 2.0 / 3, 0.8, 2.0 / 3));
        assertThat(figures.classes().get(0))
                .isEqualTo(new ValidationFigures.ClassFigures("healthy", 5, 0.8, 0.8, 2.0 / 3, 0.8));
    }

    @Test
    void leaveOutWhatOneClassCannotTell() {
        ValidationFigures figures = ValidationFigures.of(0.4, cases(0, 0.1, 0.2), CLASSES);

        assertThat(figures.rocAuc()).isNull();
        assertThat(figures.averagePrecision()).isNull();
        assertThat(figures.accuracy()).isEqualTo(1);
        assertThat(figures.balancedAccuracy()).isNull();
        assertThat(figures.matthewsCorrelation()).isNull();
        assertThat(figures.positive()).isEqualTo(new ValidationFigures.ClassFigures("sick", 0, null, null, 1.0, null));
        assertThat(figures.classes().get(0))
                .isEqualTo(new ValidationFigures.ClassFigures("healthy", 2, 1.0, 1.0, null, 1.0));
    }

    @Test
    void haveNoCorrelationNorPrecisionWhereNothingIsCalledPositive() {
        ValidationFigures figures = ValidationFigures.of(0.4, cases(1, 0.4, 0.2), CLASSES);

        assertThat(figures.matthewsCorrelation()).isNull();
        assertThat(figures.positive().precision()).isNull();
        assertThat(figures.positive().f1()).isZero();
        assertThat(figures.balancedAccuracy()).isEqualTo(0.5);
    }

    @Test
    void areReadBackToTheBit() {
        for (int positives = 0; positives <= 4; positives++) {
            ValidationFigures figures = ValidationFigures.of(0.1 + 0.2, cases(positives, 0.9, 0.5, 0.2, 0.6), CLASSES);
            assertThat(ReportJson.read(ValidationFigures.class, ReportJson.write(figures)))
                    .isEqualTo(figures);
        }
    }

    @Test
    void refuseOtherThanTwoClasses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ValidationFigures.of(0.4, cases(1, 0.4, 0.2), List.of("a", "b", "c")));
    }
}
