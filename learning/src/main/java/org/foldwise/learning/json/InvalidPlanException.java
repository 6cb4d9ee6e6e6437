package org.foldwise.learning.json;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** A plan or a specification that cannot be accepted, with all its mistakes. */
public final class InvalidPlanException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Mistake> mistakes;

    InvalidPlanException(List<Mistake> mistakes) {
        super(mistakes.stream()
                .map(mistake -> mistake.pointer() + " " + mistake.detail())
                .collect(joining("; ")));
        this.mistakes = List.copyOf(mistakes);
    }

    /** What is wrong, in the order of the document; at least one. */
    public List<Mistake> mistakes() {
        return mistakes;
    }
}
