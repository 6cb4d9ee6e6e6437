package org.foldwise.registry.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.IllegalTransitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExperimentTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Map<ExperimentState, Set<ExperimentState>> LEGAL = Map.of(
            ExperimentState.QUEUED,
            Set.of(ExperimentState.RUNNING, ExperimentState.FAILED, ExperimentState.CANCELLED),
            ExperimentState.RUNNING,
            Set.of(ExperimentState.SUCCEEDED, ExperimentState.FAILED, ExperimentState.CANCELLED),
            ExperimentState.SUCCEEDED,
            Set.of(),
            ExperimentState.FAILED,
            Set.of(),
            ExperimentState.CANCELLED,
            Set.of());
    private static final Map<ExperimentState, Consumer<Experiment>> EVENTS = Map.of(
            ExperimentState.RUNNING, Experiment::begin,
            ExperimentState.SUCCEEDED, experiment -> experiment.succeed("{}", NOW),
            ExperimentState.FAILED, experiment -> experiment.fail(NOW),
            ExperimentState.CANCELLED, experiment -> experiment.cancel(NOW));

    @ParameterizedTest
    @EnumSource
    void goesWhereItMayAndNowhereElse(ExperimentState from) {
        assertThat(from.canBecome(ExperimentState.QUEUED)).isFalse();
        assertThat(from.isTerminal()).isEqualTo(LEGAL.get(from).isEmpty());
        EVENTS.forEach((to, event) -> {
            Experiment experiment = experiment(from);
            boolean legal = LEGAL.get(from).contains(to);
            assertThat(from.canBecome(to)).as("%s to %s", from, to).isEqualTo(legal);
            boolean anotherRunBegins = from == ExperimentState.RUNNING && to == ExperimentState.RUNNING;
            if (legal || anotherRunBegins) {
                event.accept(experiment);
                assertThat(experiment.state()).isEqualTo(to);
                assertThat(experiment.finishedAt()).isEqualTo(to.isTerminal() ? NOW : null);
            } else {
                assertThatThrownBy(() -> event.accept(experiment))
                        .as("%s to %s", from, to)
                        .isInstanceOf(IllegalTransitionException.class);
                assertThat(experiment.state()).isEqualTo(from);
            }
        });
    }

    @Test
    void namesBothStatesWhenItRefuses() {
        assertThatThrownBy(() -> experiment(ExperimentState.CANCELLED).begin())
                .hasMessage("Experiment 00000000-0000-0001-0000-000000000001 is cancelled and cannot become running");
    }

    private static Experiment experiment(ExperimentState state) {
        Experiment experiment = new Experiment(
                new UUID(1, 1), new UUID(2, 2), "first", Procedure.TRAIN, "{}", Digest.of("{}"), null, NOW);
        if (state == ExperimentState.SUCCEEDED) {
            experiment.begin();
        }
        if (state != ExperimentState.QUEUED) {
            EVENTS.get(state).accept(experiment);
        }
        return experiment;
    }
}
