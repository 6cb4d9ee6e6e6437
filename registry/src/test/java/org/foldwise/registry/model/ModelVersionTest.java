package org.foldwise.registry.model;

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
import org.junit.jupiter.params.provider.ValueSource;

class ModelVersionTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Map<ModelVersionState, Set<ModelVersionState>> LEGAL = Map.of(
            ModelVersionState.CANDIDATE, Set.of(ModelVersionState.RELEASED, ModelVersionState.WITHDRAWN),
            ModelVersionState.RELEASED, Set.of(ModelVersionState.WITHDRAWN),
            ModelVersionState.WITHDRAWN, Set.of());
    private static final Map<ModelVersionState, Consumer<ModelVersion>> EVENTS = Map.of(
            ModelVersionState.RELEASED, ModelVersion::release, ModelVersionState.WITHDRAWN, ModelVersion::withdraw);

    @ParameterizedTest
    @EnumSource
    void goesWhereItMayAndNowhereElse(ModelVersionState from) {
        assertThat(from.canBecome(ModelVersionState.CANDIDATE)).isFalse();
        EVENTS.forEach((to, event) -> {
            ModelVersion version = version(from);
            boolean legal = LEGAL.get(from).contains(to);
            assertThat(from.canBecome(to)).as("%s to %s", from, to).isEqualTo(legal);
            if (legal) {
                event.accept(version);
                assertThat(version.state()).isEqualTo(to);
            } else {
                assertThatThrownBy(() -> event.accept(version))
                        .as("%s to %s", from, to)
                        .isInstanceOf(IllegalTransitionException.class);
                assertThat(version.state()).isEqualTo(from);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Pneumonia", "a b", "-a", "a/b", "ä"})
    void refusesNamesThatDoNotFitAnAddress(String name) {
        assertThatThrownBy(() -> new Model(new UUID(1, 1), new UUID(2, 2), name, NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ModelVersion version(ModelVersionState state) {
        ModelVersion version =
                new ModelVersion(new UUID(1, 1), new UUID(2, 2), 1, new UUID(3, 3), Story.artifact("bundle"), NOW);
        if (state != ModelVersionState.CANDIDATE) {
            EVENTS.get(state).accept(version);
        }
        return version;
    }
}
