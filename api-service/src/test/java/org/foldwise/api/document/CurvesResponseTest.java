package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.PatientAggregation;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.junit.jupiter.api.Test;

class CurvesResponseTest {
    /** The ill patient's mean is 0.5, those of the others 0.25 and 0.75: one of two is below it. */
    @Test
    void curvesOfABinaryTasksPatientsCountEachOnce() {
        ScoredImages.Binary images = new ScoredImages.Binary(
                List.of("HEALTHY", "ILL"),
                List.of(
                        scored("a", "ill", true, 0.75),
                        scored("b", "ill", false, 0.25),
                        scored("c", "low", false, 0.25),
                        scored("d", "high", false, 0.75),
                        scored("e", "high", false, 0.75)));
        Map<PatientId, List<String>> shown = Map.of(
                new PatientId("ill"), List.of("ILL"),
                new PatientId("low"), List.of("HEALTHY"),
                new PatientId("high"), List.of("HEALTHY"));

        CurvesResponse curves = CurvesResponse.ofPatients(
                PatientAggregation.MEAN, images.perPatient(PatientAggregation.MEAN, shown), 0.95);

        assertThat(curves.aggregation()).isEqualTo(PatientAggregation.MEAN);
        assertThat(curves.classes()).isEmpty();
        assertThat(curves.rocCurve().stream().map(RocCurve.Point::threshold)).contains(0.75, 0.5);
        RocCurve.Point atHalf = curves.rocCurve().stream()
                .filter(point -> Double.valueOf(0.5).equals(point.threshold()))
                .findFirst()
                .orElseThrow();
        assertThat(atHalf.truePositiveRate()).isEqualTo(1.0);
        assertThat(atHalf.falsePositiveRate()).isEqualTo(0.5);
        assertThat(curves.calibrationBins()).hasSize(3);
        assertThat(curves.thresholdCurve().get(50).threshold()).isEqualTo(0.5);
        assertThat(curves.thresholdCurve().get(50).recall().value()).isEqualTo(1.0);
        assertThat(curves.thresholdCurve().get(50).specificity().value()).isEqualTo(0.5);
    }

    private static ScoredCase scored(String image, String patient, boolean positive, double probability) {
        return new ScoredCase(image, new PatientId(patient), positive, probability);
    }
}
