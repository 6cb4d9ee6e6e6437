package org.foldwise.api.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OpenClassifiersTest {
    private static final UUID FIRST = new UUID(0, 1);
    private static final UUID SECOND = new UUID(0, 2);
    private static final UUID THIRD = new UUID(0, 3);

    private final Queue<Fake> loaded = new ConcurrentLinkedQueue<>();
    private final OpenClassifiers<Fake> classifiers = new OpenClassifiers<>(2, this::load, Fake::close);

    private static final class Fake {
        private final UUID version;
        private final AtomicBoolean closed = new AtomicBoolean();
        private final AtomicInteger answers = new AtomicInteger();

        Fake(UUID version) {
            this.version = version;
        }

        UUID answer() {
            if (closed.get()) {
                throw new IllegalStateException("closed");
            }
            answers.incrementAndGet();
            return version;
        }

        void close() {
            assertThat(closed.getAndSet(true)).as("closed twice").isFalse();
        }
    }

    private Fake load(UUID version) {
        Fake fake = new Fake(version);
        loaded.add(fake);
        return fake;
    }

    private List<UUID> open() {
        return loaded.stream()
                .filter(fake -> !fake.closed.get())
                .map(fake -> fake.version)
                .toList();
    }

    @Test
    void loadsOnceAndClosesWhatWasAskedLongestAgo() {
        classifiers.use(FIRST, Fake::answer);
        classifiers.use(SECOND, Fake::answer);
        classifiers.use(FIRST, Fake::answer);
        classifiers.use(THIRD, Fake::answer);

        assertThat(loaded).hasSize(3);
        assertThat(open()).containsExactly(FIRST, THIRD);
        assertThat(classifiers.size()).isEqualTo(2);
    }

    @Test
    void closesAnEvictedClassifierOnlyWhenItsLastUserHasLeft() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        CompletableFuture<UUID> user = CompletableFuture.supplyAsync(() -> classifiers.use(FIRST, fake -> {
            entered.countDown();
            await(leave);
            return fake.answer();
        }));
        entered.await();

        classifiers.use(SECOND, Fake::answer);
        classifiers.use(THIRD, Fake::answer);
        assertThat(open()).containsExactlyInAnyOrder(FIRST, SECOND, THIRD);

        leave.countDown();
        assertThat(user.get()).isEqualTo(FIRST);
        assertThat(open()).containsExactlyInAnyOrder(SECOND, THIRD);
    }

    @Test
    void loadsOnceHoweverManyAskAtOnce() {
        List<CompletableFuture<UUID>> users = IntStream.range(0, 16)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> classifiers.use(FIRST, Fake::answer)))
                .toList();
        users.forEach(CompletableFuture::join);

        assertThat(loaded).hasSize(1);
        assertThat(loaded.element().answers).hasValue(16);
    }

    @Test
    void neverUsesAClosedOneNorKeepsTooManyUnderAStormOfVersions() {
        List<CompletableFuture<Void>> users = IntStream.range(0, 8)
                .mapToObj(user -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 500; i++) {
                        UUID version = new UUID(0, (user * 7 + i) % 5);
                        assertThat(classifiers.use(version, Fake::answer)).isEqualTo(version);
                    }
                }))
                .toList();
        users.forEach(CompletableFuture::join);

        assertThat(classifiers.size()).isLessThanOrEqualTo(2);
        assertThat(open()).hasSize(classifiers.size());
    }

    @Test
    void triesAgainAfterAFailedLoading() {
        AtomicInteger attempts = new AtomicInteger();
        OpenClassifiers<Fake> failingOnce = new OpenClassifiers<>(
                1,
                version -> {
                    if (attempts.getAndIncrement() == 0) {
                        throw new IllegalArgumentException("the bundle cannot be read");
                    }
                    return new Fake(version);
                },
                Fake::close);

        assertThatThrownBy(() -> failingOnce.use(FIRST, Fake::answer)).isInstanceOf(IllegalArgumentException.class);
        assertThat(failingOnce.size()).isZero();
        assertThat(failingOnce.use(FIRST, Fake::answer)).isEqualTo(FIRST);
    }

    @Test
    void closesAllInTheEnd() {
        classifiers.use(FIRST, Fake::answer);
        classifiers.use(SECOND, Fake::answer);

        classifiers.close();

        assertThat(open()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
