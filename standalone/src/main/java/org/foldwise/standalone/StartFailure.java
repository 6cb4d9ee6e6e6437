package org.foldwise.standalone;

/** Why a platform could not be started, for whoever has started it. */
final class StartFailure {
    private static final String OF_THE_FRAMEWORK = "org.springframework.";

    private StartFailure() {}

    /**
     * What is said of the setting or the file that is at fault, and by whatever that came of; not what the framework says of the parts of the
     * program that could not be put together then.
     */
    static String reason(Throwable failure) {
        Throwable first = failure;
        while (first.getCause() != null && first.getClass().getName().startsWith(OF_THE_FRAMEWORK)) {
            first = first.getCause();
        }
        StringBuilder reason = new StringBuilder();
        for (Throwable cause = first; cause != null; cause = cause.getCause()) {
            String said = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            if (reason.indexOf(said) < 0) {
                reason.append(reason.isEmpty() ? "" : ": ").append(said);
            }
        }
        return reason.toString();
    }
}
