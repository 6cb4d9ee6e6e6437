package org.foldwise.bench.ours;

/** What is asked for cannot be measured here, and why. */
final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnavailableException(String reason) {
        super(reason);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
