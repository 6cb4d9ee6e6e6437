package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.dataset.PatientId;
import org.junit.jupiter.api.Test;

class F1AveragesTest {
    /** By hand: F1 is 6/9 of the positive class and 8/11 of the negative one, of 4 and 6 images. */
    @Test
    void averagesBothClasses() {
        F1Averages averages = F1Averages.of(new ConfusionMatrix(4, 2, 1, 3));

        assertThat(averages.macro().value()).isCloseTo((6 / 9.0 + 8 / 11.0) / 2, within(1e-15));
        assertThat(averages.weighted().value()).isCloseTo((4 * 6 / 9.0 + 6 * 8 / 11.0) / 10, within(1e-15));
        assertThat(averages.micro().value()).isCloseTo(0.7, within(1e-15));
    }

    @Test
    void aClassThatNeitherIsNorIsCalledLeavesTheMeanUndefinedAndHasNoWeight() {
        F1Averages averages = F1Averages.of(new ConfusionMatrix(5, 0, 0, 0));

        assertThat(averages.macro().value()).isNull();
        assertThat(averages.weighted().value()).isEqualTo(1.0);
        assertThat(averages.micro().value()).isEqualTo(1.0);
    }

    /** Wilson's interval of 6 patients of whom all are right, and of 14, as F1 and averaged: where all are right each patient counts once. */
    @Test
    void perfectDecisionsHaveAnIntervalAllTheSame() {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            cases.add(new ScoredCase("i" + i, new PatientId("p" + i), i < 6, i < 6 ? 0.9 : 0.1));
        }

        F1Averages averages =
                EvaluationReport.of(cases, 0.5, new BootstrapSpec(200, 1, 0.95)).f1Averages();

        Interval interval = averages.macro().interval();
        assertThat(interval).isNotNull();
        assertThat(interval.upper()).isEqualTo(1);
        assertThat(interval.method()).isEqualTo("meanOfIntervals");
        double ofIll = new Proportion(6, 6).wilson(0.95).interval().lower();
        double ofHealthy = new Proportion(14, 14).wilson(0.95).interval().lower();
        assertThat(interval.lower())
                .isCloseTo((2 * ofIll / (1 + ofIll) + 2 * ofHealthy / (1 + ofHealthy)) / 2, within(1e-12));
    }

    @Test
    void aReportHasThemWithIntervalsOverPatients() {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            double score = (i * 7) % 20 / 40.0 + (i % 3 == 0 ? 0.3 : 0.1);
            cases.add(new ScoredCase("i" + i, new PatientId("p" + i / 2), i % 3 == 0, score));
        }

        EvaluationReport report = EvaluationReport.of(cases, 0.45, new BootstrapSpec(200, 1, 0.95));

        F1Averages averages = report.f1Averages();
        F1Averages points = F1Averages.of(report.confusion());
        assertThat(averages).isNotNull();
        assertThat(averages.macro().value()).isEqualTo(points.macro().value());
        assertThat(averages.macro().interval().method()).isEqualTo("patientBootstrapExpandedBca");
        assertThat(averages.macro().interval().lower())
                .isLessThan(averages.macro().value());
        assertThat(averages.macro().interval().upper())
                .isGreaterThan(averages.macro().value());
        assertThat(averages.weighted().interval()).isNotNull();
        assertThat(averages.micro()).isEqualTo(report.accuracy());
    }
}
