package org.foldwise.api.problem;

import java.util.List;

/** Ends the handling of a request with a problem. Its message and mistakes are shown to the client as they are. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String NOT_FOUND_DETAIL = "There is no such resource in the projects of this API key.";

    private final ProblemType type;
    private final transient List<Mistake> mistakes;
    private final int mistakeCount;

    public RefusedException(ProblemType type, String detail) {
        this(type, detail, List.of());
    }

    public RefusedException(ProblemType type, String detail, List<Mistake> mistakes) {
        this(type, detail, mistakes, mistakes.size());
    }

    /** Where {@code mistakes} are only the first of {@code mistakeCount}. */
    public RefusedException(ProblemType type, String detail, List<Mistake> mistakes, int mistakeCount) {
        super(detail);
        this.type = type;
        this.mistakes = List.copyOf(mistakes);
        this.mistakeCount = mistakeCount;
    }

    /** The answer to an unknown id and to an id of a foreign project: the same for both, so that it tells nothing. */
    public static RefusedException notFound() {
        return new RefusedException(ProblemType.NOT_FOUND, NOT_FOUND_DETAIL);
    }

    /** The same for an id within a body. */
    public static RefusedException notFound(String pointer, String detail) {
        return new RefusedException(ProblemType.NOT_FOUND, NOT_FOUND_DETAIL, List.of(new Mistake(pointer, detail)));
    }

    /** One mistake in the body or the parameters of a request. */
    public static RefusedException invalid(String pointer, String detail) {
        return invalid(List.of(new Mistake(pointer, detail)));
    }

    /** Mistakes in the body or the parameters of a request. */
    public static RefusedException invalid(List<Mistake> mistakes) {
        return new RefusedException(
                ProblemType.INVALID_REQUEST,
                mistakes.size() == 1 ? "The request has one mistake." : "The request has several mistakes.",
                mistakes);
    }

    public ProblemType type() {
        return type;
    }

    public List<Mistake> mistakes() {
        return mistakes;
    }

    public int mistakeCount() {
        return mistakeCount;
    }
}
