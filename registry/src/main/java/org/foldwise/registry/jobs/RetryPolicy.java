package org.foldwise.registry.jobs;

import java.io.UncheckedIOException;
import java.time.Duration;
import org.foldwise.registry.DatabaseAway;
import org.foldwise.registry.artifacts.DamagedFileException;

/**
 * Which failures are worth another attempt, how many, and after what time.
 *
 * @param attempts at most so many, 1 or more
 * @param firstDelay before the second attempt; each further delay is twice as long
 * @param longestDelay none is longer
 */
record RetryPolicy(int attempts, Duration firstDelay, Duration longestDelay) {
    RetryPolicy {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be 1 or more, was " + attempts);
        }
    }

    /** Whether {@code failure} lies outside the work and may pass. */
    static boolean isInfrastructure(Throwable failure) {
        if (DamagedFileException.in(failure).isPresent()) {
            return false;
        }
        return failure instanceof InfrastructureException
                || failure instanceof UncheckedIOException
                || DatabaseAway.in(failure);
    }

    /** How long to wait after the attempt with that number, 1 for the first. */
    Duration delayAfter(int attempt) {
        Duration delay = firstDelay;
        for (int i = 1; i < attempt && delay.compareTo(longestDelay) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(longestDelay) < 0 ? delay : longestDelay;
    }
}
