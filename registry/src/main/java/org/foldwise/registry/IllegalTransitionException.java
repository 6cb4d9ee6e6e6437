package org.foldwise.registry;

/** Somebody asked for a change that the present state does not allow, such as uploading into a frozen dataset. */
public final class IllegalTransitionException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** Names what cannot go from which state to which. */
    public IllegalTransitionException(Aggregate aggregate, Enum<?> from, Enum<?> to) {
        super(aggregate + " is " + LowerCamelCase.of(from) + " and cannot become " + LowerCamelCase.of(to));
    }
}
