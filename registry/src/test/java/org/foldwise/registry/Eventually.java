package org.foldwise.registry;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions that other threads and processes bring about. */
public final class Eventually {
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private Eventually() {}

    /** Returns as soon as {@code condition} holds, and fails when it does not within a minute and a half. */
    public static void eventually(String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > DEADLINE.toNanos()) {
                throw new AssertionError("not within " + DEADLINE + ": " + what);
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }
}
