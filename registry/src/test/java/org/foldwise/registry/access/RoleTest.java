package org.foldwise.registry.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoleTest {
    private static final Map<Role, Set<Role>> IMPLIED = Map.of(
            Role.VIEWER, EnumSet.of(Role.VIEWER),
            Role.RESEARCHER, EnumSet.of(Role.RESEARCHER, Role.VIEWER, Role.PREDICTOR),
            Role.RELEASER, EnumSet.of(Role.RELEASER, Role.VIEWER),
            Role.PREDICTOR, EnumSet.of(Role.PREDICTOR),
            Role.ADMIN, EnumSet.allOf(Role.class));

    @ParameterizedTest
    @EnumSource
    void impliesTheseRolesAndNoOthers(Role role) {
        for (Role other : Role.values()) {
            assertThat(role.implies(other))
                    .as("%s implies %s", role, other)
                    .isEqualTo(IMPLIED.get(role).contains(other));
        }
    }
}
