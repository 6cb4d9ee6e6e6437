package org.foldwise.registry.settings;

import java.util.List;

/** The configuration names settings that there are not. */
public final class UnknownSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient KnownSettings known;

    UnknownSettingsException(List<String> complaints, KnownSettings known) {
        super(String.join(System.lineSeparator(), complaints));
        this.known = known;
    }

    KnownSettings known() {
        return known;
    }
}
