package org.foldwise.registry;

/** Somebody asked for a change that the present state does not allow, such as uploading into a frozen dataset. */
public final class IllegalTransitionException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final String inWords;

    /** Names what cannot go from which state to which. */
    public IllegalTransitionException(Aggregate aggregate, Enum<?> from, Enum<?> to) {
        super(aggregate + contradiction(from, to));
        this.inWords = "The " + aggregate.kind() + contradiction(from, to);
    }

    /** The same for people, who know which one they asked about; without a full stop. */
    public String inWords() {
        return inWords;
    }

    private static String contradiction(Enum<?> from, Enum<?> to) {
        return from == to
                ? " is " + LowerCamelCase.of(from) + " already"
                : " is " + LowerCamelCase.of(from) + " and cannot become " + LowerCamelCase.of(to);
    }
}
