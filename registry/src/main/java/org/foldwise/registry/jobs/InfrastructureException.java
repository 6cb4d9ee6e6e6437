package org.foldwise.registry.jobs;

/** Work failed for reasons that lie outside it and may pass, such as an unreachable store. The job is tried again. */
public final class InfrastructureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InfrastructureException(String message, Throwable cause) {
        super(message, cause);
    }
}
