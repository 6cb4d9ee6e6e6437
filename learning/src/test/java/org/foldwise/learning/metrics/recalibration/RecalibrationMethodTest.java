package org.foldwise.learning.metrics.recalibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecalibrationMethodTest {
    private static final long SEED = 5;

    /** Probabilities that are too sure by a factor of three in their logits, and too high. */
    private static List<ScoredCase> overconfident() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            double logit = random.nextDouble(-3, 3);
            boolean positive = random.nextDouble() < Logistic.sigmoid(logit);
            cases.add(new ScoredCase("i" + i, new PatientId("p" + i), positive, Logistic.sigmoid(3 * logit + 1)));
        }
        return cases;
    }

    private static double logLoss(List<ScoredCase> cases) {
        return cases.stream()
                .mapToDouble(one -> -Math.log(one.positive() ? one.probability() : 1 - one.probability()))
                .average()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void everyMethodButNoneMakesProbabilitiesBetter(RecalibrationMethod method) {
        List<ScoredCase> cases = overconfident();
        double before = logLoss(cases);
        double after = logLoss(method.fit(cases).apply(cases));
        if (method == RecalibrationMethod.NONE) {
            assertThat(after).isEqualTo(before);
        } else {
            assertThat(after).as("seed %d", SEED).isLessThan(before - 0.1);
        }
    }

    @Test
    void saysWhyNothingFits() {
        List<ScoredCase> separated = List.of(
                new ScoredCase("a", new PatientId("a"), false, 0.2),
                new ScoredCase("b", new PatientId("b"), true, 0.9));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecalibrationMethod.TEMPERATURE.fit(separated))
                .withMessageStartingWith("these cases allow no recalibration: no temperature is best");
        List<ScoredCase> reversed = List.of(
                new ScoredCase("a", new PatientId("a"), false, 0.9),
                new ScoredCase("b", new PatientId("b"), true, 0.2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecalibrationMethod.PLATT.fit(reversed))
                .withMessageStartingWith("these cases allow no recalibration: ");
    }

    /** The threshold is one of recalibrated probabilities, and the same cases lie above it. */
    @Test
    void theThresholdIsChosenOnWhatBecomesOfProbabilities() {
        ScoredImages.Binary images = new ScoredImages.Binary(List.of("healthy", "ill"), overconfident());
        ThresholdRule rule = new ThresholdRule.MaximumF1();
        Decision.AtThreshold raw = (Decision.AtThreshold) Decision.choose(images, rule);
        Decision.AtThreshold platt = (Decision.AtThreshold) Decision.choose(images, rule, RecalibrationMethod.PLATT);
        ScoredImages.Binary recalibrated = (ScoredImages.Binary) platt.recalibrated(images);

        assertThat(raw.recalibrated(images)).isEqualTo(images);
        assertThat(platt.choice().threshold()).isNotEqualTo(raw.choice().threshold());
        for (int i = 0; i < images.size(); i++) {
            assertThat(recalibrated.cases().get(i).probability()
                            >= platt.choice().threshold())
                    .isEqualTo(
                            images.cases().get(i).probability() >= raw.choice().threshold());
        }
    }
}
