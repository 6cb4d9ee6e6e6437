package org.foldwise.registry.jobs;

import com.github.kagkarlsson.scheduler.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * The database's time for db-scheduler, which asks often: read from the database now and then, and carried on in between by the
 * machine's monotonic count. A machine whose clock is wrong, or is set, neither steals jobs nor loses them.
 */
final class DatabaseFollowingClock implements Clock {
    private static final Logger log = LoggerFactory.getLogger(DatabaseFollowingClock.class);

    private final Supplier<Instant> databaseTime;
    private final LongSupplier nanoTime;
    private final Duration rereadAfter;
    private @Nullable Reading reading;

    /**
     * A clock that has read nothing yet.
     *
     * @param nanoTime such as {@link System#nanoTime}
     */
    DatabaseFollowingClock(Supplier<Instant> databaseTime, LongSupplier nanoTime, Duration rereadAfter) {
        this.databaseTime = databaseTime;
        this.nanoTime = nanoTime;
        this.rereadAfter = rereadAfter;
    }

    @Override
    public synchronized Instant now() {
        Reading last = reading;
        if (last == null) {
            last = read();
        } else if (last.age(nanoTime.getAsLong()).compareTo(rereadAfter) >= 0) {
            try {
                last = read();
            } catch (DataAccessException e) {
                log.warn("The database's time cannot be read, going on from the last reading", e);
            }
        }
        reading = last;
        return last.at().plus(last.age(nanoTime.getAsLong()));
    }

    /** Half of the round trip has passed since the database looked at its clock. */
    private Reading read() {
        long before = nanoTime.getAsLong();
        Instant at = databaseTime.get();
        long after = nanoTime.getAsLong();
        return new Reading(at, before + (after - before) / 2);
    }

    private record Reading(Instant at, long nanoTime) {
        Duration age(long now) {
            return Duration.ofNanos(now - nanoTime);
        }
    }
}
