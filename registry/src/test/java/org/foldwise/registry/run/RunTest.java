package org.foldwise.registry.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.foldwise.registry.IllegalTransitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Map<RunStatus, Set<RunStatus>> LEGAL = Map.of(
            RunStatus.QUEUED, Set.of(RunStatus.RUNNING, RunStatus.FAILED, RunStatus.CANCELLED),
            RunStatus.RUNNING, Set.of(RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED),
            RunStatus.SUCCEEDED, Set.of(),
            RunStatus.FAILED, Set.of(),
            RunStatus.CANCELLED, Set.of());
    private static final Map<RunStatus, Consumer<Run>> EVENTS = Map.of(
            RunStatus.RUNNING, run -> run.start(NOW),
            RunStatus.SUCCEEDED, run -> run.succeed(3, "{}", NOW),
            RunStatus.FAILED, run -> run.fail(FailureCode.DIVERGED, "loss was NaN in epoch 2", NOW),
            RunStatus.CANCELLED, run -> run.cancel(NOW));

    @ParameterizedTest
    @EnumSource
    void goesWhereItMayAndNowhereElse(RunStatus from) {
        assertThat(from.canBecome(RunStatus.QUEUED)).isFalse();
        assertThat(from.isTerminal()).isEqualTo(LEGAL.get(from).isEmpty());
        EVENTS.forEach((to, event) -> {
            Run run = run(from);
            boolean legal = LEGAL.get(from).contains(to);
            assertThat(from.canBecome(to)).as("%s to %s", from, to).isEqualTo(legal);
            boolean anotherWorkerGoesOn = from == RunStatus.RUNNING && to == RunStatus.RUNNING;
            if (legal || anotherWorkerGoesOn) {
                event.accept(run);
                assertThat(run.status()).isEqualTo(to);
                assertThat(run.finishedAt()).isEqualTo(to.isTerminal() ? NOW : null);
            } else {
                assertThatThrownBy(() -> event.accept(run))
                        .as("%s to %s", from, to)
                        .isInstanceOf(IllegalTransitionException.class);
                assertThat(run.status()).isEqualTo(from);
            }
        });
    }

    @Test
    void keepsTheTimeOfItsFirstStart() {
        Run run = run(RunStatus.RUNNING);
        run.start(NOW.plusSeconds(60));

        assertThat(run.startedAt()).isEqualTo(NOW);
    }

    @Test
    void saysWhyItFailed() {
        Run run = run(RunStatus.FAILED);

        assertThat(run.failureCode()).isEqualTo(FailureCode.DIVERGED);
        assertThat(run.failureDetail()).isEqualTo("loss was NaN in epoch 2");
        assertThat(run.bestEpoch()).isNull();
    }

    private static Run run(RunStatus status) {
        Run run = new Run(new UUID(1, 1), new UUID(2, 2), -1, NOW);
        if (status == RunStatus.SUCCEEDED) {
            run.start(NOW);
        }
        if (status != RunStatus.QUEUED) {
            EVENTS.get(status).accept(run);
        }
        return run;
    }
}
