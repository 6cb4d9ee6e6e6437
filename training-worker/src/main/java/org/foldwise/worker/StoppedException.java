package org.foldwise.worker;

/** Work was broken off because it must not go on; see {@link LeaseWatch}. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final LeaseWatch.StopReason reason;

    public StoppedException(LeaseWatch.StopReason reason) {
        super("stopped: " + reason);
        this.reason = reason;
    }

    public LeaseWatch.StopReason reason() {
        return reason;
    }
}
