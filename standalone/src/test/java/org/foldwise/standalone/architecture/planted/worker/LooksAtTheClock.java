package org.foldwise.standalone.architecture.planted.worker;

import java.time.Instant;

/** Breaks R11. */
final class LooksAtTheClock {
    Instant instant() {
        return Instant.now();
    }
}
