package org.foldwise.standalone.weights;

/** A command could not do what it was asked for; the message is for the user. */
final class CommandFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    CommandFailedException(String message) {
        super(message);
    }
}
