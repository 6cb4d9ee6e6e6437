package org.foldwise.registry.neighbourhood;

/** An evaluation has no cases of which neighbours could be looked for. */
public final class NeighbourhoodRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NeighbourhoodRefusedException(String message) {
        super(message);
    }
}
