package org.foldwise.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UuidV7Test {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void laysOutTimeVersionAndVariantAsTheStandardHasIt() {
        UUID id = new UuidV7(Clock.fixed(NOON, ZoneOffset.UTC), new SecureRandom()).next();

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOON.toEpochMilli());
    }

    @Test
    void keepsTheOrderWithinAMillisecondAndBeyondItsCount() {
        UuidV7 ids = new UuidV7(Clock.fixed(NOON, ZoneOffset.UTC), new SecureRandom());

        List<String> texts =
                Stream.generate(ids::next).limit(10_000).map(UUID::toString).toList();

        assertThat(texts).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void keepsTheOrderWhenTheClockStepsBack() {
        SettableClock clock = new SettableClock(NOON);
        UuidV7 ids = new UuidV7(clock, new SecureRandom());
        List<String> texts = new ArrayList<>();
        for (Duration step :
                List.of(Duration.ofSeconds(1), Duration.ofHours(-1), Duration.ZERO, Duration.ofMillis(1))) {
            clock.advance(step);
            texts.add(ids.next().toString());
        }

        assertThat(texts).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void givesDifferentIdsToManyThreads() throws Exception {
        UuidV7 ids = new UuidV7(Clock.systemUTC(), new SecureRandom());
        Callable<List<UUID>> thousand =
                () -> Stream.generate(ids::next).limit(1000).toList();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<UUID> all = new ArrayList<>();
            for (Future<List<UUID>> some : threads.invokeAll(List.of(thousand, thousand, thousand, thousand))) {
                all.addAll(some.get());
            }
            assertThat(all).hasSize(4000).doesNotHaveDuplicates();
        } finally {
            threads.shutdown();
        }
    }
}
