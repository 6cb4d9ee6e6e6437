package org.foldwise.standalone;

/** Why a platform could not be started, for whoever has started it. */
final class StartFailure {
    private StartFailure() {}

    /** What is said by the failure that the others came of: they tell of the parts of a program, that one of a setting or a file. */
    static String reason(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null ? innermost.getClass().getSimpleName() : message;
    }
}
