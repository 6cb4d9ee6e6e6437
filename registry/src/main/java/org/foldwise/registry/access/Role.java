package org.foldwise.registry.access;

import jakarta.persistence.Converter;
import java.util.EnumSet;
import java.util.Set;
import org.foldwise.registry.EnumColumn;

/** What the bearer of an API key may do. */
public enum Role {
    /** Reads everything except API keys. */
    VIEWER,
    /** Creates datasets, splits, experiments and evaluations, registers candidate versions, and tries them out. */
    RESEARCHER,
    /** Releases and withdraws model versions and points aliases at them; reads. */
    RELEASER,
    /** Asks for predictions and does nothing else. */
    PREDICTOR,
    /** Does everything, and issues API keys. */
    ADMIN;

    /** Whether whoever has this role may do all that {@code other} may. */
    public boolean implies(Role other) {
        return implied().contains(other);
    }

    /** This role and those that it implies. */
    public Set<Role> implied() {
        return switch (this) {
            case VIEWER -> EnumSet.of(VIEWER);
            case RESEARCHER -> EnumSet.of(RESEARCHER, VIEWER, PREDICTOR);
            case RELEASER -> EnumSet.of(RELEASER, VIEWER);
            case PREDICTOR -> EnumSet.of(PREDICTOR);
            case ADMIN -> EnumSet.allOf(Role.class);
        };
    }

    @Converter(autoApply = true)
    static final class Column extends EnumColumn<Role> {
        Column() {
            super(Role.class);
        }
    }
}
