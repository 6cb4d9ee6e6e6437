package org.foldwise.registry.idempotency;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.access.ApiKeyIssuance;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

@RegistryTest
class IdempotencyRecordsIT {
    private static final Digest REQUEST = Digest.of("POST /api/v1/projects {}");
    private static final Duration HOUR = Duration.ofHours(1);

    private final IdempotencyRecords records;
    private final ApiKeyIssuance issuance;
    private final TransactionTemplate transaction;
    private UUID caller;

    IdempotencyRecordsIT(IdempotencyRecords records, ApiKeyIssuance issuance, TransactionTemplate transaction) {
        this.records = records;
        this.issuance = issuance;
        this.transaction = transaction;
    }

    @BeforeEach
    void issueAKey() {
        caller = issuance.issue("caller", Role.RESEARCHER, null, null).key().id();
    }

    @Test
    void repeatsTheFirstAnswer() {
        assertThat(begin("k")).isInstanceOf(IdempotencyOutcome.First.class);
        records.complete(caller, "k", 201, "{\"Location\": \"/projects/1\"}", "made".getBytes(UTF_8));

        assertThat(begin("k")).isInstanceOfSatisfying(IdempotencyOutcome.Repeated.class, answer -> {
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.headers()).isEqualTo("{\"Location\": \"/projects/1\"}");
            assertThat(answer.body()).isEqualTo("made".getBytes(UTF_8));
        });
    }

    @Test
    void repeatsAnAnswerWithoutABody() {
        begin("k");
        records.complete(caller, "k", 204, "{}", null);

        assertThat(begin("k"))
                .isInstanceOfSatisfying(IdempotencyOutcome.Repeated.class, answer -> assertThat(answer.body())
                        .isNull());
    }

    @Test
    void saysThatARequestIsInFlight() {
        begin("k");

        assertThat(begin("k")).isInstanceOf(IdempotencyOutcome.InFlight.class);
    }

    @Test
    void refusesAnotherRequestUnderTheSameKeyAnsweredOrNot() {
        begin("k");
        assertThat(records.begin(caller, "k", Digest.of("another"), HOUR))
                .isInstanceOf(IdempotencyOutcome.OtherRequest.class);

        records.complete(caller, "k", 201, "{}", null);
        assertThat(records.begin(caller, "k", Digest.of("another"), HOUR))
                .isInstanceOf(IdempotencyOutcome.OtherRequest.class);
    }

    @Test
    void keepsCallersApart() {
        begin("k");
        UUID other = issuance.issue("other", Role.RESEARCHER, null, null).key().id();

        assertThat(records.begin(other, "k", REQUEST, HOUR)).isInstanceOf(IdempotencyOutcome.First.class);
    }

    @Test
    void letsARequestBeMadeAgainThatCouldNotBeAnswered() {
        begin("k");
        records.abandon(caller, "k");

        assertThat(begin("k")).isInstanceOf(IdempotencyOutcome.First.class);
    }

    @Test
    void doesNotAbandonAnAnswer() {
        begin("k");
        records.complete(caller, "k", 201, "{}", null);
        records.abandon(caller, "k");

        assertThat(begin("k")).isInstanceOf(IdempotencyOutcome.Repeated.class);
    }

    @Test
    void takesOverFromAProcessThatDiedLongAgo() {
        begin("k");

        assertThat(records.begin(caller, "k", REQUEST, Duration.ofNanos(1)))
                .isInstanceOf(IdempotencyOutcome.First.class);
    }

    @Test
    void losesTheAnswerTogetherWithTheWork() {
        begin("k");
        transaction.executeWithoutResult(status -> {
            records.complete(caller, "k", 201, "{}", null);
            status.setRollbackOnly();
        });

        assertThat(begin("k")).isInstanceOf(IdempotencyOutcome.InFlight.class);
    }

    @Test
    void recordsOneAnswerOnly() {
        begin("k");
        records.complete(caller, "k", 201, "{}", null);

        assertThatThrownBy(() -> records.complete(caller, "k", 500, "{}", null))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void letsOneOfManyThatComeAtOnceBeTheFirst() throws Exception {
        Callable<IdempotencyOutcome> request = () -> begin("k");
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<IdempotencyOutcome> outcomes = new ArrayList<>();
            for (Future<IdempotencyOutcome> outcome : threads.invokeAll(Collections.nCopies(6, request))) {
                outcomes.add(outcome.get());
            }
            assertThat(outcomes)
                    .filteredOn(IdempotencyOutcome.First.class::isInstance)
                    .hasSize(1);
            assertThat(outcomes)
                    .filteredOn(IdempotencyOutcome.InFlight.class::isInstance)
                    .hasSize(5);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void forgetsOldAnswers() {
        begin("k");
        records.complete(caller, "k", 201, "{}", null);

        records.forget(HOUR);
        assertThat(begin("k")).isInstanceOf(IdempotencyOutcome.Repeated.class);
        records.forget(Duration.ZERO);
        assertThat(begin("k")).isInstanceOf(IdempotencyOutcome.First.class);
    }

    private IdempotencyOutcome begin(String key) {
        return records.begin(caller, key, REQUEST, HOUR);
    }
}
