package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.ScheduleSpec.Annealing;
import org.foldwise.learning.experiment.ScheduleSpec.ThresholdMode;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.experiment.StoppingRule.Metric;
import org.foldwise.learning.experiment.WarmUpSpec;
import org.foldwise.learning.metrics.ValidationFigures;
import org.foldwise.learning.network.Differences;
import org.foldwise.learning.network.ReferenceVectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Every schedule and early stopping against PyTorch and the standard rule, with losses that are NaN or infinite as well. Each
 * schedule is taken up again from its state after every step.
 */
@Tag("reference")
class ScheduleReferenceTest {
    private static final double TOLERANCE = 1e-12;

    private static JsonNode file() {
        return ReferenceVectors.read("schedulers.json");
    }

    static Stream<JsonNode> othersThanPlateau() {
        return file().path("others").valueStream();
    }

    @Test
    void reducesTheLearningRateWhenPyTorchDoes() {
        Differences differences = new Differences("schedulers.json reduce_on_plateau");
        for (JsonNode reference : file().path("reduce_on_plateau")) {
            Metric metric = reference.path("mode").stringValue().equals("min")
                    ? Metric.VALIDATION_LOSS
                    : Metric.VALIDATION_ROC_AUC;
            ScheduleSpec.Plateau spec = new ScheduleSpec.Plateau(
                    metric,
                    reference.path("factor").doubleValue(),
                    reference.path("patience").intValue(),
                    reference.path("threshold").doubleValue(),
                    reference.path("threshold_mode").stringValue().equals("rel")
                            ? ThresholdMode.RELATIVE
                            : ThresholdMode.ABSOLUTE,
                    reference.path("cooldown").intValue(),
                    reference.path("min_lr").doubleValue());
            double rate = reference.path("initial_lr").doubleValue();
            LearningRateSchedule schedule = schedule(spec, WarmUpSpec.NONE, rate, 1, ScheduleState.initial(rate));
            JsonNode rates = reference.path("lr");
            differences.check("lr", schedule.learningRate(), rates.get(0).doubleValue(), TOLERANCE);
            for (int i = 0; i < reference.path("values").size(); i++) {
                double value = ReferenceVectors.number(reference.path("values").get(i));
                schedule.updated();
                schedule.epochFinished(
                        Task.BINARY, metric == Metric.VALIDATION_LOSS ? figures(value, null) : figures(0, value));
                differences.check(
                        "lr", schedule.learningRate(), rates.get(i + 1).doubleValue(), TOLERANCE);
                schedule = schedule(spec, WarmUpSpec.NONE, rate, 1, schedule.state());
            }
        }
        differences.report();
    }

    private static ValidationFigures figures(double loss, @Nullable Double rocAuc) {
        return new ValidationFigures(loss, rocAuc, null, null, null, null, List.of());
    }

    private static LearningRateSchedule schedule(
            ScheduleSpec spec, WarmUpSpec warmUp, double rate, int epochs, ScheduleState state) {
        return new LearningRateSchedule(spec, warmUp, rate, 1, epochs, state);
    }

    @ParameterizedTest
    @MethodSource("othersThanPlateau")
    void changesTheLearningRateAsPyTorchDoes(JsonNode reference) {
        String name = reference.path("scheduler").stringValue();
        Differences differences = new Differences("schedulers.json " + name);
        ScheduleSpec spec = spec(name, reference);
        WarmUpSpec warmUp = reference.path("start_factor").isMissingNode()
                ? WarmUpSpec.NONE
                : new WarmUpSpec(
                        reference.path("total_iters").intValue(),
                        reference.path("start_factor").doubleValue());
        // torch's one-cycle schedule has its own highest rate, ours the optimizer's
        double rate = reference
                .path("max_lr")
                .doubleValue(reference.path("initial_lr").doubleValue());
        JsonNode rates = reference.path("lr");
        JsonNode momenta = reference.path("momentum");
        int epochs = reference.path("total_steps").intValue(rates.size());
        LearningRateSchedule schedule = schedule(spec, warmUp, rate, epochs, ScheduleState.initial(rate));
        for (int i = 0; i < rates.size(); i++) {
            differences.check("lr", schedule.learningRate(), rates.get(i).doubleValue(), TOLERANCE);
            Double momentum = schedule.momentum();
            if (momenta.isArray()) {
                assertThat(momentum).isNotNull();
                differences.check("momentum", momentum, momenta.get(i).doubleValue(), TOLERANCE);
            } else {
                assertThat(momentum).isNull();
            }
            schedule.updated();
            schedule.epochFinished(Task.BINARY, figures(Double.NaN, null));
            schedule = schedule(spec, warmUp, rate, epochs, schedule.state());
        }
        differences.report();
    }

    private static ScheduleSpec spec(String name, JsonNode reference) {
        return switch (name) {
            case "StepLR" ->
                new ScheduleSpec.Step(
                        reference.path("step_size").intValue(),
                        reference.path("gamma").doubleValue());
            case "MultiStepLR" ->
                new ScheduleSpec.MultiStep(
                        reference
                                .path("milestones")
                                .valueStream()
                                .map(JsonNode::intValue)
                                .toList(),
                        reference.path("gamma").doubleValue());
            case "ExponentialLR" ->
                new ScheduleSpec.Exponential(reference.path("gamma").doubleValue());
            case "CosineAnnealingLR", "SequentialLR(LinearLR,CosineAnnealingLR)" ->
                new ScheduleSpec.Cosine(
                        reference.path("T_max").intValue(),
                        reference.path("eta_min").doubleValue());
            case "CosineAnnealingWarmRestarts" ->
                new ScheduleSpec.CosineRestarts(
                        reference.path("T_0").intValue(),
                        reference.path("T_mult").intValue(),
                        reference.path("eta_min").doubleValue());
            case "OneCycleLR" ->
                new ScheduleSpec.OneCycle(
                        reference.path("pct_start").doubleValue(),
                        reference.path("anneal_strategy").stringValue().equals("cos")
                                ? Annealing.COSINE
                                : Annealing.LINEAR,
                        reference.path("three_phase").booleanValue(),
                        reference.path("div_factor").doubleValue(),
                        reference.path("final_div_factor").doubleValue(),
                        true,
                        reference.path("base_momentum").doubleValue(),
                        reference.path("max_momentum").doubleValue());
            case "LinearLR(warm-up)" -> new ScheduleSpec.Constant();
            default -> throw new IllegalArgumentException("no schedule is known for " + name);
        };
    }

    @Test
    void warmsUpOverUpdatesAndBeginsTheScheduleAfterwards() {
        ScheduleSpec.Step halving = new ScheduleSpec.Step(1, 0.5);
        LearningRateSchedule schedule =
                new LearningRateSchedule(halving, new WarmUpSpec(2, 0.5), 1, 2, 5, ScheduleState.initial(1));
        double[][] expected = {{0.5, 0.625}, {0.75, 0.875}, {1, 1}, {0.5, 0.5}, {0.25, 0.25}};
        for (double[] epoch : expected) {
            for (double rate : epoch) {
                assertThat(schedule.learningRate()).isEqualTo(rate);
                schedule.updated();
            }
            schedule.epochFinished(Task.BINARY, figures(1, null));
        }
    }

    @Test
    void aOneCycleOfAnyNumberOfUpdatesHasFiniteRates() {
        for (boolean threePhases : List.of(true, false)) {
            // 0.6 of 5 and 0.52 of 25 updates are such that the middle phase ends with the training
            for (double rising : List.of(0.04, 0.1, 0.25, 0.5, 0.52, 0.6, 0.75, 0.99)) {
                ScheduleSpec.OneCycle cycle =
                        new ScheduleSpec.OneCycle(rising, Annealing.COSINE, threePhases, 25, 1e4, true, 0.85, 0.95);
                for (int total = 1; total <= 30; total++) {
                    for (int update = 0; update <= total; update++) {
                        assertThat(cycle.rate(1, update, total)).isBetween(0.0, 1.0);
                        assertThat(cycle.momentum(update, total)).isBetween(0.85 - 1e-12, 0.95 + 1e-12);
                    }
                }
            }
        }
    }

    /** PyTorch's OneCycleLR with max_lr 1, pct_start 0.6, total_steps 5, three_phase, anneal_strategy linear. */
    @Test
    void theUpdateThatEndsAPhaseBelongsToIt() {
        ScheduleSpec.OneCycle cycle = new ScheduleSpec.OneCycle(0.6, Annealing.LINEAR, true, 25, 1e4, true, 0.85, 0.95);
        double[] rates = {0.04, 0.52, 1, 0.52, 0.04};
        for (int update = 0; update < 5; update++) {
            assertThat(cycle.rate(1, update, 5)).isCloseTo(rates[update], within(1e-15));
        }
    }

    @Test
    void stopsEarlyByTheStandardRule() {
        int compared = 0;
        for (JsonNode reference : file().path("early_stopping")) {
            StoppingRule rule = new StoppingRule(
                    Metric.VALIDATION_LOSS,
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
