package org.foldwise.standalone.demo;

/** The story did not reach its end; the message says where and why. */
final class DemoFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoFailedException(String message) {
        super(message);
    }
}
