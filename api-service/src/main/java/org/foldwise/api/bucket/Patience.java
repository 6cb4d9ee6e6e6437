package org.foldwise.api.bucket;

import java.time.Duration;

/**
 * How long an object store is waited for.
 *
 * @param connecting until a connection stands
 * @param silence between two bytes of an answer
 * @param attempt one request with its whole answer
 * @param call one request with its repetitions
 */
record Patience(Duration connecting, Duration silence, Duration attempt, Duration call) {
    /** An object of 64 MiB within an attempt asks for 6 Mbit/s. */
    static final Patience DEFAULT =
            new Patience(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(90), Duration.ofMinutes(4));
}
