package org.foldwise.registry.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;

class DatabaseFollowingClockTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private Instant databaseTime = NOON;
    private @Nullable DataAccessException failure;
    private Duration roundTrip = Duration.ZERO;
    private long nanoTime = Long.MAX_VALUE - 5;
    private int readings;

    private final DatabaseFollowingClock clock =
            new DatabaseFollowingClock(this::read, () -> nanoTime, Duration.ofSeconds(10));

    @Test
    void goesOnFromTheLastReadingWithoutAskingAgain() {
        assertThat(clock.now()).isEqualTo(NOON);

        nanoTime += Duration.ofSeconds(9).toNanos();

        assertThat(clock.now()).isEqualTo(NOON.plusSeconds(9));
        assertThat(readings).isEqualTo(1);
    }

    @Test
    void readsAgainAfterAWhileAndFollowsADatabaseThatWasSet() {
        clock.now();
        databaseTime = NOON.minusSeconds(3600);
        nanoTime += Duration.ofSeconds(10).toNanos();

        assertThat(clock.now()).isEqualTo(NOON.minusSeconds(3600));
        assertThat(readings).isEqualTo(2);
    }

    @Test
    void assumesThatTheDatabaseLookedAtItsClockHalfway() {
        roundTrip = Duration.ofMillis(100);

        assertThat(clock.now()).isEqualTo(NOON.plusMillis(50));
    }

    @Test
    void goesOnWhileTheDatabaseCannotBeAsked() {
        clock.now();
        failure = new DataAccessResourceFailureException("away");
        nanoTime += Duration.ofSeconds(60).toNanos();

        assertThat(clock.now()).isEqualTo(NOON.plusSeconds(60));
    }

    @Test
    void doesNotGuessBeforeTheFirstReading() {
        failure = new DataAccessResourceFailureException("away");

        assertThatThrownBy(clock::now).isSameAs(failure);
    }

    private Instant read() {
        readings++;
        nanoTime += roundTrip.toNanos();
        if (failure != null) {
            throw failure;
        }
        return databaseTime;
    }
}
