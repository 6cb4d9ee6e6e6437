package org.foldwise.api.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Stored;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.access.ApiKeyIssuance;
import org.foldwise.registry.access.IssuedApiKey;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.idempotency.IdempotencyRecords;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@ApiTest
class IdempotencyIT {
    private static final String HEADER = "Idempotency-Key";

    private final Chapters chapters;
    private final Stored stored;
    private final IdempotencyRecords records;
    private final UUID project;
    private final IssuedApiKey key;
    private final User researcher;
    private final User admin;
    private final JdbcClient database;

    IdempotencyIT(
            Http http,
            Chapters chapters,
            Stored stored,
            IdempotencyRecords records,
            ApiKeyIssuance issuance,
            JdbcClient database) {
        this.chapters = chapters;
        this.stored = stored;
        this.records = records;
        this.project = chapters.project();
        this.key = issuance.issue("a test's key", Role.RESEARCHER, project, null);
        this.admin = http.admin();
        this.database = database;
        this.researcher = http.bearerOf(key.secret().reveal());
    }

    @Test
    void theSameRequestGetsTheFirstAnswerAgain() {
        String body = chapters.draftBody(project);

        Answer first = researcher.post("/api/v1/datasets", body, HEADER, "one");
        var afterFirst = stored.counts();
        Answer second = researcher.post("/api/v1/datasets", body, HEADER, "one");

        assertThat(second.status()).isEqualTo(first.status()).isEqualTo(201);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.header("Location"))
                .isEqualTo(first.header("Location"))
                .isPresent();
        assertThat(second.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(second.header("Idempotency-Replayed")).contains("true");
        assertThat(stored.counts()).isEqualTo(afterFirst);
    }

    @Test
    void anotherRequestUnderTheSameKeyIsRefused() {
        researcher.post("/api/v1/datasets", chapters.draftBody(project), HEADER, "two");

        Answer other = researcher.post("/api/v1/datasets", chapters.draftBody(project), HEADER, "two");

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:idempotency-key-reused");
    }

    @Test
    void aRefusedRequestMayBeRepeatedAndLeavesNoRecord() {
        var before = stored.counts();

        Answer first = researcher.post("/api/v1/datasets", "{}", HEADER, "three");
        Answer second = researcher.post("/api/v1/datasets", "{}", HEADER, "three");

        assertThat(List.of(first.status(), second.status())).containsOnly(422);
        assertThat(second.header("Idempotency-Replayed")).isEmpty();
        assertThat(stored.counts()).isEqualTo(before);
    }

    @Test
    void aRequestInFlightIsNotDoneTwice() {
        String body = chapters.draftBody(project);
        records.begin(
                key.key().id(),
                "four",
                Digest.ofLines(
                        List.of("POST", "/api/v1/datasets", "", Digest.of(body).hex())),
                Duration.ofMinutes(1));

        Answer answer = researcher.post("/api/v1/datasets", body, HEADER, "four");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:request-in-progress");
        assertThat(answer.json().get("detail").stringValue())
                .contains("If it never will be, as after a lost connection or a killed process")
                .contains("free again 2 minutes after it began");
    }

    /** The database's process ends as soon as the key is written down. */
    @Test
    void whereTheKeyCannotBeWrittenDownTheDatabaseIsAway() {
        database.sql(
                        """
                        create function cut_off() returns trigger language plpgsql as
                        $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$
                        """)
                .update();
        database.sql(
                        """
                        create trigger cut_off before insert on idempotency_record for each row
                        when (new.key = 'cut-off') execute function cut_off()
                        """)
                .update();
        try {
            var before = stored.counts();

            Answer answer = researcher.post("/api/v1/datasets", chapters.draftBody(project), HEADER, "cut-off");

            assertThat(answer.status()).as(answer.text()).isEqualTo(503);
            assertThat(answer.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:unavailable");
            assertThat(answer.header("Retry-After")).isPresent();
            assertThat(stored.counts()).isEqualTo(before);
        } finally {
            database.sql("drop function cut_off cascade").update();
        }
        assertThat(researcher
                        .post("/api/v1/datasets", chapters.draftBody(project), HEADER, "cut-off")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void ofManyAtOnceOneIsDone() {
        String body = chapters.draftBody(project);
        var before = stored.counts();

        List<Answer> answers = IntStream.range(0, 8)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> researcher.post("/api/v1/datasets", body, HEADER, "five")))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(201, 409));
        assertThat(answers.stream().filter(answer -> answer.status() == 201).map(Answer::id))
                .isNotEmpty();
        assertThat(answers.stream()
                        .filter(answer -> answer.status() == 201)
                        .map(Answer::id)
                        .distinct())
                .hasSize(1);
        assertThat(stored.counts().get("dataset")).isEqualTo(before.get("dataset") + 1);
    }

    @Test
    void anExperimentIsLaunchedOnce() {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        String body = Chapters.experimentBody(split, "crossValidation");

        Answer first = researcher.post("/api/v1/experiments", body, HEADER, "six");
        var afterFirst = stored.counts();
        Answer second = researcher.post("/api/v1/experiments", body, HEADER, "six");

        assertThat(first.status()).isEqualTo(202);
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(stored.counts()).isEqualTo(afterFirst);
    }

    @Test
    void keysMustBeVisibleText() {
        assertThat(researcher
                        .post("/api/v1/datasets", chapters.draftBody(project), HEADER, "with blank")
                        .status())
                .isEqualTo(422);
        assertThat(researcher
                        .post("/api/v1/datasets", chapters.draftBody(project), HEADER, "x".repeat(256))
                        .status())
                .isEqualTo(422);
    }

    @Test
    void aNameThatIsTakenIsRefusedWithAKeyAsWithout() {
        UUID dataset = chapters.frozen(researcher, project);
        String splits = "/api/v1/datasets/" + dataset + "/splits";
        Map<String, String> requests = Map.of(
                "/api/v1/projects",
                "{\"name\": \"%s\"}".formatted(chapters.freshName("taken")),
                "/api/v1/models",
                "{\"name\": \"%s\", \"projectId\": \"%s\"}".formatted(chapters.freshName("taken"), project),
                "/api/v1/datasets",
                chapters.draftBody(project),
                splits,
                "{\"name\": \"taken\", \"seed\": 7, \"spec\": {\"kind\": \"kFold\", \"folds\": 3, \"test\": 0.2, \"validation\": 0.25}}");
        requests.forEach((path, body) -> {
            assertThat(admin.post(path, body).status()).as(path).isEqualTo(201);
            var before = stored.counts();
            for (int i = 0; i < 2; i++) {
                Answer taken = admin.post(path, body, HEADER, "taken");

                assertThat(taken.status()).as(path + ": " + taken.text()).isEqualTo(409);
                assertThat(taken.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:already-exists");
                assertThat(taken.json().get("instance").stringValue())
                        .isEqualTo("urn:foldwise:request:"
                                + taken.header("X-Request-Id").orElseThrow());
                assertThat(taken.header("Location")).as(path).isEmpty();
                assertThat(taken.header("ETag")).as(path).isEmpty();
            }
            assertThat(stored.counts()).as(path).isEqualTo(before);
        });
    }

    /** Of any operation: here the database refuses the record of the answer itself, when everything else has been done. */
    @Test
    void whatTheDatabaseRefusesAtTheEndOfTheTransactionIsAnsweredAsAnywhere() {
        database.sql(
                        """
                        create function refuse_late() returns trigger language plpgsql as
                            $$ begin raise exception 'refused' using errcode = split_part(new.key, '-', 2); end $$
                        """)
                .update();
        database.sql(
                        """
                        create constraint trigger late after update on idempotency_record deferrable initially deferred
                            for each row when (new.key like 'late-%') execute function refuse_late()
                        """)
                .update();
        try {
            Map<String, Integer> statuses = Map.of("late-23505", 409, "late-23514", 409, "late-57P01", 503);
            statuses.forEach((late, status) -> {
                String body = chapters.draftBody(project);
                var before = stored.counts();

                Answer answer = researcher.post("/api/v1/datasets", body, HEADER, late);

                assertThat(answer.status()).as(late + ": " + answer.text()).isEqualTo(status);
                assertThat(answer.header("Content-Type").orElse("")).startsWith("application/problem+json");
                assertThat(answer.header("Location")).isEmpty();
                assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
                assertThat(stored.counts()).as(late).isEqualTo(before);
            });
        } finally {
            database.sql("drop trigger late on idempotency_record").update();
            database.sql("drop function refuse_late()").update();
        }
    }
}
