package org.foldwise.learning.training;

/** An image's features depend on the batch it is computed in. */
final class DependentFeaturesException extends RuntimeException {
    private static final long serialVersionUID = 1L;
}
