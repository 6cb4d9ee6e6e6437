package org.foldwise.registry.model;

/** An alias was made, moved or never existed since the caller looked at it. */
public final class StaleAliasException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StaleAliasException(String alias) {
        super("alias '" + alias + "' is not as it was expected to be");
    }
}
