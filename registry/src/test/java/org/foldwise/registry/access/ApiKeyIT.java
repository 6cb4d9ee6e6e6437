package org.foldwise.registry.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.junit.jupiter.api.Test;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;

@RegistryTest
class ApiKeyIT {
    private final ApiKeyIssuance issuance;
    private final ApiKeyVerification verification;
    private final ApiKeys keys;
    private final Story story;
    private final JdbcClient database;
    private final DatabaseClock clock;

    ApiKeyIT(
            ApiKeyIssuance issuance,
            ApiKeyVerification verification,
            ApiKeys keys,
            Story story,
            JdbcClient database,
            DatabaseClock clock) {
        this.issuance = issuance;
        this.verification = verification;
        this.keys = keys;
        this.story = story;
        this.database = database;
        this.clock = clock;
    }

    @Test
    void admitsWhoShowsTheKey() {
        UUID project = story.project().id();
        IssuedApiKey issued = issuance.issue("laptop", Role.RESEARCHER, project, null);

        ApiKey verified = verification.verify(issued.secret().reveal()).orElseThrow();

        assertThat(verified).isEqualTo(issued.key());
        assertThat(verified.name()).isEqualTo("laptop");
        assertThat(verified.role()).isEqualTo(Role.RESEARCHER);
        assertThat(verified.opens(project)).isTrue();
        assertThat(verified.opens(story.project().id())).isFalse();
    }

    @Test
    void opensEveryProjectWithoutOneOfItsOwn() {
        IssuedApiKey issued = issuance.issue("everything", Role.ADMIN, null, null);

        assertThat(issued.key().opens(story.project().id())).isTrue();
    }

    @Test
    void refusesAnotherSecretOfTheSameKey() {
        IssuedApiKey issued = issuance.issue("laptop", Role.VIEWER, null, null);
        IssuedApiKey other = issuance.issue("desk", Role.VIEWER, null, null);
        String mixed = issued.secret().reveal().substring(0, 30)
                + other.secret().reveal().substring(30);

        assertThat(verification.verify(mixed)).isEmpty();
    }

    @Test
    void refusesKeysThatWereNeverIssued() {
        assertThat(verification.verify("fw_" + "a".repeat(26) + "_" + "A".repeat(43)))
                .isEmpty();
        assertThat(verification.verify("Bearer")).isEmpty();
    }

    @Test
    void refusesAnExpiredKeyByTheDatabasesTime() {
        IssuedApiKey issued =
                issuance.issue("short", Role.VIEWER, null, clock.now().plus(Duration.ofHours(1)));
        assertThat(verification.verify(issued.secret().reveal())).isPresent();

        database.sql("update api_key set expires_at = clock_timestamp() where id = ?")
                .param(issued.key().id())
                .update();

        assertThat(verification.verify(issued.secret().reveal())).isEmpty();
    }

    @Test
    void refusesToIssueAKeyThatHasExpired() {
        assertThatThrownBy(() ->
                        issuance.issue("late", Role.VIEWER, null, clock.now().minus(Duration.ofSeconds(1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesARevokedKeyForGood() {
        IssuedApiKey issued = issuance.issue("lost", Role.VIEWER, null, null);

        assertThat(issuance.revoke(issued.key().id())).isTrue();
        ApiKey revoked = keys.findById(issued.key().id()).orElseThrow();
        assertThat(issuance.revoke(issued.key().id())).isTrue();

        assertThat(verification.verify(issued.secret().reveal())).isEmpty();
        assertThat(keys.findById(issued.key().id()).orElseThrow().revokedAt())
                .isNotNull()
                .isEqualTo(revoked.revokedAt());
        assertThat(issuance.revoke(new UUID(3, 3))).isFalse();
    }

    @Test
    void storesNothingThatOpensADoor() {
        IssuedApiKey issued = issuance.issue("laptop", Role.ADMIN, null, null);
        String secret = issued.secret().reveal().substring(30);

        String row = database.sql("select api_key::text from api_key where id = ?")
                .param(issued.key().id())
                .query(String.class)
                .single();

        assertThat(row)
                .doesNotContain(secret)
                .doesNotContain(java.util.HexFormat.of().formatHex(secret.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void listsKeysPageByPage() {
        IssuedApiKey first = issuance.issue("first", Role.VIEWER, null, null);
        IssuedApiKey second = issuance.issue("second", Role.VIEWER, null, null);

        assertThat(keys.findByIdGreaterThanOrderById(first.key().id(), Limit.of(1)))
                .containsExactly(second.key());
    }
}
