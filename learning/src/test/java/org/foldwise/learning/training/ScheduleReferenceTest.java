package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.network.ReferenceVectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Plateau schedule and early stopping against PyTorch and the standard rule, with losses that are NaN or infinite as well. */
@Tag("reference")
class ScheduleReferenceTest {
    private final JsonNode file = ReferenceVectors.read("schedulers.json");

    @Test
    void reducesTheLearningRateWhenPyTorchDoes() {
        int compared = 0;
        for (JsonNode reference : file.path("reduce_on_plateau")) {
            if (isOurs(reference)) {
                ScheduleSpec.Plateau spec = new ScheduleSpec.Plateau(
                        reference.path("factor").doubleValue(),
                        reference.path("patience").intValue());
                LearningRateSchedule schedule = LearningRateSchedule.of(
                        spec, reference.path("initial_lr").doubleValue());
                JsonNode rates = reference.path("lr");
                checkRate(schedule, rates.get(0), reference);
                for (int i = 0; i < reference.path("values").size(); i++) {
                    schedule.observe(
                            ReferenceVectors.number(reference.path("values").get(i)));
                    checkRate(schedule, rates.get(i + 1), reference);
                    schedule = LearningRateSchedule.resume(spec, schedule.state());
                }
                compared++;
            }
        }
        assertThat(compared).isPositive();
    }

    private static void checkRate(LearningRateSchedule schedule, JsonNode expected, JsonNode reference) {
        assertThat(schedule.learningRate())
                .as(reference.path("sequence").stringValue())
                .isCloseTo(expected.doubleValue(), within(1e-12 * expected.doubleValue()));
    }

    private static boolean isOurs(JsonNode reference) {
        return reference.path("mode").stringValue().equals("min")
                && reference.path("threshold_mode").stringValue().equals("rel")
                && reference.path("threshold").doubleValue() == 1e-4
                && reference.path("cooldown").intValue() == 0
                && reference.path("min_lr").doubleValue() == 0;
    }

    @Test
    void stopsEarlyByTheStandardRule() {
        int compared = 0;
        for (JsonNode reference : file.path("early_stopping")) {
            StoppingRule rule = new StoppingRule(
                    StoppingRule.Metric.VALIDATION_LOSS,
                    reference.path("patience").intValue(),
                    reference.path("min_delta").doubleValue());
            EarlyStopping stopping = new EarlyStopping(rule, StoppingState.INITIAL);
            for (JsonNode epoch : reference.path("standard")) {
                double value = ReferenceVectors.number(
                        reference.path("values").get(epoch.path("epoch").intValue()));
                assertThat(stopping.observe(value))
                        .as("%s, epoch %s", reference.path("sequence"), epoch.path("epoch"))
                        .isEqualTo(epoch.path("improved").booleanValue());
                assertThat(stopping.state().badEpochs())
                        .isEqualTo(epoch.path("bad_epochs").intValue());
                assertThat(stopping.shouldStop()).isEqualTo(epoch.path("stop").booleanValue());
                if (epoch.path("best").isNull()) {
                    assertThat(stopping.state().best()).isNaN();
                } else {
                    assertThat(stopping.state().best()).isEqualTo(ReferenceVectors.number(epoch.path("best")));
                }
                stopping = new EarlyStopping(rule, stopping.state());
                compared++;
            }
        }
        assertThat(compared).isPositive();
    }
}
