package org.foldwise.registry.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.Story;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EvaluationTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Map<EvaluationState, Set<EvaluationState>> LEGAL = Map.of(
            EvaluationState.QUEUED, Set.of(EvaluationState.RUNNING, EvaluationState.FAILED),
            EvaluationState.RUNNING, Set.of(EvaluationState.SUCCEEDED, EvaluationState.FAILED),
            EvaluationState.SUCCEEDED, Set.of(),
            EvaluationState.FAILED, Set.of());
    private static final Map<EvaluationState, Consumer<Evaluation>> EVENTS = Map.of(
            EvaluationState.RUNNING, Evaluation::start,
            EvaluationState.SUCCEEDED, evaluation -> evaluation.succeed("{}", Story.artifact("cases"), NOW),
            EvaluationState.FAILED, evaluation -> evaluation.fail("one class only", NOW));

    @ParameterizedTest
    @EnumSource
    void goesWhereItMayAndNowhereElse(EvaluationState from) {
        assertThat(from.canBecome(EvaluationState.QUEUED)).isFalse();
        assertThat(from.isTerminal()).isEqualTo(LEGAL.get(from).isEmpty());
        EVENTS.forEach((to, event) -> {
            Evaluation evaluation = evaluation(from);
            boolean legal = LEGAL.get(from).contains(to);
            assertThat(from.canBecome(to)).as("%s to %s", from, to).isEqualTo(legal);
            boolean anotherWorkerGoesOn = from == EvaluationState.RUNNING && to == EvaluationState.RUNNING;
            if (legal || anotherWorkerGoesOn) {
                event.accept(evaluation);
                assertThat(evaluation.state()).isEqualTo(to);
                assertThat(evaluation.finishedAt()).isEqualTo(to.isTerminal() ? NOW : null);
            } else {
                assertThatThrownBy(() -> event.accept(evaluation))
                        .as("%s to %s", from, to)
                        .isInstanceOf(IllegalTransitionException.class);
                assertThat(evaluation.state()).isEqualTo(from);
            }
        });
    }

    private static Evaluation evaluation(EvaluationState state) {
        Evaluation evaluation = Evaluation.ofTest(new UUID(1, 1), new UUID(2, 2), "final figures", NOW);
        if (state == EvaluationState.SUCCEEDED) {
            evaluation.start();
        }
        if (state != EvaluationState.QUEUED) {
            EVENTS.get(state).accept(evaluation);
        }
        return evaluation;
    }
}
