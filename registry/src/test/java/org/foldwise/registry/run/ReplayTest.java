package org.foldwise.registry.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.foldwise.registry.IllegalTransitionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplayTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final Map<ReplayState, Set<ReplayState>> LEGAL = Map.of(
            ReplayState.QUEUED, Set.of(ReplayState.RUNNING, ReplayState.FAILED, ReplayState.CANCELLED),
            ReplayState.RUNNING, Set.of(ReplayState.SUCCEEDED, ReplayState.FAILED, ReplayState.CANCELLED),
            ReplayState.SUCCEEDED, Set.of(),
            ReplayState.FAILED, Set.of(),
            ReplayState.CANCELLED, Set.of());
    private static final Map<ReplayState, Consumer<Replay>> EVENTS = Map.of(
            ReplayState.RUNNING, Replay::start,
            ReplayState.SUCCEEDED, replay -> replay.succeed(ReplayVerdict.IDENTICAL, "{}", NOW),
            ReplayState.FAILED, replay -> replay.fail("the split was changed", NOW),
            ReplayState.CANCELLED, replay -> replay.cancel(NOW));

    @ParameterizedTest
    @EnumSource
    void goesWhereItMayAndNowhereElse(ReplayState from) {
        assertThat(from.canBecome(ReplayState.QUEUED)).isFalse();
        assertThat(from.isTerminal()).isEqualTo(LEGAL.get(from).isEmpty());
        EVENTS.forEach((to, event) -> {
            Replay replay = replay(from);
            boolean legal = LEGAL.get(from).contains(to);
            assertThat(from.canBecome(to)).as("%s to %s", from, to).isEqualTo(legal);
            boolean anotherWorkerBeginsAgain = from == ReplayState.RUNNING && to == ReplayState.RUNNING;
            if (legal || anotherWorkerBeginsAgain) {
                event.accept(replay);
                assertThat(replay.state()).isEqualTo(to);
                assertThat(replay.finishedAt()).isEqualTo(to.isTerminal() ? NOW : null);
            } else {
                assertThatThrownBy(() -> event.accept(replay))
                        .as("%s to %s", from, to)
                        .isInstanceOf(IllegalTransitionException.class);
                assertThat(replay.state()).isEqualTo(from);
            }
        });
    }

    private static Replay replay(ReplayState state) {
        Replay replay = new Replay(new UUID(1, 1), new UUID(2, 2), NOW);
        if (state == ReplayState.SUCCEEDED) {
            replay.start();
        }
        if (state != ReplayState.QUEUED) {
            EVENTS.get(state).accept(replay);
        }
        return replay;
    }
}
