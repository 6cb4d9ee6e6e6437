package org.foldwise.standalone;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition with a deadline. */
final class Eventually {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Duration limit;

    private Eventually(Duration limit) {
        this.limit = limit;
    }

    static Eventually within(Duration limit) {
        return new Eventually(limit);
    }

    void until(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }
}
