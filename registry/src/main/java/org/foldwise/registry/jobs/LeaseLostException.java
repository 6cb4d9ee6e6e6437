package org.foldwise.registry.jobs;

/** A worker wrote with a token that is no longer the job's: another has the job, or it has ended. The worker must stop at once. */
public final class LeaseLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LeaseLostException(FencingToken token) {
        super("token " + token.value() + " of job " + token.job() + " no longer counts");
    }
}
