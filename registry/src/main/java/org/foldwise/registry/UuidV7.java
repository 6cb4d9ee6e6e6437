package org.foldwise.registry;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/**
 * Ids by RFC 9562, version 7: 48 bits of milliseconds, 12 bits that count within the millisecond and 62 random bits. When the
 * clock steps back or the count is used up, the ids go on from the last millisecond, so their order is kept. Safe for use by
 * several threads. Note that {@link UUID#compareTo} compares as signed numbers; PostgreSQL and the text form keep the order.
 */
public final class UuidV7 implements Ids {
    private static final int COUNT_LIMIT = 1 << 12;

    private final Clock clock;
    private final SecureRandom random;
    private long lastMilliseconds;
    private int count;

    public UuidV7(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    @Override
    public synchronized UUID next() {
        long now = clock.millis();
        if (now > lastMilliseconds) {
            lastMilliseconds = now;
            count = 0;
        } else if (++count == COUNT_LIMIT) {
            lastMilliseconds++;
            count = 0;
        }
        long high = lastMilliseconds << 16 | 0x7000L | count;
        long low = random.nextLong() >>> 2 | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
